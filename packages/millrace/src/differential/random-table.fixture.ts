import fc from 'fast-check';
import { FAMILIES, type Family, type Scope } from './random-expression.fixture.ts';

/** A table as SQL that makes it in DuckDB, and how its Parquet files are to be written. */
export interface RandomTable {
  readonly columns: readonly { readonly name: string; readonly family: Family; readonly sqlType: string }[];
  /** Rows of SQL literals. */
  readonly rows: readonly (readonly string[])[];
  /** How often the rows are repeated; column `n` counts the repetitions. */
  readonly numRepeats: number;
  readonly numFiles: number;
  /** What follows `FORMAT parquet` in DuckDB's COPY. */
  readonly writeOptions: string;
}

/** Types of columns, and literals that have no surprises when both engines compute with them. */
const COLUMN_TYPES: Readonly<Record<Family, readonly string[]>> = {
  int: ['SMALLINT', 'INTEGER', 'INTEGER', 'BIGINT'],
  decimal: ['DECIMAL(4,1)', 'DECIMAL(9,2)', 'DECIMAL(18,2)', 'DECIMAL(30,2)'],
  float: ['DOUBLE', 'FLOAT'],
  text: ['VARCHAR'],
  boolean: ['BOOLEAN'],
  date: ['DATE'],
  timestamp: ['TIMESTAMP'],
};

const VALUES: Readonly<Record<Family, fc.Arbitrary<string>>> = {
  int: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -900, max: 900 })).map(String),
  decimal: fc.integer({ min: -9000, max: 9000 }).map((n) => String(n / 10)),
  // Quarters add up exactly whatever the order of the rows is.
  float: fc.integer({ min: -400, max: 400 }).map((n) => String(n / 4)),
  text: fc
    .constantFrom(
      '',
      'a',
      'b',
      'ab',
      'abc',
      'Abc',
      'a_c',
      '100%',
      'ä日本',
      ' x ',
      "o''hara",
      'a longer text, 40 characters or so',
    )
    .map((s) => `'${s}'`),
  boolean: fc.constantFrom('TRUE', 'FALSE'),
  date: fc.integer({ min: -400, max: 20_000 }).map((days) => `DATE '1970-01-01' + (${days})`),
  timestamp: fc
    .tuple(fc.integer({ min: -400, max: 20_000 }), fc.integer({ min: 0, max: 86_399 }))
    .map(([days, seconds]) => `TIMESTAMP '1970-01-01' + INTERVAL (${days}) DAY + INTERVAL (${seconds}) SECOND`),
};

const column = fc
  .constantFrom(...FAMILIES)
  .chain((family) => fc.constantFrom(...COLUMN_TYPES[family]).map((sqlType) => ({ family, sqlType })));

/** A value of every family for each row; the columns of the schema choose among them, so that both shrink apart. */
const row = fc.array(
  fc.record(
    Object.fromEntries(
      FAMILIES.map((family) => [family, fc.option(VALUES[family], { freq: 5, nil: 'NULL' })]),
    ) as Record<Family, fc.Arbitrary<string>>,
  ),
  { minLength: 5, maxLength: 5 },
);

const writeOptions = fc
  .record({
    COMPRESSION: fc.constantFrom('snappy', 'zstd', 'gzip', 'uncompressed', 'lz4_raw', 'brotli'),
    PARQUET_VERSION: fc.constantFrom('V1', 'V2'),
    ROW_GROUP_SIZE: fc.constantFrom('2048', '122880'),
    DICTIONARY_SIZE_LIMIT: fc.constantFrom('0', '4', '10000'),
  })
  .map((options) =>
    Object.entries(options)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );

/** Up to 12 rows; with `mayRepeat` now and then some thousand, in several row groups and files. */
export function randomTable(prefix: string, mayRepeat: boolean): fc.Arbitrary<RandomTable> {
  return fc
    .record({
      types: fc.array(column, { minLength: 1, maxLength: 5 }),
      cells: fc.array(row, { maxLength: 12 }),
      numRepeats: mayRepeat
        ? fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 400 }))
        : fc.constant(1),
      numFiles: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 3 })),
      writeOptions,
    })
    .map(({ types, cells, ...rest }) => ({
      ...rest,
      columns: types.map(({ family, sqlType }, i) => ({ name: `${prefix}${i}`, family, sqlType })),
      rows: cells.map((values) => types.map(({ family }, i) => values[i]![family])),
    }));
}

/** The statement that makes the table in DuckDB. */
export function createTableSql(name: string, { columns, rows, numRepeats }: RandomTable): string {
  const casts = columns.map(({ name: column, sqlType }) => `CAST(${column} AS ${sqlType}) AS ${column}`);
  const tuples = rows.map((values, i) => `(${[i, ...values].join(', ')})`);
  const nothing = `(${[0, ...columns.map(() => 'NULL')].join(', ')})`;
  const source = tuples.length > 0 ? `VALUES ${tuples.join(', ')}` : `SELECT * FROM (VALUES ${nothing}) WHERE false`;
  const names = ['row_number', ...columns.map((c) => c.name)].join(', ');
  return `CREATE OR REPLACE TABLE ${name} AS SELECT ${casts.join(', ')}, CAST((row_number * 37 + r * 11) % 1000 AS INTEGER) AS n
    FROM (${source}) v(${names}), range(${numRepeats}) s(r)`;
}

/** The columns of a table, named by its alias. */
export function scopeOf(table: RandomTable, alias: string): Scope {
  const named = (family: Family) => table.columns.filter((c) => c.family === family).map((c) => `${alias}.${c.name}`);
  const scope = Object.fromEntries(FAMILIES.map((family) => [family, named(family)])) as Record<Family, string[]>;
  scope.int.push(`${alias}.n`);
  return scope;
}

/** The columns of both. */
export function joinScopes(left: Scope, right: Scope): Scope {
  return Object.fromEntries(
    FAMILIES.map((family) => [family, [...left[family], ...right[family]]]),
  ) as unknown as Scope;
}
