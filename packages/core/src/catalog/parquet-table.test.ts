import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isQueryError } from '../error/index.ts';
import type { Expression } from '../expression/index.ts';
import { DuckdbPeer } from '../parquet/duckdb-peer.fixture.ts';
import { MemoryAccount } from '../runtime/index.ts';
import { countingStore, memoryStore, type ObjectStore } from '../storage/index.ts';
import * as types from '../types/index.ts';
import { FooterCache } from './footer-cache.ts';
import { type ParquetTableSettings, parquetTable } from './parquet-table.ts';
import type { ScanPlan, Table } from './table.ts';

let peer: DuckdbPeer;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
});
afterAll(() => peer.close());

async function storeOf(objects: Readonly<Record<string, string | Uint8Array>>): Promise<ObjectStore> {
  const store = memoryStore();
  for (const [path, content] of Object.entries(objects)) {
    await store.put(path, typeof content === 'string' ? await peer.write(content) : content);
  }
  return store;
}

const open = (
  store: ObjectStore,
  settings: Partial<ParquetTableSettings> = {},
  footers?: FooterCache,
): Promise<Table> => parquetTable({ storeName: 's', patterns: ['**/*.parquet'], ...settings }, { store, footers });

async function errorOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isQueryError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const columnsOf = (table: Table) =>
  table.columns.map(({ name, type, nullable }) => `${name} ${types.formatType(type)}${nullable ? '' : ' not null'}`);

const comparison = (name: string, type: types.DataType, operator: string, value: types.LiteralValue): Expression => ({
  kind: 'call',
  type: types.BOOLEAN,
  name: operator,
  overload: operator,
  args: [
    { kind: 'column', type, id: 1, name },
    { kind: 'literal', type, value },
  ],
});

const scan = (
  table: Table,
  columns: string[],
  filters: Expression[] = [],
  filterColumn = '',
  limit?: number,
): Promise<ScanPlan> =>
  table.planScan({ columns, filters, filterColumns: new Map(filterColumn ? [[1, filterColumn]] : []), limit });

