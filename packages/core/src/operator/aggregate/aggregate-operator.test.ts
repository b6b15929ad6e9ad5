import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGGREGATE_FUNCTIONS } from '../../expression/aggregate/index.ts';
import { call as scalarCall } from '../../expression/expression.fixture.ts';
import type { AggregateCall, Column, Expression } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import type { AggregateExec, AggregateMode, FilterExec } from '../../physical/index.ts';
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
  type IntervalValue,
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
  sourceNode,
  TEST_FUNCTIONS,
  type TestWorld,
  testContext,
  testWorld,
  valueKey,
} from '../operator.fixture.ts';
import { AggregateOperator } from './aggregate-operator.ts';

function call(name: string, args: readonly Expression[], extra: Partial<AggregateCall> = {}): AggregateCall {
  const types = args.map((arg) => arg.type);
  const definition = AGGREGATE_FUNCTIONS.find((f) => f.name === name)!;
  const overload = definition.overloads.find(
    ({ parameters }) =>
      parameters.length === types.length &&
      parameters.every((p, i) => p === 'any' || (typeof p === 'string' ? p : p.id) === types[i]!.id),
  );
  if (!overload) throw new Error(`no overload of ${name}`);
  const type = typeof overload.returns === 'function' ? overload.returns(types) : overload.returns;
  return { name, overload: overload.id, args, distinct: false, filter: undefined, type, ...extra };
}

function aggregateNode(
  mode: AggregateMode,
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
): AggregateExec {
  const states = aggregates.flatMap((a) =>
    mode === 'partial' ? TEST_FUNCTIONS.aggregateOverload(a.overload)!.state(a.args.map((arg) => arg.type)) : [a.type],
  );
  return {
    kind: 'AggregateExec',
    id: 1,
    mode,
    input: sourceNode(inputColumns),
    groupBy: keys.map(columnRef),
    aggregates,
    columns: [...keys, ...states.map((type, i) => column(100 + i, type))],
  };
}

interface RunOptions {
  readonly seed: number;
  readonly batchRows: number;
  readonly world?: TestWorld;
}

function aggregate(
  node: AggregateExec,
  rows: readonly (readonly LiteralValue[])[],
  options: RunOptions,
): LiteralValue[][] {
  const world = options.world ?? testWorld();
  const types = node.input.columns.map((c) => c.type);
  const source = new BatchSource(world, types, rows, options);
  const context = testContext(world, { batchRows: options.batchRows });
  const operator = new AggregateOperator(node, context, source);
  try {
    return drain(operator, world);
  } finally {
    operator.close();
    context.close();
    expect(source.isClosed).toBe(true);
    if (!options.world) {
      expect(world.memory.numBlocks).toBe(0);
      expect(world.account.usedBytes).toBe(0);
    }
  }
}

/** Partial over each half of the rows, then final over what the partials gave. */
function aggregateInTwoSteps(
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
  rows: readonly (readonly LiteralValue[])[],
  options: RunOptions,
): LiteralValue[][] {
  const partial = aggregateNode('partial', inputColumns, keys, aggregates);
  const half = Math.floor(rows.length / 2);
  const states = [rows.slice(0, half), rows.slice(half)].flatMap((part) => aggregate(partial, part, options));
  const final: AggregateExec = {
    ...aggregateNode('final', inputColumns, keys, aggregates),
    input: sourceNode(partial.columns),
  };
  return aggregate(final, states, options);
}

// What PostgreSQL's documentation says of each aggregate, over JavaScript values.
type Reference = (values: LiteralValue[], type: DataType) => LiteralValue;

const present = (values: LiteralValue[]) => values.filter((value) => value !== null);
const add = (values: LiteralValue[]) => present(values).reduce<bigint>((sum, v) => sum + BigInt(v as bigint), 0n);

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const n = negative ? -numerator : numerator;
  const quotient = (n * 2n + denominator) / (denominator * 2n);
  return negative ? -quotient : quotient;
}

