import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call as scalarCall } from '../../expression/expression.fixture.ts';
import type { AggregateCall } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import type { FilterExec } from '../../physical/index.ts';
import {
  BOOLEAN,
  DATE,
  type DataType,
  decimal,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  type LiteralValue,
  list,
  UUID,
  VARCHAR,
} from '../../types/index.ts';
import { FilterOperator } from '../filter-operator.ts';
import {
  BatchSource,
  column,
  columnRef,
  drain,
  literal,
  rowKeys,
  sourceNode,
  testContext,
  testWorld,
} from '../operator.fixture.ts';
import { AggregateOperator } from './aggregate-operator.ts';
import { expectClose, expectedRows } from './aggregate-reference.fixture.ts';
import { aggregate, aggregateInTwoSteps, aggregateNode, call } from './aggregate-run.fixture.ts';

const VALUES: Readonly<Record<string, fc.Arbitrary<LiteralValue>>> = {
  boolean: fc.boolean(),
  int16: fc.integer({ min: -32768, max: 32767 }),
  int32: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
  int64: fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  decimal: fc.oneof(fc.bigInt({ min: -50n, max: 50n }), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })),
  wide: fc.oneof(fc.bigInt({ min: -50n, max: 50n }), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
  float64: fc.oneof(fc.constantFrom(0, -0, 1.5, -2.25), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  varchar: fc.oneof(
    fc.constantFrom('', 'a', 'b', 'A long string that does not fit any short form'),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  ),
  date: fc.integer({ min: -3, max: 20000 }),
  uuid: fc.constantFrom('00000000-0000-0000-0000-000000000001', 'ffffffff-0000-4000-8000-000000000000'),
  interval: fc.record({
    months: fc.integer({ min: -20, max: 20 }),
    days: fc.integer({ min: -40, max: 40 }),
    micros: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  }),
};

const COLUMNS: readonly (readonly [DataType, string])[] = [
  [INT32, 'int32'],
  [INT64, 'int64'],
  [INT16, 'int16'],
  [VARCHAR, 'varchar'],
  [BOOLEAN, 'boolean'],
  [decimal(15, 2), 'decimal'],
  [decimal(38, 4), 'wide'],
  [FLOAT64, 'float64'],
  [DATE, 'date'],
  [UUID, 'uuid'],
  [INTERVAL, 'interval'],
];
const inputColumns = COLUMNS.map(([type], i) => column(i + 1, type));
const byName = new Map(COLUMNS.map(([, name], i) => [name, inputColumns[i]!]));
const col = (name: string) => columnRef(byName.get(name)!);

/** Rows in which values repeat. */
const rowsArbitrary = fc
  .array(
    fc.tuple(
      ...COLUMNS.map(([, name]) => fc.array(fc.option(VALUES[name]!, { freq: 5 }), { minLength: 3, maxLength: 3 })),
      fc.array(fc.nat({ max: 2 }), { minLength: COLUMNS.length, maxLength: COLUMNS.length }),
    ),
    { minLength: 0, maxLength: 12 },
  )
  .chain((pools) =>
    fc
      .array(fc.tuple(fc.nat({ max: Math.max(0, pools.length - 1) }), fc.nat(2)), { maxLength: 150 })
      .map((picks) =>
        pools.length === 0
          ? []
          : picks.map(([p, q], n) =>
              COLUMNS.map((_, c) => (pools[(p + (c % 2) * n) % pools.length]![c] as LiteralValue[])[(q + c) % 3]!),
            ),
      ),
  );

const AGGREGATES: readonly AggregateCall[] = [
  call('count', []),
  call('count', [col('int32')]),
  call('count', [], { filter: col('boolean') }),
  call('sum', [col('int32')]),
  call('sum', [col('int64')]),
  call('sum', [col('decimal')]),
  call('sum', [col('decimal')], { filter: col('boolean') }),
  call('sum', [col('wide')]),
  call('sum', [col('float64')]),
  call('sum', [col('interval')]),
  call('avg', [col('int32')]),
  call('avg', [col('int64')]),
  call('avg', [col('decimal')]),
  call('avg', [col('float64')]),
  ...COLUMNS.flatMap(([, name]) => [call('min', [col(name)]), call('max', [col(name)])]),
  ...COLUMNS.map(([, name]) => call('any_value', [col(name)])),
  call('bool_and', [col('boolean')]),
  call('bool_or', [col('boolean')]),
  call('bit_and', [col('int32')]),
  call('bit_or', [col('int32')]),
  call('bit_xor', [col('int32')]),
  // Each value is its own delimiter.
  call('string_agg', [col('varchar'), col('varchar')]),
  call('string_agg', [col('varchar'), col('varchar')], { filter: col('boolean') }),
  ...COLUMNS.map(([, name]) => call('array_agg', [col(name)])),
  call('var_samp', [col('float64')]),
  call('var_pop', [col('float64')]),
  call('stddev_samp', [col('float64')]),
  call('stddev_pop', [col('float64')]),
];

const DISTINCT: readonly AggregateCall[] = [
  ...COLUMNS.filter(([, name]) => name !== 'interval').map(([, name]) =>
    call('count', [col(name)], { distinct: true }),
  ),
  call('sum', [col('int32')], { distinct: true }),
  call('avg', [col('decimal')], { distinct: true, filter: col('boolean') }),
  call('max', [col('varchar')], { distinct: true }),
];

const keysArbitrary = fc.subarray(
  COLUMNS.filter(([, name]) => name !== 'interval').map(([, name]) => byName.get(name)!),
  { maxLength: 3 },
);

const optionsArbitrary = fc.record({ seed: fc.nat({ max: 1e6 }), batchRows: fc.constantFrom(1, 3, 40, 2048) });

describe('every aggregate, any keys, any encoding', () => {
  test('in one step', () => {
    fc.assert(
      fc.property(rowsArbitrary, keysArbitrary, optionsArbitrary, (rows, keys, options) => {
        const aggregates = [...AGGREGATES, ...DISTINCT];
        const node = aggregateNode('single', inputColumns, keys, aggregates);
        expectClose(aggregate(node, rows, options), expectedRows(rows, inputColumns, keys, aggregates));
      }),
      { numRuns: 60 },
    );
  });

  test('in two steps', () => {
    fc.assert(
      fc.property(rowsArbitrary, keysArbitrary, optionsArbitrary, (rows, keys, options) => {
        expectClose(
          aggregateInTwoSteps(inputColumns, keys, AGGREGATES, rows, options),
          expectedRows(rows, inputColumns, keys, AGGREGATES),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('groups that do not fit into memory', () => {
  const spilling = fc.record({ operatorBytes: fc.constantFrom(1, 200_000), maxDelay: fc.nat(2) });
  const byKey = (rows: readonly LiteralValue[][], numKeys: number) => {
    const keyOf = new Map(rows.map((row) => [row, rowKeys([row.slice(0, numKeys)])[0]!]));
    return rows.toSorted((a, b) => (keyOf.get(a)! < keyOf.get(b)! ? -1 : 1));
  };

  test.each(['single', 'final'] as const)('are the same, mode %s', (mode) => {
    fc.assert(
      fc.property(rowsArbitrary, keysArbitrary, optionsArbitrary, spilling, (rows, keys, options, spill) => {
        const all = { ...options, ...spill };
        const given =
          mode === 'single'
            ? aggregate(aggregateNode('single', inputColumns, keys, AGGREGATES), rows, all)
            : aggregateInTwoSteps(inputColumns, keys, AGGREGATES, rows, all);
        const wanted = expectedRows(rows, inputColumns, keys, AGGREGATES);
        expectClose(byKey(given, keys.length), byKey(wanted, keys.length));
      }),
      { numRuns: 15 },
    );
  });

  test('ten times as many as the memory holds, within the memory', () => {
    const limit = 2 ** 21;
    const world = testWorld({ canSpill: true });
    const context = testContext(world, { memoryBytes: limit, batchRows: 1024 });
    const columns = [column(1, VARCHAR), column(2, INT64)];
    // Every group twice, far apart.
    const rows = Array.from({ length: 200_000 }, (_, i) => [`key ${(i * 7919) % 100_000}, which is long`, BigInt(i)]);
    const source = new BatchSource(world, [VARCHAR, INT64], rows, { isHostile: false, batchRows: 1024 });
    const node = aggregateNode(
      'single',
      columns,
      [columns[0]!],
      [call('max', [columnRef(columns[1]!)]), call('count', [])],
    );
    const operator = new AggregateOperator(node, context, source);
    const given = drain(operator, world);
    expect(given).toHaveLength(100_000);
    expect(given.every(([, , count]) => count === 2n)).toBe(true);
    expect(given.reduce((sum, [, max]) => sum + (max as bigint), 0n)).toBe(
      Array.from({ length: 100_000 }, (_, i) => BigInt(i + 100_000)).reduce((sum, value) => sum + value, 0n),
    );
    expect(operator.stats().extra.spilledBytes).toBeGreaterThan(2 * limit);
    operator.close();
    context.close();
    expect(context.account.peakBytes).toBeLessThanOrEqual(limit);
    expect(world.memory.numBlocks).toBe(0);
  });
});

test('a row that the filter below has left out cannot fail', () => {
  const functions = defaultFunctions();
  const world = testWorld({ functions });
  const context = testContext(world);
  const [x] = [column(1, INT64)];
  const predicate = scalarCall('<>', columnRef(x!), literal(INT64, 0n));
  const source = new BatchSource(
    world,
    [INT64],
    Array.from({ length: 20 }, (_, i) => [BigInt(i)]),
    { isHostile: false },
  );
  const filterNode: FilterExec = { kind: 'FilterExec', id: 2, columns: [x!], input: sourceNode([x!]), predicate };
  const filter = new FilterOperator(filterNode, context, source);
  const quotient = scalarCall('/', literal(INT64, 840n), columnRef(x!));
  const operator = new AggregateOperator(
    { ...aggregateNode('single', [x!], [], [call('sum', [quotient]), call('count', [])]), input: filterNode },
    context,
    filter,
  );
  // Whole quotients, as SQL divides integers.
  const wanted = Array.from({ length: 19 }, (_, i) => 840n / BigInt(i + 1)).reduce((sum, value) => sum + value, 0n);
  expect(drain(operator, world)).toEqual([[wanted, 19n]]);
  operator.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('lists of lists, in one step and in two', () => {
  const columns = [column(1, INT32), column(2, list(VARCHAR))];
  const rows: LiteralValue[][] = [
    [1, ['a', null]],
    [2, null],
    [1, []],
    [1, null],
    [2, ['b', 'a longer one']],
  ];
  const aggregates = [call('array_agg', [columnRef(columns[1]!)]), call('any_value', [columnRef(columns[1]!)])];
  const wanted = [
    [1, [['a', null], [], null], ['a', null]],
    [2, [null, ['b', 'a longer one']], ['b', 'a longer one']],
  ];
  const node = aggregateNode('single', columns, [columns[0]!], aggregates);
  for (const seed of [1, 2, 3, 4]) {
    expect(aggregate(node, rows, { seed, batchRows: 2 })).toEqual(wanted);
    expect(aggregateInTwoSteps(columns, [columns[0]!], aggregates, rows, { seed, batchRows: 2 })).toEqual(wanted);
  }
});

test('many groups: the table grows', () => {
  for (const type of [INT32, VARCHAR, INT64] as const) {
    const columns = [column(1, type), column(2, INT32)];
    const make = (i: number): LiteralValue => (type === VARCHAR ? `key ${i}` : type === INT64 ? BigInt(i) : i);
    const rows = Array.from({ length: 15_000 }, (_, i) => [make((i * 7919) % 5003), i]);
    const aggregates = [
      call('count', []),
      call('sum', [columnRef(columns[1]!)]),
      call('min', [columnRef(columns[0]!)]),
    ];
    const node = aggregateNode('single', columns, [columns[0]!], aggregates);
    const world = testWorld();
    const source = new BatchSource(world, [type, INT32], rows, { isHostile: false, batchRows: 2048 });
    const context = testContext(world);
    const operator = new AggregateOperator(node, context, source);
    const actual = drain(operator, world);
    operator.close();
    context.close();
    expect(actual.length).toBe(5003);
    expectClose(actual, expectedRows(rows, columns, [columns[0]!], aggregates));
    expect(world.memory.numBlocks).toBe(0);
  }
});

test('without aggregates: the distinct rows, in any encoding, of one column and of several', () => {
  const keysArbitrary = fc.subarray(
    COLUMNS.map(([, name]) => byName.get(name)!),
    { minLength: 1, maxLength: 2 },
  );
  fc.assert(
    fc.property(
      keysArbitrary,
      rowsArbitrary,
      fc.nat({ max: 1e6 }),
      fc.constantFrom(1, 3, 50),
      (keys, rows, seed, batchRows) => {
        const node = aggregateNode('single', inputColumns, keys, []);
        const actual = aggregate(node, rows, { seed, batchRows });
        const places = keys.map((key) => inputColumns.indexOf(key));
        const wanted = new Set(rowKeys(rows.map((row) => places.map((place) => row[place]!))));
        expect(rowKeys(actual).toSorted()).toEqual([...wanted].toSorted());
      },
    ),
    { numRuns: 60 },
  );
});
