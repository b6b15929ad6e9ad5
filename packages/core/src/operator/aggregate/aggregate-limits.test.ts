import { describe, expect, test } from 'vitest';
import { call as scalarCall } from '../../expression/expression.fixture.ts';
import type { Column } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import { type DataType, decimal, INT32, INT64, INTERVAL, type LiteralValue, VARCHAR } from '../../types/index.ts';
import { BatchSource, column, columnRef, drain, literal, testContext, testWorld } from '../operator.fixture.ts';
import { AggregateOperator } from './aggregate-operator.ts';
import { aggregate, aggregateNode, call } from './aggregate-run.fixture.ts';

test('a partial aggregation that reduces nothing gives its groups, then passes rows through, filters and nulls included', () => {
  const columns = [column(1, INT64), column(2, INT32)];
  const rows = Array.from({ length: 200_000 }, (_, i) => [BigInt(i % 150_000), i % 5 === 0 ? null : 1]);
  const isNegative = scalarCall('<', columnRef(columns[0]!), literal(INT64, 0n));
  const aggregates = [
    call('count', [columnRef(columns[0]!)]),
    call('sum', [columnRef(columns[1]!)]),
    call('count', [columnRef(columns[0]!)], { filter: isNegative }),
  ];
  const world = testWorld({ functions: defaultFunctions() });
  const context = testContext(world);
  const source = new BatchSource(world, [INT64, INT32], rows, { isHostile: false, batchRows: 2048 });
  const operator = new AggregateOperator(aggregateNode('partial', columns, [columns[0]!], aggregates), context, source);
  const states = drain(operator, world);
  expect(operator.stats().extra).toMatchObject({ flushes: 1 });
  expect(operator.stats().extra.passedRows).toBeGreaterThan(150_000);
  operator.close();
  context.close();
  expect(states).toHaveLength(200_000);
  const total = (place: number) => states.reduce((sum, state) => sum + ((state[place] as bigint | null) ?? 0n), 0n);
  // The key, the count, sum and number of values of the sum, the count of none.
  expect(total(1)).toBe(200_000n);
  expect(total(2)).toBe(160_000n);
  expect(total(states[0]!.length - 1)).toBe(0n);
  expect(states.filter((state) => state[2] === null).length).toBeGreaterThan(30_000);
  expect(world.memory.numBlocks).toBe(0);
});

describe('overflow', () => {
  const run = (type: DataType, name: string, values: LiteralValue[], keys: readonly Column[] = []) => {
    const columns = [column(1, type), column(2, INT32)];
    const node = aggregateNode('single', columns, keys, [call(name, [columnRef(columns[0]!)])]);
    return () =>
      aggregate(
        node,
        values.map((value) => [value, 1]),
        { seed: 1, batchRows: 10 },
      );
  };

  test('a decimal sum of more than 38 digits', () => {
    const huge = 10n ** 38n - 1n;
    expect(run(decimal(38, 0), 'sum', [huge, 1n])).toThrow(expect.objectContaining({ code: 'OVERFLOW' }));
    expect(run(decimal(38, 0), 'sum', [huge, huge, huge])).toThrow(/sum/);
    expect(run(decimal(38, 0), 'sum', [huge, 1n], [column(2, INT32)])).toThrow(/out of range/);
    expect(run(decimal(38, 0), 'sum', [huge, -1n])()).toEqual([[huge - 1n]]);
  });

  test('a mean that has no room for 16 digits after the point', () => {
    expect(run(decimal(38, 0), 'avg', [10n ** 30n])).toThrow(expect.objectContaining({ code: 'OVERFLOW' }));
  });

  test('an interval', () => {
    const long = { months: 2 ** 31 - 1, days: 0, micros: 0n };
    expect(run(INTERVAL, 'sum', [long, long])).toThrow(expect.objectContaining({ code: 'OVERFLOW' }));
  });
});

test('too little memory is said with the name of the operator, and nothing stays behind', () => {
  const world = testWorld();
  const context = testContext(world, { memoryBytes: 2_000_000 });
  const columns = [column(1, VARCHAR)];
  const rows = Array.from({ length: 50_000 }, (_, i) => [`a rather long key that is new in every row ${i}`]);
  const source = new BatchSource(world, [VARCHAR], rows, { isHostile: false, batchRows: 2048 });
  const operator = new AggregateOperator(aggregateNode('single', columns, columns, []), context, source);
  expect(() => drain(operator, world)).toThrow(/AggregateOperator #1 needs/);
  operator.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('an operator can be closed at any time', () => {
  const columns = [column(1, VARCHAR), column(2, INT32)];
  const rows = Array.from({ length: 300 }, (_, i) => [`k${i % 50}`, i]);
  for (let numSteps = 0; numSteps < 8; numSteps++) {
    const world = testWorld();
    const context = testContext(world, { batchRows: 20 });
    const source = new BatchSource(world, [VARCHAR, INT32], rows);
    const aggregates = [
      call('max', [columnRef(columns[0]!)]),
      call('count', [columnRef(columns[1]!)], { distinct: true }),
    ];
    const operator = new AggregateOperator(
      aggregateNode('single', columns, [columns[0]!], aggregates),
      context,
      source,
    );
    for (let i = 0; i < numSteps; i++) operator.next();
    operator.close();
    operator.close();
    context.close();
    expect(operator.next()).toBeUndefined();
    expect(world.memory.numBlocks).toBe(0);
  }
});
