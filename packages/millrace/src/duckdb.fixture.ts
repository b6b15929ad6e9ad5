import { DuckDBInstance } from '@duckdb/node-api';

/** A DuckDB in memory: what answers are held against. */
export interface DuckDb extends Disposable {
  run(sql: string): Promise<void>;
  /** Rows with every value as DuckDB prints it; null stays null. */
  rows(sql: string): Promise<(string | null)[][]>;
}

export async function duckDb(): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Whether two values are equal as text, or as numbers to a relative 1e-9. */
function sameValue(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.trim() === '' || b.trim() === '') return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
}

/** The first difference between two lists of rows; undefined when there is none. `isOrdered: false` compares them as multisets. */
export function differenceOf(
  actual: readonly (readonly (string | null)[])[],
  expected: readonly (readonly (string | null)[])[],
  isOrdered: boolean,
): string | undefined {
  const key = (row: readonly (string | null)[]) =>
    row
      .map((value) => {
        const number = value === null || value.trim() === '' ? Number.NaN : Number(value);
        return Number.isFinite(number) ? (number === 0 ? '0' : number.toPrecision(7)) : String(value);
      })
      .join('\u0001');
  const sorted = (rows: typeof actual) => (isOrdered ? rows : rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)));
  const [a, b] = [sorted(actual), sorted(expected)];
  if (a.length !== b.length) return `${a.length} rows, expected ${b.length}`;
  const at = a.findIndex((row, i) => !row.every((value, j) => sameValue(value, b[i]![j] ?? null)));
  return at < 0 ? undefined : `row ${at}: ${JSON.stringify(a[at])}, expected ${JSON.stringify(b[at])}`;
}

/** Rows of Millrace in the form of {@link DuckDb.rows}. */
export function textRows(rows: readonly object[]): (string | null)[][] {
  return rows.map((row) => Object.values(row).map((value: unknown) => (value === null ? null : String(value))));
}