describe('columns of a table', () => {
  it('are those of the first file, and no other file may lack one', async () => {
    const store = await storeOf({
      'a.parquet': "SELECT 1 AS i, 'x' AS s",
      'b.parquet': "SELECT 'y' AS s, 2 AS i, 3 AS more",
    });
    expect(columnsOf(await open(store))).toEqual(['i integer', 's varchar']);
    expect(await errorOf(open(store, { patterns: ['b.parquet', 'a.parquet'] }))).toBe(
      "SCHEMA_MISMATCH: Column 'more' is not in 'a.parquet', but it is in the first file.",
    );
  });

  it('may be narrower in later files, but not wider or of another kind', async () => {
    const store = await storeOf({
      'wide.parquet': 'SELECT 1::bigint AS c',
      'narrow.parquet': 'SELECT 1::smallint AS c',
      'text.parquet': "SELECT 'x' AS c",
    });
    const table = await open(store, { patterns: ['wide.parquet', 'narrow.parquet'] });
    expect(columnsOf(table)).toEqual(['c bigint']);
    const { splits } = await scan(table, ['c']);
    expect(splits.map(({ columns }) => columns[0])).toMatchObject([
      { chunk: { type: types.INT64 } },
      { chunk: { type: types.INT64 } },
    ]);
    expect(await errorOf(open(store, { patterns: ['narrow.parquet', 'wide.parquet'] }))).toMatch(
      /SCHEMA_MISMATCH: Column 'c' is bigint in 'wide.parquet' but smallint/,
    );
    expect(await errorOf(open(store, { patterns: ['wide.parquet', 'text.parquet'] }))).toMatch(
      /'c' is varchar in 'text.parquet'/,
    );
  });

  it('are those of all files with unionByName, in the type that holds all values', async () => {
    const store = await storeOf({
      'a.parquet': 'SELECT 1::smallint AS i, 1::decimal(9,2) AS d',
      'b.parquet': "SELECT 2::bigint AS i, 'x' AS s",
      'c.parquet': 'SELECT 3::utinyint AS i, 1::decimal(20,2) AS d',
    });
    const table = await open(store, { unionByName: true });
    expect(columnsOf(table)).toEqual(['i bigint', 'd decimal(20,2)', 's varchar']);
    const { splits } = await scan(table, ['s', 'i']);
    expect(splits.map(({ columns }) => columns[0]!.kind)).toEqual(['constant', 'chunk', 'constant']);
    expect(splits[0]!.columns[0]).toEqual({ kind: 'constant', type: types.VARCHAR, value: null });
  });

  it('include hive partitions, which hide columns of the files, and the name of the file', async () => {
    const store = await storeOf({
      'year=2023/city=Oslo/f.parquet': 'SELECT 1 AS i, 0 AS year',
      'year=2024/city=__HIVE_DEFAULT_PARTITION__/f.parquet': 'SELECT 2 AS i, 0 AS year',
    });
    const table = await open(store, { filename: true });
    expect(columnsOf(table)).toEqual([
      'i integer',
      'year bigint not null',
      'city varchar',
      'filename varchar not null',
    ]);
    expect(table.statistics('year')).toMatchObject({ min: 2023n, max: 2024n, numNulls: 0, numDistinct: 2 });
    const { splits } = await scan(table, ['city', 'filename', 'year']);
    expect(
      splits.map(({ columns }) => columns.map((column) => (column.kind === 'constant' ? column.value : ''))),
    ).toEqual([
      ['Oslo', 'year=2023/city=Oslo/f.parquet', 2023n],
      [null, 'year=2024/city=__HIVE_DEFAULT_PARTITION__/f.parquet', 2024n],
    ]);
    expect(columnsOf(await open(store, { hivePartitioning: false }))).toEqual(['i integer', 'year integer']);
    expect(columnsOf(await open(store, { hiveTypes: { year: types.VARCHAR } }))).toContain('year varchar not null');
    expect(await errorOf(open(store, { hiveTypes: { city: types.INT64 } }))).toBe(
      "BAD_ARGUMENT: 'Oslo', the value of partition key 'city' of 'year=2023/city=Oslo/f.parquet', is no bigint.",
    );
  });

  it('NO_FILES_MATCH for a pattern that matches nothing', async () => {
    const store = await storeOf({ 'a.parquet': 'SELECT 1 AS i' });
    expect(await errorOf(open(store, { patterns: ['*.parquet', 'b/*.parquet'] }))).toBe(
      "NO_FILES_MATCH: No file matches 'b/*.parquet'.",
    );
  });

  it('BAD_FOOTER names the file that is none', async () => {
    const store = await storeOf({
      'a.parquet': 'SELECT 1 AS i',
      'b.parquet': new TextEncoder().encode('i\n1\n2\n3\n4\n5\n6\n7\n'),
    });
    expect(await errorOf(open(store))).toMatch(
      /BAD_FOOTER: 'b.parquet' is no readable Parquet file: it seems to be a text file/,
    );
  });
});

describe('statistics', () => {
  it('are those of all files together, as DuckDB counts them', async () => {
    const values = `SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'text ' || i END AS s, (i / 3)::double AS d,
      DATE '2020-01-01' + (i % 400)::integer AS day, (i * 1.5)::decimal(9,1) AS dec, NULL::integer AS n`;
    const store = await storeOf({
      'a.parquet': `${values} FROM range(3000) t(i)`,
      'b.parquet': `${values} FROM range(-500, 200) t(i)`,
    });
    const table = await open(store);
    expect(table.numRows).toBe(3700);
    await peer.run(
      `CREATE OR REPLACE TABLE combined AS ${values} FROM (FROM range(3000) UNION ALL FROM range(-500, 200)) t(i)`,
    );
    for (const name of ['i', 's', 'd', 'day', 'dec', 'n']) {
      const [[min], [max], [numNulls]] = (await peer.columns(
        `SELECT min(${name}), max(${name}), count(*) - count(${name}) FROM combined`,
      )) as [[unknown], [unknown], [bigint]];
      const statistics = table.statistics(name);
      expect({ name, numNulls: statistics.numNulls }).toEqual({ name, numNulls: Number(numNulls) });
      if (min !== null) expect({ name, ...statistics }).toMatchObject({ name, min, max });
      if (min !== null && name !== 's') {
        expect({ name, ...statistics }).toMatchObject({ name, isMinExact: true, isMaxExact: name !== 'd' });
      }
    }
  });
});

