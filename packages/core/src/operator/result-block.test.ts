import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PhysicalPlan } from '../physical/index.ts';
import {
  BOOLEAN,
  BYTEA,
  DATE,
  type DataType,
  decimal,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  JSON_TYPE,
  type LiteralValue,
  list,
  NULL,
  struct,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
  UUID,
  VARCHAR,
} from '../types/index.ts';
import { arrowSchema, recordBatchFromBlock } from '../vector/arrow-interop.ts';
import { Arena } from '../vector/index.ts';
import { rowsFromBlock } from '../vector/row-reader.ts';
import { BatchSource, column, literal, taskSpec, testWorld } from './operator.fixture.ts';
import { BLOCKED } from './operator.ts';
import { ResultOutput } from './result-output.ts';
import { resultRows, runTask } from './task-run.fixture.ts';

/** A value, what a row of the result has for it, and what Arrow's `get` answers. */
interface Example {
  readonly type: DataType;
  readonly value: LiteralValue;
  readonly row: unknown;
  readonly arrow?: unknown;
}

const example = (type: DataType, value: LiteralValue, row: unknown, inArrow: unknown = row): Example => ({
  type,
  value,
  row,
  arrow: inArrow,
});

// The texts are what PostgreSQL 17 prints for the values.
const EXAMPLES: readonly Example[] = [
  example(BOOLEAN, true, true),
  example(INT8, -128, -128),
  example(INT16, -32768, -32768),
  example(INT32, -(2 ** 31), -(2 ** 31)),
  example(INT64, -(2n ** 63n), -(2n ** 63n)),
  example(UINT8, 255, 255),
  example(UINT16, 65535, 65535),
  example(UINT32, 2n ** 32n - 1n, 2 ** 32 - 1),
  example(UINT64, 2n ** 64n - 1n, 2n ** 64n - 1n),
  example(FLOAT32, Math.fround(0.1), Math.fround(0.1)),
  example(FLOAT64, 0.1, 0.1),
  example(VARCHAR, 'größer 🚀', 'größer 🚀'),
  example(VARCHAR, '', ''),
  // Arrow's decoder takes the byte order mark away.
  example(VARCHAR, '\ufeffmark', '\ufeffmark', null),
  example(JSON_TYPE, '{"a": 1}', '{"a": 1}'),
  example(UUID, '00112233-4455-6677-8899-aabbccddeeff', '00112233-4455-6677-8899-aabbccddeeff'),
  example(BYTEA, new Uint8Array([0, 255, 1]), new Uint8Array([0, 255, 1])),
  example(DATE, 0, '1970-01-01', 0),
  example(DATE, 11_016, '2000-02-29', 11_016 * 86_400_000),
  example(DATE, -719_529, '0002-12-31 BC', -719_529 * 86_400_000),
  example(DATE, 2_932_897, '10000-01-01', 2_932_897 * 86_400_000),
  example(TIME, 86_399_999_999n, '23:59:59.999999', 86_399_999_999n),
  example(TIME, 47_109_250_000n, '13:05:09.25', 47_109_250_000n),
  example(TIMESTAMP, 1_709_211_909_250_000n, '2024-02-29 13:05:09.25', 1_709_211_909_250),
  example(TIMESTAMP, -1n, '1969-12-31 23:59:59.999999', -0.001),
  example(TIMESTAMPTZ, 951_782_400_000_000n, '2000-02-29 00:00:00+00', 951_782_400_000),
  example(TIMESTAMP, -62_167_219_200_000_000n, '0001-01-01 00:00:00 BC', -62_167_219_200_000),
  example(INTERVAL, { months: 14, days: -3, micros: 14_706_700_000n }, '1 year 2 mons -3 days +04:05:06.7', null),
  example(INTERVAL, { months: -1, days: 1, micros: -1_000_000n }, '-1 mons +1 day -00:00:01', null),
  example(INTERVAL, { months: 0, days: 0, micros: 0n }, '00:00:00', null),
  example(INTERVAL, { months: 0, days: 0, micros: 360_000_000_000_000n }, '100000:00:00', null),
  example(decimal(10, 2), -5n, '-0.05', null),
  example(decimal(10, 0), 42n, '42', null),
  example(decimal(18, 18), 1n, '0.000000000000000001', null),
  example(decimal(38, 10), 10n ** 37n + 1n, '1000000000000000000000000000.0000000001', null),
  example(decimal(38, 0), -(10n ** 38n) + 1n, `-${'9'.repeat(38)}`, null),
  example(decimal(38, 2), 2n ** 53n, '90071992547409.92', null),
  example(decimal(38, 2), -(2n ** 53n) - 1n, '-90071992547409.93', null),
  example(list(INT32), [1, null, 3], [1, null, 3], null),
  example(list(list(VARCHAR)), [['a'], [], null, ['b', null]], [['a'], [], null, ['b', null]], null),
  example(
    struct([
      { name: 'a', type: INT64 },
      { name: 'b', type: list(decimal(5, 1)) },
    ]),
    [7n, [15n, null]],
    { a: 7n, b: ['1.5', null] },
    null,
  ),
  example(NULL, null, null),
];

const columns = EXAMPLES.map(({ type }, i) => column(i + 1, type, `c${i}`));

