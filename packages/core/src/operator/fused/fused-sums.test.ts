import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cast, call as scalarCall } from '../../expression/expression.fixture.ts';
import type { AggregateCall, Expression } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import { decimal, INT32, INT64, type LiteralValue } from '../../types/index.ts';
import { AggregateOperator } from '../aggregate/aggregate-operator.ts';
import { aggregateNode, call } from '../aggregate/aggregate-run.fixture.ts';
import { BatchSource, column, columnRef, drain, literal, testContext, testWorld } from '../operator.fixture.ts';

const KEY = column(1, INT32);
const PRICE = column(2, decimal(15, 2));
const SHARE = column(3, decimal(4, 3));
const AMOUNT = column(4, INT64);
const SMALL = column(5, INT32);
const COLUMNS = [KEY, PRICE, SHARE, AMOUNT, SMALL];
const [price, share, amount, small] = [PRICE, SHARE, AMOUNT, SMALL].map(columnRef) as [
  Expression,
  Expression,
  Expression,
  Expression,
];

type Row = readonly [key: number, price: bigint, share: bigint, amount: bigint, small: number];

interface Case {
  readonly expression: Expression;
  /** The unscaled value by exact integer arithmetic. */
  readonly value: (row: Row) => bigint;
}

const one = literal(decimal(4, 3), 1000n);
const discounted = scalarCall('*', price, scalarCall('-', one, share));
const CASES: readonly Case[] = [
  { expression: price, value: ([, p]) => p },
  { expression: small, value: ([, , , , s]) => BigInt(s) },
  { expression: amount, value: ([, , , a]) => a },
  { expression: discounted, value: ([, p, s]) => p * (1000n - s) },
  {
    expression: scalarCall('*', discounted, scalarCall('+', one, share)),
    value: ([, p, s]) => p * (1000n - s) * (1000n + s),
  },
  // Scales differ: 2 and 3 digits after the point.
  { expression: scalarCall('+', price, share), value: ([, p, s]) => p * 10n + s },
  {
    expression: scalarCall('-', price, cast(small, decimal(10, 0))),
    value: ([, p, , , s]) => p - BigInt(s) * 100n,
  },
];

const aggregates: AggregateCall[] = [
  ...CASES.map(({ expression }) => call('sum', [expression])),
  call('count', []),
  call('avg', [price]),
];

const rowArbitrary: fc.Arbitrary<Row> = fc.tuple(
  fc.nat({ max: 3 }),
  fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }),
  fc.integer({ min: -1000, max: 1000 }),
);

interface Outcome {
  readonly rows: LiteralValue[][];
  readonly numFusedRows: number;
}

function sums(rows: readonly Row[], hasKey: boolean, fusion: 'auto' | 'off', seed: number): Outcome {
  const world = testWorld({ functions: defaultFunctions() });
  const context = testContext(world, { fusion });
  const types = COLUMNS.map(({ type }) => type);
  const source = new BatchSource(world, types, rows, { seed, batchRows: 64 });
  const node = aggregateNode('single', COLUMNS, hasKey ? [KEY] : [], aggregates);
  const operator = new AggregateOperator(node, context, source);
  try {
    const result = drain(operator, world);
    return { rows: result, numFusedRows: operator.stats().extra.fusedRows! };
  } finally {
    operator.close();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
  }
}

function expected(rows: readonly Row[], hasKey: boolean): Map<number, bigint[]> {
  const groups = new Map<number, bigint[]>();
  for (const row of rows) {
    const key = hasKey ? row[0] : 0;
    const group = groups.get(key) ?? CASES.map(() => 0n);
    groups.set(
      key,
      group.map((sum, i) => sum + CASES[i]!.value(row)),
    );
  }
  return groups;
}

test.each([true, false])('sums in a generated loop are exact (with groups: %s)', (hasKey) => {
  let numFusedRows = 0;
  fc.assert(
    fc.property(fc.array(rowArbitrary, { minLength: 40, maxLength: 400 }), fc.integer(), (rows, seed) => {
      const fused = sums(rows, hasKey, 'auto', seed);
      expect(fused.rows).toEqual(sums(rows, hasKey, 'off', seed).rows);
      const wanted = expected(rows, hasKey);
      expect(fused.rows.length).toBe(wanted.size);
      for (const row of fused.rows) {
        const [key, ...values] = hasKey ? row : [0, ...row];
        expect(values.slice(0, CASES.length)).toEqual(wanted.get(key as number));
      }
      numFusedRows += fused.numFusedRows;
    }),
  );
  // The property says little when the loop is never taken.
  expect(numFusedRows).toBeGreaterThan(1000);
});

test.each<[string, Row]>([
  ['a factor', [0, 10n ** 14n, 1000n, 0n, 0]],
  ['a sum of 64 bits', [0, 0n, 0n, 2n ** 62n, 0]],
])('a batch whose %s may leave 64 bits is vectorised', (_, extreme) => {
  const rows = [...Array.from({ length: 50 }, (): Row => [0, 1n, 1n, 1n, 1]), ...new Array<Row>(50).fill(extreme)];
  const outcome = sums(rows, false, 'auto', 1);
  expect(outcome.numFusedRows).toBeLessThan(rows.length);
  expect(outcome.rows[0]!.slice(0, CASES.length)).toEqual(expected(rows, false).get(0));
});

test('nothing is fused when it is switched off', () => {
  const rows = Array.from({ length: 100 }, (): Row => [0, 1n, 1n, 1n, 1]);
  expect(sums(rows, true, 'off', 1).numFusedRows).toBe(0);
});
