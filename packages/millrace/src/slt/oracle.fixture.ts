import { DuckDBInstance, DuckDBTypeId } from '@duckdb/node-api';
import { PGlite, types } from '@electric-sql/pglite';
import type { TextRows } from './arrow-text.fixture.ts';
import { DUCKDB_VIEWS, type ParquetTables } from './parquet-tables.fixture.ts';

/** A result of an oracle: one letter a column as in `query TYPES`, and the rows as PostgreSQL's text. */
export interface OracleResult {
  readonly types: string;
  readonly rows: TextRows;
}

/** An engine whose answers are taken as right. Every failure of a statement is thrown as the oracle gives it. */
export interface Oracle extends AsyncDisposable {
  query(sql: string): Promise<OracleResult>;
  execute(sql: string): Promise<void>;
}

/** A database of the oracle that an .slt file names, with the given tables. */
export function openOracle(name: 'postgres' | 'duckdb', tables: ParquetTables): Promise<Oracle> {
  return name === 'postgres' ? postgresOracle(tables) : duckDbOracle(tables);
}

const POSTGRES_INTEGERS: ReadonlySet<number> = new Set([types.INT2, types.INT4, types.INT8]);
const POSTGRES_NUMBERS: ReadonlySet<number> = new Set([types.FLOAT4, types.FLOAT8, types.NUMERIC]);
const POSTGRES_BOOLEAN_ARRAY = 1000;

async function postgresOracle(tables: ParquetTables): Promise<Oracle> {
  const database = await PGlite.create();
  await database.exec("SET timezone = 'UTC'");
  for (const { create, copy, csv } of tables.postgres) {
    await database.exec(create);
    if (csv !== '') await database.query(copy, [], { blob: new Blob([csv]) });
  }
  return {
    async query(sql) {
      // Values come as PostgreSQL's own text when no parser is set for their type.
      const { resultFields } = await database.describeQuery(sql);
      const oids = resultFields.map(({ dataTypeID }) => dataTypeID);
      const parsers = Object.fromEntries(oids.map((oid) => [oid, (text: string) => postgresText(text, oid)]));
      const { rows } = await database.query<TextRows[number]>(sql, [], { rowMode: 'array', parsers });
      return { types: oids.map(postgresTypeLetter).join(''), rows };
    },
    async execute(sql) {
      await database.exec(sql);
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

function postgresTypeLetter(oid: number): string {
  return POSTGRES_INTEGERS.has(oid) ? 'I' : POSTGRES_NUMBERS.has(oid) ? 'R' : 'T';
}

/** Booleans are `true` and `false` in .slt files, `t` and `f` on PostgreSQL's wire. */
function postgresText(text: string, oid: number): string {
  if (oid === types.BOOL) return text === 't' ? 'true' : 'false';
  if (oid !== POSTGRES_BOOLEAN_ARRAY) return text;
  return text.replace(/\b[tf]\b/g, (letter) => (letter === 't' ? 'true' : 'false'));
}

const DUCKDB_INTEGERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
]);
// Sums of integers are HUGEINT in DuckDB and numeric in PostgreSQL.
const DUCKDB_NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UBIGINT,
]);

async function duckDbOracle(tables: ParquetTables): Promise<Oracle> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET file_search_path = '${tables.root}'`);
  for (const view of DUCKDB_VIEWS) await connection.run(view);
  return {
    async query(sql) {
      const letters = (await connection.run(sql))
        .columnTypes()
        .map(({ typeId }) => (DUCKDB_INTEGERS.has(typeId) ? 'I' : DUCKDB_NUMBERS.has(typeId) ? 'R' : 'T'));
      const reader = await connection.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${sql}\n)`);
      return { types: letters.join(''), rows: reader.getRows() as TextRows };
    },
    async execute(sql) {
      await connection.run(sql);
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
