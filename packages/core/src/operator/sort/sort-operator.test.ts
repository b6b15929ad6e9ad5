import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SortKey } from '../../expression/index.ts';
import type { SortExec, TopNExec } from '../../physical/index.ts';
import {
  BOOLEAN,
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INT64,
  INTERVAL,
  type IntervalValue,
  type LiteralValue,
  UUID,
  VARCHAR,
} from '../../types/index.ts';
import {
  BatchSource,
  column,
  columnRef,
  drain,
  rowKeys,
  sourceNode,
  testContext,
  testWorld,
} from '../operator.fixture.ts';
import { SortOperator } from './sort-operator.ts';
import { TopNOperator } from './top-n-operator.ts';

const TYPES: readonly DataType[] = [INT32, INT64, FLOAT64, VARCHAR, BOOLEAN, decimal(38, 2), INTERVAL, UUID];
const columns = [...TYPES.map((type, i) => column(i + 1, type)), column(99, INT32, 'row')];

const VALUES: readonly fc.Arbitrary<LiteralValue>[] = [
  fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer()),
  fc.oneof(fc.bigInt({ min: -2n, max: 2n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.oneof(fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), fc.double()),
  fc.oneof(
    fc.constantFrom('', 'a', 'a\0', 'abcdefgh', 'abcdefghi', 'abcdefgh\0', 'abcdefgz'),
    fc.string({ unit: 'binary', maxLength: 10 }),
  ),
  fc.boolean(),
  fc.oneof(fc.bigInt({ min: -2n, max: 2n }), fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n })),
  fc.record({
    months: fc.integer({ min: -2, max: 2 }),
    days: fc.integer({ min: -60, max: 60 }),
    micros: fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }),
  }),
  fc.constantFrom('00000000-0000-0000-0000-000000000001', 'ffffffff-0000-4000-8000-000000000000'),
];

const lengthOf = ({ months, days, micros }: IntervalValue) =>
  (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;

/** PostgreSQL's order of values that are not null. */
function order(a: LiteralValue, b: LiteralValue): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  if (typeof a === 'object') return order(lengthOf(a as IntervalValue), lengthOf(b as IntervalValue));
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}

function sorted(rows: readonly LiteralValue[][], keys: readonly SortKey[]): LiteralValue[][] {
  return rows.toSorted((p, q) => {
    for (const { expression, descending, nullsFirst } of keys) {
      if (expression.kind !== 'column') continue;
      const place = columns.findIndex((c) => c.id === expression.id);
      const [a, b] = [p[place]!, q[place]!];
      if (a === null || b === null) {
        if (a === b) continue;
        return (a === null) === nullsFirst ? -1 : 1;
      }
      const result = order(a, b);
      if (result !== 0) return descending ? -result : result;
    }
    return 0;
  });
}

const rowsArbitrary = (maxLength: number) =>
  fc
    .array(fc.tuple(...VALUES.map((value) => fc.option(value, { freq: 4 }))), { maxLength })
    .map((rows) => rows.map((row, i) => [...row, i] as LiteralValue[]));

const keysArbitrary = fc
  .array(fc.tuple(fc.nat({ max: TYPES.length - 1 }), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 3 })
  .map((keys) =>
    keys.map(
      ([place, descending, nullsFirst]): SortKey => ({
        expression: columnRef(columns[place]!),
        descending,
        nullsFirst,
      }),
    ),
  );

const optionsArbitrary = fc.record({ seed: fc.nat({ max: 1e6 }), batchRows: fc.constantFrom(1, 3, 2048) });

const types = columns.map((c) => c.type);

interface RunOptions {
  readonly seed?: number;
  readonly batchRows: number;
  readonly isHostile?: boolean;
  /** Bytes above which the sort spills. Default: it cannot. */
  readonly operatorBytes?: number;
  readonly maxDelay?: number;
}

function run(node: SortExec | TopNExec, rows: readonly LiteralValue[][], options: RunOptions): LiteralValue[][] {
  const { operatorBytes, maxDelay = 0 } = options;
  const world = testWorld({ canSpill: operatorBytes !== undefined, maxDelay, seed: options.seed ?? 1 });
  const context = testContext(world, { batchRows: options.batchRows, operatorBytes });
  const source = new BatchSource(world, types, rows, options);
  const operator =
    node.kind === 'SortExec' ? new SortOperator(node, context, source) : new TopNOperator(node, context, source);
  try {
    const given = drain(operator, world);
    // Files are removed as soon as they were read.
    expect(world.io.files.size).toBe(0);
    return given;
  } finally {
    operator.close();
    while (!context.reads.drain()) world.io.tick();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
    expect(world.account.usedBytes).toBe(0);
  }
}

const sortNode = (keys: readonly SortKey[]): SortExec => ({
  kind: 'SortExec',
  id: 1,
  columns,
  input: sourceNode(columns),
  keys,
});

