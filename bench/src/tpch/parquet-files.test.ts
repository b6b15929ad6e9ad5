import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTpch, PARQUET_COMPRESSIONS, ROWS_PER_ROW_GROUP, TPCH_TABLE_NAMES } from './index.ts';
import { asStruct, readThriftStruct } from './thrift-compact.ts';

/** The types of DuckDB's own `dbgen` (extension/tpch/dbgen/dbgen.cpp). */
const DUCKDB_TYPES: Readonly<Record<string, string>> = {
  region: 'INTEGER, VARCHAR, VARCHAR',
  nation: 'INTEGER, VARCHAR, INTEGER, VARCHAR',
  supplier: 'BIGINT, VARCHAR, VARCHAR, INTEGER, VARCHAR, DECIMAL(15,2), VARCHAR',
  customer: 'BIGINT, VARCHAR, VARCHAR, INTEGER, VARCHAR, DECIMAL(15,2), VARCHAR, VARCHAR',
  part: 'BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, INTEGER, VARCHAR, DECIMAL(15,2), VARCHAR',
  partsupp: 'BIGINT, BIGINT, BIGINT, DECIMAL(15,2), VARCHAR',
  orders: 'BIGINT, BIGINT, VARCHAR, DECIMAL(15,2), DATE, VARCHAR, VARCHAR, INTEGER, VARCHAR',
  lineitem: `BIGINT, BIGINT, BIGINT, BIGINT, DECIMAL(15,2), DECIMAL(15,2), DECIMAL(15,2), DECIMAL(15,2), VARCHAR,
    VARCHAR, DATE, DATE, DATE, VARCHAR, VARCHAR, VARCHAR`.replace(/\s+/g, ' '),
};

let directory = '';
let instance: DuckDBInstance;
let duckdb: DuckDBConnection;

async function rows(sql: string) {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-tpch-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  duckdb = await instance.connect();
  await generateTpch({ scaleFactor: 0.01, directory: join(directory, 'tbl'), format: 'tbl' });
  for (const compression of PARQUET_COMPRESSIONS) {
    await generateTpch({ scaleFactor: 0.01, directory: join(directory, compression), compression });
  }
  await generateTpch({ scaleFactor: 0.05, directory, tables: ['lineitem'] });
});

afterAll(async () => {
  duckdb.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true, force: true });
});

describe.each(TPCH_TABLE_NAMES)('%s as Parquet', (table) => {
  const parquet = (compression: string) => `read_parquet('${join(directory, compression, `${table}.parquet`)}')`;

  it("has the types of DuckDB's dbgen, and no nulls", async () => {
    const columns = await rows(`DESCRIBE SELECT * FROM ${parquet('snappy')}`);
    expect(columns.map((column) => column.column_type).join(', ')).toBe(DUCKDB_TYPES[table]);
    const path = join(directory, 'snappy', `${table}.parquet`);
    const schema = await rows(`SELECT repetition_type, type, duckdb_type FROM parquet_schema('${path}') OFFSET 1`);
    for (const column of schema) {
      expect(column.repetition_type).toBe('REQUIRED');
      if (column.duckdb_type === 'DECIMAL(15,2)') expect(column.type).toBe('INT64');
    }
  });

  it.each(PARQUET_COMPRESSIONS)('holds the rows of the text (%s)', async (compression) => {
    const columns = await rows(`DESCRIBE SELECT * FROM ${parquet(compression)}`);
    const types = columns.map(({ column_name, column_type }) => `'${column_name}': '${column_type}'`);
    const text = `read_csv('${join(directory, 'tbl', `${table}.tbl`)}', delim = '|', header = false, quote = '',
      escape = '', columns = {${types.join(', ')}})`;
    const [counts] = await rows(`SELECT
      (SELECT count(*) FROM ${text}) AS num_text,
      (SELECT count(*) FROM ${parquet(compression)}) AS num_parquet,
      (SELECT count(*) FROM (FROM ${text} EXCEPT ALL FROM ${parquet(compression)})) AS num_missing,
      (SELECT count(*) FROM (FROM ${parquet(compression)} EXCEPT ALL FROM ${text})) AS num_extra`);
    expect(counts).toMatchObject({ num_parquet: counts!.num_text, num_missing: '0', num_extra: '0' });
  });
});

