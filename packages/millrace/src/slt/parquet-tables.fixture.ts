import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Engine } from '../index.ts';

/** A table as DuckDB computes it, the files that hold it, and its columns in PostgreSQL. */
interface TableDefinition {
  readonly name: string;
  readonly rows: string;
  /** Files under `data/`: which rows go where, and what follows `FORMAT parquet` in COPY. */
  readonly files: readonly { readonly path: string; readonly where?: string; readonly options: string }[];
  /** Where the engine finds it. */
  readonly location: string;
  /** Name, type in PostgreSQL, and what its CSV input needs where the text of the two engines differs. */
  readonly columns: readonly (readonly [name: string, type: string, csv?: string])[];
}

/** Null in one row of seven, another one for each column. */
const some = (sql: string, shift: number) => `CASE WHEN (i + ${shift}) % 7 <> 0 THEN ${sql} END`;

const TABLES: readonly TableDefinition[] = [
  {
    name: 'kinds',
    rows: `SELECT i::INTEGER AS id,
      ${some('i % 3 = 0', 1)} AS b,
      ${some('(i * 37 % 256 - 128)::TINYINT', 2)} AS i8,
      ${some('(i * 4099 % 65536 - 32768)::SMALLINT', 3)} AS i16,
      ${some('(i * 715827883 % 4294967296 - 2147483648)::INTEGER', 4)} AS i32,
      ${some('((i - 12) * 768614336404564650)::BIGINT', 5)} AS i64,
      ${some('(i * 10)::UTINYINT', 6)} AS u8,
      ${some('(i * 2700)::USMALLINT', 0)} AS u16,
      ${some('(i * 178956970)::UINTEGER', 1)} AS u32,
      ${some('((i - 12) / 4)::FLOAT', 2)} AS f32,
      ${some("CASE i WHEN 5 THEN 'NaN'::DOUBLE WHEN 6 THEN 'Infinity'::DOUBLE WHEN 7 THEN '-Infinity'::DOUBLE ELSE (i - 12) * 1.25e10 END", 3)} AS f64,
      ${some('((i - 12) * 8.3)::DECIMAL(4,1)', 4)} AS d4,
      ${some('((i - 12) * 12345.67)::DECIMAL(9,2)', 5)} AS d9,
      ${some('((i - 12) * 1234567890.1234)::DECIMAL(18,4)', 6)} AS d18,
      ${some("((i - 12) * '1234567890123456789012345.123456789'::DECIMAL(34,9))::DECIMAL(38,9)", 0)} AS d38,
      ${some("['', 'a', 'Ab', 'ä日本', 'it''s', 'x y z', '%_', 'zz'][i % 8 + 1]", 1)} AS s,
      ${some("encode(['', 'a', 'Ab', 'ä'][i % 4 + 1])", 2)} AS bin,
      ${some("DATE '1970-01-01' + (i * 997 - 9000)::INTEGER", 3)} AS d,
      ${some("TIME '00:00:00' + INTERVAL (i * 3599) SECOND + INTERVAL (i) MICROSECOND", 4)} AS t,
      ${some("TIMESTAMP '1969-12-31 12:00:00' + INTERVAL (i * 1000003) SECOND + INTERVAL (i) MICROSECOND", 5)} AS ts,
      ${some("(TIMESTAMP '2024-03-30 20:00:00' + INTERVAL (i) HOUR)::TIMESTAMPTZ", 6)} AS tz,
      ${some("('00000000-0000-4000-8000-' || printf('%012d', i))::UUID", 0)} AS u
      FROM range(24) r(i)`,
    files: [{ path: 'kinds.parquet', options: 'COMPRESSION snappy' }],
    location: 'data/kinds.parquet',
    columns: [
      ['id', 'int4'],
      ['b', 'bool'],
      ['i8', 'int2'],
      ['i16', 'int2'],
      ['i32', 'int4'],
      ['i64', 'int8'],
      ['u8', 'int2'],
      ['u16', 'int4'],
      ['u32', 'int8'],
      ['f32', 'float4'],
      ['f64', 'float8'],
      ['d4', 'numeric(4,1)'],
      ['d9', 'numeric(9,2)'],
      ['d18', 'numeric(18,4)'],
      ['d38', 'numeric(38,9)'],
      ['s', 'text'],
      ['bin', 'bytea', "'\\x' || lower(hex(bin))"],
      ['d', 'date'],
      ['t', 'time'],
      ['ts', 'timestamp'],
      ['tz', 'timestamptz'],
      ['u', 'uuid'],
    ],
  },
  {
    // Three files of several row groups; `note` is too long for a dictionary in the last one.
    name: 'events',
    rows: `SELECT i::BIGINT AS id,
      CASE WHEN i % 11 <> 0 THEN ['view', 'click', 'buy', 'leave', 'ä'][i * 7 % 5 + 1] END AS kind,
      (i * 7919 % 100)::INTEGER AS user_id,
      CASE WHEN i % 13 <> 0 THEN ((i * 104729 % 200001 - 100000) / 100)::DECIMAL(12,2) END AS amount,
      CASE WHEN i % 17 <> 0 THEN (i % 4001 - 2000) / 4 END::DOUBLE AS ratio,
      TIMESTAMP '2024-01-01 00:00:00' + INTERVAL (i * 977) SECOND AS happened,
      DATE '2024-01-01' + (i // 100)::INTEGER AS day,
      CASE WHEN i % 5 <> 0 THEN i % 3 = 0 END AS flag,
      CASE WHEN i < 4500 THEN 'note ' || i % 20 ELSE 'event number ' || i || ' with words of its own' END AS note
      FROM range(6000) r(i)`,
    files: [
      { path: 'events/1.parquet', where: 'id < 2500', options: 'ROW_GROUP_SIZE 2048, COMPRESSION snappy' },
      {
        path: 'events/2.parquet',
        where: 'id >= 2500 AND id < 2600',
        options: 'COMPRESSION uncompressed, PARQUET_VERSION V2',
      },
      { path: 'events/3.parquet', where: 'id >= 2600', options: 'ROW_GROUP_SIZE 2048, COMPRESSION zstd' },
    ],
    location: 'data/events/*.parquet',
    columns: [
      ['id', 'int8'],
      ['kind', 'text'],
      ['user_id', 'int4'],
      ['amount', 'numeric(12,2)'],
      ['ratio', 'float8'],
      ['happened', 'timestamp'],
      ['day', 'date'],
      ['flag', 'bool'],
      ['note', 'text'],
    ],
  },
  {
    name: 'users',
    rows: `SELECT i::INTEGER AS id, 'user ' || i AS name,
      CASE WHEN i % 6 <> 0 THEN ['Bern', 'Oslo', 'Rome', 'Lima'][i % 4 + 1] END AS city,
      CASE WHEN i % 9 <> 0 THEN (i * 31 % 60)::INTEGER END AS referrer
      FROM range(60) r(i)`,
    files: [{ path: 'users.parquet', options: 'COMPRESSION gzip' }],
    location: 'data/users.parquet',
    columns: [
      ['id', 'int4'],
      ['name', 'text'],
      ['city', 'text'],
      ['referrer', 'int4'],
    ],
  },
  {
    name: 'sales',
    rows: `SELECT i::INTEGER AS id, ['apple', 'pear', 'fig'][i % 3 + 1] AS item, (i * 1.1)::DECIMAL(9,2) AS price,
      2023 + i // 20 AS year, ['de', 'fr'][i // 10 % 2 + 1] AS country
      FROM range(40) r(i)`,
    files: [2023, 2024].flatMap((year) =>
      ['de', 'fr'].map((country) => ({
        path: `sales/year=${year}/country=${country}/part.parquet`,
        where: `year = ${year} AND country = '${country}'`,
        options: 'COMPRESSION snappy',
      })),
    ),
    location: 'data/sales/**/*.parquet',
    columns: [
      ['id', 'int4'],
      ['item', 'text'],
      ['price', 'numeric(9,2)'],
      ['year', 'int4'],
      ['country', 'text'],
    ],
  },
  {
    name: 'nothing',
    rows: `SELECT i::INTEGER AS id, 'x' AS s, i::DECIMAL(9,2) AS amount FROM range(0) r(i)`,
    files: [{ path: 'nothing.parquet', options: 'COMPRESSION snappy' }],
    location: 'data/nothing.parquet',
    columns: [
      ['id', 'int4'],
      ['s', 'text'],
      ['amount', 'numeric(9,2)'],
    ],
  },
];