test('every type, with and without nulls, as rows', () => {
  const fragment: PhysicalPlan = {
    kind: 'ValuesExec',
    id: 1,
    columns,
    rows: [
      EXAMPLES.map(({ type, value }) => literal(type, value)),
      EXAMPLES.map(({ type }) => literal(type, null)),
      EXAMPLES.map(({ type, value }) => literal(type, value)),
    ],
  };
  const wanted = Object.fromEntries(EXAMPLES.map(({ row }, i) => [`c${i}`, row]));
  const nulls = Object.fromEntries(EXAMPLES.map((_, i) => [`c${i}`, null]));
  expect(resultRows(runTask(taskSpec(fragment), testWorld()), columns)).toEqual([wanted, nulls, wanted]);
});

test('every type as an Arrow record batch, without copying', () => {
  const fragment: PhysicalPlan = {
    kind: 'ValuesExec',
    id: 1,
    columns,
    rows: [EXAMPLES.map(({ type }) => literal(type, null)), EXAMPLES.map(({ type, value }) => literal(type, value))],
  };
  const [block] = runTask(taskSpec(fragment), testWorld()).blocks;
  const types = columns.map((c) => c.type);
  const schema = arrowSchema(columns);
  const batch = recordBatchFromBlock({ ...block!, types }, schema);
  expect(batch.numRows).toBe(2);
  EXAMPLES.forEach(({ arrow: wanted, type }, i) => {
    const vector = batch.getChildAt(i)!;
    expect(vector.get(0)).toBeNull();
    expect(vector.nullCount).toBe(type.id === 'null' ? 2 : 1);
    if (wanted !== null) expect({ i, value: vector.get(1) }).toEqual({ i, value: wanted });
    if (type.id !== 'null' && type.id !== 'list' && type.id !== 'struct') {
      expect(vector.data[0]!.values.buffer).toBe(block!.buffer);
    }
  });
  // Arrow's own IPC writer and reader agree with the layout.
  const table = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table(schema, [batch]), 'stream'));
  expect(table.numRows).toBe(2);
  const at = (type: DataType) => columns.findIndex((c) => c.type === type);
  expect(table.getChildAt(at(UUID))!.get(1)).toBe('00112233-4455-6677-8899-aabbccddeeff');
  const nested = table.getChildAt(columns.findIndex((c) => c.type.id === 'struct'))!.get(1);
  expect(nested.a).toBe(7n);
});

test('fields of the schema tell their SQL types', () => {
  const [field] = arrowSchema([column(1, decimal(10, 2), 'd')]).fields;
  expect(field!.name).toBe('d');
  expect(String(field!.type)).toBe('Decimal[10e+2]');
  expect(JSON.parse(field!.metadata.get('millrace.type')!)).toEqual({ id: 'decimal', precision: 10, scale: 2 });
});

test('rows survive any encoding, selection, batch and block size', () => {
  const types = [INT32, VARCHAR, BOOLEAN, decimal(38, 2)] as const;
  const names = types.map((type, i) => column(i + 1, type, `c${i}`));
  const rowsArbitrary = fc.array(
    fc.tuple(
      fc.option(fc.integer()),
      fc.option(fc.string({ unit: 'grapheme', maxLength: 8 })),
      fc.option(fc.boolean()),
      fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
    ),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(rowsArbitrary, fc.nat(), fc.constantFrom(1, 200, 1 << 20), (rows, seed, blockBytes) => {
      const world = testWorld();
      const source = new BatchSource(world, types, rows, { seed });
      const output = new ResultOutput(types, blockBytes, world.memory, world.account);
      const given: Record<string, unknown>[] = [];
      const take = () => {
        for (let block = output.take(); block; block = output.take()) {
          const buffer = new ArrayBuffer(block.bytes);
          new Uint8Array(buffer).set(world.memory.u8.subarray(block.address, block.address + block.bytes));
          given.push(...rowsFromBlock({ numRows: block.numRows, types, buffer }, names));
        }
      };
      for (let batch = source.next(); batch !== undefined; batch = source.next()) {
        if (batch === BLOCKED) continue;
        output.push(batch);
        take();
      }
      output.finish();
      take();
      output.close();
      source.close();
      const text = (value: bigint) => {
        const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
        return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
      };
      expect(given).toEqual(rows.map(([a, b, c, d]) => ({ c0: a, c1: b, c2: c, c3: d === null ? null : text(d) })));
      expect(world.memory.numBlocks).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('bytes that are not UTF-8 spoil no other string', () => {
  const world = testWorld();
  const arena = new Arena(world.memory, world.account);
  const types = [BYTEA] as const;
  const values = [new Uint8Array([0xff]), new TextEncoder().encode('grün'), new TextEncoder().encode('x')];
  const source = new BatchSource(
    world,
    types,
    values.map((value) => [value]),
    { isHostile: false },
  );
  const output = new ResultOutput(types, 1, world.memory, world.account);
  const batch = source.next();
  if (batch === undefined || batch === BLOCKED) throw new Error('no batch');
  output.push(batch);
  const block = output.take()!;
  const buffer = world.memory.u8.slice(block.address, block.address + block.bytes).buffer as ArrayBuffer;
  const rows = rowsFromBlock({ numRows: 3, types: [VARCHAR], buffer }, [{ name: 's' }]);
  expect(rows).toEqual([{ s: '\ufffd' }, { s: 'grün' }, { s: 'x' }]);
  output.close();
  source.close();
  arena.close();
});

test('an interval that Arrow cannot hold is an OVERFLOW', () => {
  const one = [column(1, INTERVAL)];
  const value = { months: 0, days: 0, micros: 2n ** 62n };
  const fragment: PhysicalPlan = { kind: 'ValuesExec', id: 1, columns: one, rows: [[literal(INTERVAL, value)]] };
  expect(() => runTask(taskSpec(fragment), testWorld())).toThrow(expect.objectContaining({ code: 'OVERFLOW' }));
});