describe('a scan is planned', () => {
  it('with the byte ranges of the columns that it needs, in order', async () => {
    const file = await peer.write('SELECT i, i AS j FROM range(5000) t(i)', 'ROW_GROUP_SIZE 2048');
    const { splits, funnel } = await scan(await open(await storeOf({ 'a.parquet': file })), ['j']);
    expect(splits.map(({ rowGroup, firstRow, numRows }) => [rowGroup, firstRow, numRows])).toEqual([
      [0, 0, 2048],
      [1, 2048, 2048],
      [2, 4096, 904],
    ]);
    expect(splits[0]).toMatchObject({ format: 'parquet', store: 's', path: 'a.parquet', sizeBytes: file.length });
    expect(funnel).toEqual({
      numFiles: 1,
      numFilesKept: 1,
      numRowGroups: 3,
      numRowGroupsKept: 3,
      numRows: 5000,
      numRowsKept: 5000,
    });
  });

  it('without the row groups and files that cannot match', async () => {
    const file = (from: number) =>
      peer.write(`SELECT i FROM range(${from}, ${from + 5000}) t(i)`, 'ROW_GROUP_SIZE 2048');
    const store = await storeOf({
      'p=1/a.parquet': await file(0),
      'p=2/a.parquet': await file(0),
      'p=3/b.parquet': await file(9000),
    });
    const table = await open(store);
    const byValue = await scan(table, ['i'], [comparison('i', types.INT64, '>=', 13_500n)], 'i');
    expect(byValue.funnel).toMatchObject({ numFilesKept: 1, numRowGroupsKept: 1, numRowsKept: 904 });
    const byPartition = await scan(table, ['i'], [comparison('p', types.INT64, '=', 2n)], 'p');
    expect(byPartition.splits.map(({ path }) => path)).toEqual(Array(3).fill('p=2/a.parquet'));
    const none = await scan(table, ['i'], [comparison('i', types.INT64, '<', 0n)], 'i');
    expect(none).toMatchObject({ splits: [], funnel: { numFilesKept: 0, numRowsKept: 0, numRows: 15_000 } });
  });

  it('reads no footer of a file that its partition rules out, and each footer once', async () => {
    const inner = await storeOf({
      'p=1/a.parquet': 'SELECT 1 AS i',
      'p=2/a.parquet': 'SELECT 2 AS i',
      'p=3/a.parquet': 'SELECT 3 AS i',
    });
    const store = countingStore(inner);
    const footers = new FooterCache();
    const table = await open(store, { maxEagerFooters: 0 }, footers);
    expect(table.numRows).toBeUndefined();
    expect(store.counts().requests.get).toBe(1);
    await scan(table, ['i'], [comparison('p', types.INT64, '=', 3n)], 'p');
    expect(store.counts().requests.get).toBe(2);
    await scan(await open(store, {}, footers), ['i']);
    expect(store.counts().requests.get).toBe(3);
    expect(store.counts().requests.getRanges).toBe(0);
  });

  it('stops listing splits once a limit is reached', async () => {
    const objects = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`f${String(i).padStart(2, '0')}.parquet`, 'SELECT 1 AS i']),
    );
    const store = countingStore(await storeOf(objects));
    const table = await open(store, { maxEagerFooters: 0, concurrency: 4 });
    const { splits } = await scan(table, ['i'], [], '', 3);
    expect(splits.length).toBe(3);
    expect(store.counts().requests.get).toBeLessThanOrEqual(5);
  });

  it('VERSION_MISMATCH when a file was replaced since the listing', async () => {
    const store = await storeOf({ 'a.parquet': 'SELECT 1 AS i', 'b.parquet': 'SELECT 1 AS i' });
    const table = await open(store, { maxEagerFooters: 0 });
    await store.put('b.parquet', await peer.write('SELECT 2 AS i'));
    expect(await errorOf(scan(table, ['i']))).toMatch(/^VERSION_MISMATCH/);
  });

  it('not at all when the signal has aborted', async () => {
    const table = await open(await storeOf({ 'a.parquet': 'SELECT 1 AS i' }));
    const request = { columns: ['i'], filters: [], filterColumns: new Map(), limit: undefined };
    expect(await errorOf(table.planScan({ ...request, signal: AbortSignal.abort() }))).toMatch(/^ABORTED/);
  });

  it('property: a pruned row group holds no row that matches', async () => {
    const numbers = fc.integer({ min: -20, max: 20 });
    const rowGroups = fc.array(fc.array(fc.option(numbers), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    });
    const filter = fc.record({ operator: fc.constantFrom('=', '<>', '<', '<=', '>', '>='), value: numbers });
    const tests: Readonly<Record<string, (a: number, b: number) => boolean>> = {
      '=': (a, b) => a === b,
      '<>': (a, b) => a !== b,
      '<': (a, b) => a < b,
      '<=': (a, b) => a <= b,
      '>': (a, b) => a > b,
      '>=': (a, b) => a >= b,
    };
    const columns = {
      INT32: [types.INT32, (value: number) => value],
      INT64: [types.INT64, (value: number) => BigInt(value)],
      DOUBLE: [types.FLOAT64, (value: number) => value / 2],
      // On both sides of the surrogates, where UTF-16 and UTF-8 order characters differently.
      STRING: [
        types.VARCHAR,
        (value: number) => String.fromCodePoint(value < 0 ? 0xd800 + 100 * value : 0xe000 + 2000 * value),
      ],
    } as const;
    await fc.assert(
      fc.asyncProperty(
        rowGroups,
        filter,
        fc.constantFrom(...(Object.keys(columns) as (keyof typeof columns)[])),
        async (groups, { operator, value }, kind) => {
          const [type, toValue] = columns[kind];
          const data = groups.flat().map((cell) => (cell === null ? null : toValue(cell)));
          const rowGroupSize = groups.map((group) => group.length);
          const file = parquetWriteBuffer({
            columnData: [{ name: 'c', type: kind, data, nullable: true }],
            rowGroupSize,
          });
          const table = await open(await storeOf({ 'f.parquet': new Uint8Array(file) }));
          const { splits } = await scan(table, ['c'], [comparison('c', type, operator, toValue(value))], 'c');
          const kept = new Set(splits.map(({ rowGroup }) => rowGroup));
          groups.forEach((group, i) => {
            const matches = group.some((cell) => cell !== null && tests[operator]!(cell, value));
            if (matches) expect(kept.has(i)).toBe(true);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the footer cache', () => {
  it('keeps to its limit and to its account', async () => {
    const objects = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}.parquet`, `SELECT ${i} AS i`]));
    const store = await storeOf(objects);
    const account = new MemoryAccount('footers', { limitBytes: 1 << 20 });
    const footers = new FooterCache({ maxBytes: 20_000 }, account);
    await open(store, {}, footers);
    expect(footers.usedBytes).toBeGreaterThan(0);
    expect(footers.usedBytes).toBeLessThanOrEqual(20_000);
    expect(account.usedBytes).toBe(footers.usedBytes);
    footers.clear();
    expect(account.usedBytes).toBe(0);
    const full = new FooterCache({}, new MemoryAccount('none', { limitBytes: 10 }));
    expect((await open(store, {}, full)).numRows).toBe(10);
    expect(full.usedBytes).toBe(0);
  });
});