const topNode = (keys: readonly SortKey[], limit: number, offset: number): TopNExec => ({
  kind: 'TopNExec',
  id: 1,
  columns,
  input: sourceNode(columns),
  keys,
  limit,
  offset,
});

describe('any keys, any encoding', () => {
  test('the whole input, stable', () => {
    fc.assert(
      fc.property(rowsArbitrary(100), keysArbitrary, optionsArbitrary, (rows, keys, options) => {
        expect(rowKeys(run(sortNode(keys), rows, options))).toEqual(rowKeys(sorted(rows, keys)));
      }),
      { numRuns: 100 },
    );
  });

  test('the same when runs are spilled and merged, one after each batch or a few', () => {
    const spilling = fc.record({ operatorBytes: fc.constantFrom(1, 20_000, 60_000), maxDelay: fc.nat(3) });
    fc.assert(
      fc.property(rowsArbitrary(100), keysArbitrary, optionsArbitrary, spilling, (rows, keys, options, spill) => {
        expect(rowKeys(run(sortNode(keys), rows, { ...options, ...spill }))).toEqual(rowKeys(sorted(rows, keys)));
      }),
      { numRuns: 100 },
    );
  });

  test('the first rows, stable', () => {
    const limits = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 }));
    fc.assert(
      fc.property(
        rowsArbitrary(100),
        keysArbitrary,
        limits,
        optionsArbitrary,
        (rows, keys, [limit, offset], options) => {
          const actual = run(topNode(keys, limit, offset), rows, options);
          expect(rowKeys(actual)).toEqual(rowKeys(sorted(rows, keys).slice(offset, offset + limit)));
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('many rows, so that runs are merged and the rows of a top-N are cut', () => {
  const rows = Array.from({ length: 20_000 }, (_, i): LiteralValue[] => {
    const hash = (i * 2654435761) % 4096;
    return [hash % 300, BigInt(hash) - 2000n, hash / 7, `text ${hash}`, hash % 2 === 0, BigInt(hash), null, null, i];
  });
  const by = (place: number, descending: boolean): SortKey => ({
    expression: columnRef(columns[place]!),
    descending,
    nullsFirst: descending,
  });
  for (const keys of [[by(0, false), by(3, true)], [by(1, true)], [by(3, false)], [by(5, true), by(8, true)]]) {
    const wanted = rowKeys(sorted(rows, keys));
    expect(rowKeys(run(sortNode(keys), rows, { batchRows: 2048, isHostile: false }))).toEqual(wanted);
    const top = run(topNode(keys, 100, 50), rows, { batchRows: 2048, isHostile: false });
    expect(rowKeys(top)).toEqual(wanted.slice(50, 150));
  }
});

test('ten times as much as the memory is sorted in passes, within the memory', () => {
  const limit = 2 ** 20;
  const world = testWorld({ canSpill: true });
  const context = testContext(world, { memoryBytes: limit, batchRows: 1024 });
  const three = [column(1, INT64), column(2, VARCHAR), column(3, INT32)];
  const rows = Array.from({ length: 160_000 }, (_, i): LiteralValue[] => {
    const hash = (i * 2654435761) % 2 ** 32;
    return [BigInt(hash % 50_000), `text ${hash} which is rather long and takes room`, i];
  });
  const source = new BatchSource(world, [INT64, VARCHAR, INT32], rows, { isHostile: false, batchRows: 1024 });
  const keys = [{ expression: columnRef(three[0]!), descending: false, nullsFirst: false }];
  const node: SortExec = { kind: 'SortExec', id: 3, columns: three, input: sourceNode(three), keys };
  const operator = new SortOperator(node, context, source);
  const wanted = rows.toSorted(
    (a, b) => Number(a[0]! as bigint) - Number(b[0]! as bigint) || (a[2] as number) - (b[2] as number),
  );
  const given = drain(operator, world);
  expect(given.map((row) => row[2])).toEqual(wanted.map((row) => row[2]));
  const { spilledBytes, sortRuns } = operator.stats().extra;
  expect(sortRuns).toBeGreaterThan(10);
  expect(spilledBytes).toBeGreaterThan(10 * limit);
  operator.close();
  context.close();
  expect(context.account.peakBytes).toBeLessThanOrEqual(limit);
  expect(world.memory.numBlocks).toBe(0);
});

test('too little memory is said with the name of the operator', () => {
  const world = testWorld();
  const context = testContext(world, { memoryBytes: 500_000 });
  const rows = Array.from({ length: 30_000 }, (_, i) => [i]);
  const source = new BatchSource(world, [INT32], rows, { isHostile: false, batchRows: 2048 });
  const one = [column(1, INT32)];
  const keys = [{ expression: columnRef(one[0]!), descending: true, nullsFirst: false }];
  const node: SortExec = { kind: 'SortExec', id: 3, columns: one, input: sourceNode(one), keys };
  const operator = new SortOperator(node, context, source);
  expect(() => drain(operator, world)).toThrow(/SortOperator #3 needs/);
  operator.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});