describe('row groups', () => {
  const path = () => join(directory, 'lineitem.parquet');

  it('have 122,880 rows, the last one fewer', async () => {
    const groups = await rows(`SELECT DISTINCT row_group_id, row_group_num_rows AS n FROM parquet_metadata('${path()}')
      ORDER BY ALL`);
    const [{ total } = { total: 0 }] = await rows(`SELECT count(*) AS total FROM '${path()}'`);
    const sizes = groups.map((group) => Number(group.n));
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.slice(0, -1).every((size) => size === ROWS_PER_ROW_GROUP)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(Number(total));
  });

  it('have dictionaries, and the statistics of their rows', async () => {
    const [chunks] = await rows(`SELECT bool_and(encodings LIKE '%RLE_DICTIONARY%') AS dictionary,
      bool_and(compression = 'SNAPPY') AS snappy FROM parquet_metadata('${path()}')`);
    expect(chunks).toEqual({ dictionary: true, snappy: true });
    for (const column of ['l_orderkey', 'l_extendedprice', 'l_shipdate', 'l_shipmode']) {
      const stated = await rows(`SELECT row_group_id AS id, stats_min_value AS low, stats_max_value AS high
        FROM parquet_metadata('${path()}') WHERE path_in_schema = '${column}' ORDER BY row_group_id`);
      const actual = await rows(`SELECT file_row_number // ${ROWS_PER_ROW_GROUP} AS id, min(${column})::VARCHAR AS low,
        max(${column})::VARCHAR AS high FROM read_parquet('${path()}', file_row_number = true)
        GROUP BY 1 ORDER BY 1`);
      expect(stated).toEqual(actual);
    }
  });

  it('are pruned and read from the middle of a joined file', async () => {
    const [counts] = await rows(`SELECT count(*) AS n, count(DISTINCT l_orderkey) AS keys FROM '${path()}'
      WHERE l_orderkey BETWEEN 150000 AND 160000`);
    // Orders 37,504 to 40,000: of every 32 keys from 149,984 (32 * 4,687) on, the first eight are used.
    expect(counts).toMatchObject({ keys: '2497' });
  });

  it('have page indexes that fit their pages', async () => {
    const file = await readFile(path());
    const footerLength = file.readUInt32LE(file.length - 8);
    const footer = readThriftStruct(file.subarray(file.length - 8 - footerLength, file.length - 8));
    const rowGroups = footer.list(4).map(asStruct);
    expect(rowGroups.map((group) => group.int(7))).toEqual([...rowGroups.keys()]);
    for (const group of rowGroups) {
      for (const chunk of group.list(1).map(asStruct)) {
        const metaData = chunk.struct(3);
        const start = metaData.int(11) ?? metaData.int(9)!;
        const end = start + metaData.int(7)!;
        const cut = (offset: number, length: number) => readThriftStruct(file.subarray(offset, offset + length));
        const pages = cut(chunk.int(4)!, chunk.int(5)!).list(1).map(asStruct);
        const offsets = pages.map((page) => page.int(1)!);
        const firstRows = pages.map((page) => page.int(3)!);
        expect(offsets[0]).toBe(metaData.int(9));
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        const last = pages.at(-1)!;
        expect(last.int(1)! + last.int(2)!).toBe(end);
        expect(firstRows[0]).toBe(0);
        expect(firstRows.at(-1)).toBeLessThan(group.int(3)!);
        const columnIndex = cut(chunk.int(6)!, chunk.int(7)!);
        expect(columnIndex.list(2)).toHaveLength(pages.length);
      }
    }
  });
});
