import { describe, expect, test } from 'vitest';
import { INT64 } from '../../types/index.ts';
import { column, columnRef } from '../operator.fixture.ts';
import { aggregate, aggregateInTwoSteps, aggregateNode, call } from './aggregate-run.fixture.ts';

const columns = [column(1, INT64), column(2, INT64)];
const estimate = call('approx_count_distinct', [columnRef(columns[1]!)]);

describe('approx_count_distinct', () => {
  test.each([0, 1, 10, 100, 1000])('%i values are estimated within four standard errors', (n) => {
    const rows = Array.from({ length: n }, (_, i) => [0n, BigInt(i) * 7919n]);
    const node = aggregateNode('single', columns, [], [estimate]);
    const [[value]] = aggregate(node, rows, { seed: 1, batchRows: 1000 }) as [[bigint]];
    expect(Math.abs(Number(value) - n)).toBeLessThanOrEqual(Math.ceil(0.132 * n));
  });

  test('of parts is that of the whole, to the last digit', () => {
    const rows = Array.from({ length: 900 }, (_, i) => [BigInt(i % 3), BigInt(i % 397) + BigInt(i % 3)]);
    const keys = [columns[0]!];
    const whole = aggregate(aggregateNode('single', columns, keys, [estimate]), rows, { seed: 1, batchRows: 500 });
    const parts = aggregateInTwoSteps(columns, keys, [estimate], rows, { seed: 1, batchRows: 500 });
    expect(sorted(parts)).toEqual(sorted(whole));
  });
});

function sorted(rows: readonly (readonly unknown[])[]): unknown[] {
  return rows.toSorted((a, b) => Number((a[0] as bigint) - (b[0] as bigint)));
}