function order(a: LiteralValue, b: LiteralValue): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (typeof a === 'object') {
    const length = ({ months, days, micros }: IntervalValue) =>
      (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
    const [x, y] = [length(a as IntervalValue), length(b as IntervalValue)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}

const orNull =
  (f: Reference): Reference =>
  (values, type) =>
    present(values).length === 0 ? null : f(present(values), type);

const variance = (values: LiteralValue[], least: number): number | null => {
  const numbers = values as number[];
  if (numbers.length <= least) return null;
  const mean = numbers.reduce((sum, v) => sum + v, 0) / numbers.length;
  return numbers.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (numbers.length - least);
};

const REFERENCES: Readonly<Record<string, Reference>> = {
  count: (values) => BigInt(present(values).length),
  sum: orNull((values, type) => {
    if (type.id === 'float64') return (values as number[]).reduce((sum, v) => sum + v, 0);
    if (type.id === 'interval') {
      return (values as IntervalValue[]).reduce((sum, v) => ({
        months: sum.months + v.months,
        days: sum.days + v.days,
        micros: sum.micros + v.micros,
      }));
    }
    return add(values);
  }),
  avg: orNull((values, type) => {
    if (type.id === 'float64') return (values as number[]).reduce((sum, v) => sum + v, 0) / values.length;
    const scale = type.id === 'decimal' ? type.scale : 0;
    return divideRounded(add(values) * 10n ** BigInt(Math.max(16, scale) - scale), BigInt(values.length));
  }),
  min: orNull((values) => values.reduce((a, b) => (order(b, a) < 0 ? b : a))),
  max: orNull((values) => values.reduce((a, b) => (order(b, a) > 0 ? b : a))),
  bool_and: orNull((values) => values.every((v) => v === true)),
  bool_or: orNull((values) => values.some((v) => v === true)),
  any_value: orNull((values) => values[0]!),
  string_agg: orNull((values) => (values as string[]).map((v, i) => (i === 0 ? v : v + v)).join('')),
  array_agg: (values) => (values.length === 0 ? null : values),
  bit_and: orNull((values) => values.reduce((a, b) => ((a as number) & (b as number)) as LiteralValue)),
  bit_or: orNull((values) => values.reduce((a, b) => ((a as number) | (b as number)) as LiteralValue)),
  bit_xor: orNull((values) => values.reduce((a, b) => ((a as number) ^ (b as number)) as LiteralValue)),
  var_samp: (values) => variance(present(values), 1),
  var_pop: (values) => variance(present(values), 0),
  stddev_samp: (values) => nullableRoot(variance(present(values), 1)),
  stddev_pop: (values) => nullableRoot(variance(present(values), 0)),
};

function nullableRoot(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

function expectedRows(
  rows: readonly (readonly LiteralValue[])[],
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
): LiteralValue[][] {
  const place = (id: number) => inputColumns.findIndex((c) => c.id === id);
  const groups = new Map<string, (readonly LiteralValue[])[]>();
  if (keys.length === 0) groups.set('', []);
  for (const row of rows) {
    const key = keys.map((k) => valueKey(row[place(k.id)]!)).join('|');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => [
    ...keys.map((k) => group[0]![place(k.id)]!),
    ...aggregates.map((a) => {
      let passing = group;
      const { filter } = a;
      if (filter?.kind === 'column') passing = passing.filter((row) => row[place(filter.id)] === true);
      if (a.args.length === 0) return BigInt(passing.length);
      const arg = a.args[0]!;
      if (arg.kind !== 'column') throw new Error('only columns');
      let values = passing.map((row) => row[place(arg.id)]!);
      if (a.distinct) {
        values = values.filter((value, i) => values.findIndex((v) => valueKey(v) === valueKey(value)) === i);
      }
      return REFERENCES[a.name]!(values, arg.type);
    }),
  ]);
}

function close(actual: LiteralValue[][], expected: LiteralValue[][]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((row, r) => {
    row.forEach((value, c) => {
      const wanted = expected[r]![c]!;
      if (typeof value === 'number' && typeof wanted === 'number' && Number.isFinite(wanted)) {
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
      } else {
        expect({ r, c, value: valueKey(value) }).toEqual({ r, c, value: valueKey(wanted) });
      }
    });
  });
}

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
        close(aggregate(node, rows, options), expectedRows(rows, inputColumns, keys, aggregates));
      }),
      { numRuns: 60 },
    );
  });

  test('in two steps', () => {
    fc.assert(
      fc.property(rowsArbitrary, keysArbitrary, optionsArbitrary, (rows, keys, options) => {
        close(
          aggregateInTwoSteps(inputColumns, keys, AGGREGATES, rows, options),
          expectedRows(rows, inputColumns, keys, AGGREGATES),
        );
      }),
      { numRuns: 60 },
    );
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
    const rows = Array.from({ length: 30_000 }, (_, i) => [make((i * 7919) % 10_007), i]);
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
    expect(actual.length).toBe(10_007);
    close(actual, expectedRows(rows, columns, [columns[0]!], aggregates));
    expect(world.memory.numBlocks).toBe(0);
  }
});

test('a partial aggregation that reduces nothing gives its groups and starts anew', () => {
  const columns = [column(1, INT64), column(2, INT32)];
  const rows = Array.from({ length: 200_000 }, (_, i) => [BigInt(i % 150_000), 1]);
  const aggregates = [call('sum', [columnRef(columns[1]!)])];
  const world = testWorld();
  const context = testContext(world);
  const source = new BatchSource(world, [INT64, INT32], rows, { isHostile: false, batchRows: 2048 });
  const operator = new AggregateOperator(aggregateNode('partial', columns, [columns[0]!], aggregates), context, source);
  const states = drain(operator, world);
  expect(operator.stats().extra.flushes).toBeGreaterThan(1);
  operator.close();
  context.close();
  expect(states.length).toBeGreaterThan(150_000);
  expect(states.reduce((sum, [, count]) => sum + (count as bigint), 0n)).toBe(200_000n);
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