/** The tables of `.slt` files as Parquet files in a folder that goes away again. */
export interface ParquetTables extends Disposable {
  /** The folder that has `data/`, from which the paths of SQL start. */
  readonly root: string;
  /** Each table as statements that make and fill it in PostgreSQL: `COPY` reads the CSV text as `/dev/blob`. */
  readonly postgres: readonly { readonly create: string; readonly copy: string; readonly csv: string }[];
}

/** Writes the tables with DuckDB, the same each time. */
export async function parquetTables(): Promise<ParquetTables> {
  const root = mkdtempSync(join(tmpdir(), 'millrace-slt-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const postgres: { create: string; copy: string; csv: string }[] = [];
  for (const { name, rows, files, columns } of TABLES) {
    await connection.run(`CREATE TABLE ${name} AS ${rows}`);
    for (const { path, where = 'true', options } of files) {
      const file = join(root, 'data', path);
      mkdirSync(dirname(file), { recursive: true });
      // Hive folders say what their files leave out.
      const kept = [...path.matchAll(/(\w+)=/g)].map(([, key]) => key);
      const list = kept.length > 0 ? `* EXCLUDE (${kept.join(', ')})` : '*';
      await connection.run(
        `COPY (SELECT ${list} FROM ${name} WHERE ${where}) TO '${file}' (FORMAT parquet, ${options})`,
      );
    }
    const fields = columns.map(([column, , csv]) => `(${csv ?? column})::VARCHAR AS ${column}`);
    const texts = (await connection.runAndReadAll(`SELECT ${fields.join(', ')} FROM ${name}`)).getRows();
    postgres.push({
      create: `CREATE TABLE ${name} (${columns.map(([column, type]) => `${column} ${type}`).join(', ')})`,
      copy: `COPY ${name} FROM '/dev/blob' (FORMAT csv)`,
      csv: texts.map((row) => row.map((cell) => csvField(cell as string | null)).join(',')).join('\n'),
    });
  }
  connection.closeSync();
  instance.closeSync();
  return { root, postgres, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** Null is nothing at all, an empty text a pair of quotes. */
function csvField(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`;
}

/** Gives the tables their names in an engine whose store `data` is the folder `data/`. */
export function registerParquetTables(engine: Engine): void {
  for (const { name, location } of TABLES) engine.registerTable(name, { location });
}

/** Views of the same names, for DuckDB with `file_search_path` at the root. */
export const DUCKDB_VIEWS: readonly string[] = TABLES.map(
  ({ name, location }) => `CREATE VIEW ${name} AS SELECT * FROM read_parquet('${location}')`,
);
