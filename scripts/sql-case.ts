/** A line of a `dev.jsonl`: a query that somebody else's tests ask, with the answer. */
export interface SqlCase {
  readonly file: string;
  readonly line: number;
  readonly sql: string;
  /** Table name to Parquet file in the `tables` folder of the suite. */
  readonly tables: Readonly<Record<string, string>>;
  readonly ordered: boolean;
  /** Rows as PostgreSQL prints them. */
  readonly rows?: readonly (readonly (string | null)[])[];
  /** SQLSTATE of the error that PostgreSQL gives; any error is right. */
  readonly error?: string;
  /** The result section of a sqllogictest file, in the way of `flavor`. */
  readonly expect?: readonly string[];
  readonly flavor?: string;
}

/** What became of a case: `reason` groups, `detail` is for reading. */
export interface CaseOutcome {
  readonly status: 'pass' | 'wrong' | 'unsupported' | 'error' | 'crash' | 'hang';
  readonly reason: string;
  readonly detail: string;
}

type TextRow = readonly (string | null)[];

const RELATIVE_TOLERANCE = 1e-6;

/** Whether rows are those that the case expects; undefined when they are, otherwise what is different. */
export function differenceOf(
  rows: readonly TextRow[],
  sqlCase: SqlCase,
): { readonly reason: string; readonly detail: string } | undefined {
  const [actual, expected] = sqlCase.rows ? [rows.map(cellsOf), sqlCase.rows.map(cellsOf)] : tokens(rows, sqlCase);
  const detail = () => `got ${JSON.stringify(actual.slice(0, 6))}, expected ${JSON.stringify(expected.slice(0, 6))}`;
  if (actual.length !== expected.length) {
    return { reason: 'another number of rows', detail: `${actual.length} rows, not ${expected.length}: ${detail()}` };
  }
  if (rowsAgree(actual, expected)) return undefined;
  const [a, b] = [sorted(actual), sorted(expected)];
  if (rowsAgree(a, b)) return sqlCase.ordered ? { reason: 'another order of rows', detail: detail() } : undefined;
  return {
    reason: 'another value',
    detail: `got ${JSON.stringify(firstDifferent(a, b))}, expected ${JSON.stringify(firstDifferent(b, a))}`,
  };
}

function rowsAgree(a: readonly (readonly string[])[], b: readonly (readonly string[])[]): boolean {
  return a.every((row, i) => row.length === b[i]!.length && row.every((cell, j) => sameText(cell, b[i]![j]!)));
}

function firstDifferent(
  rows: readonly (readonly string[])[],
  others: readonly (readonly string[])[],
): readonly string[] {
  return rows.find((row, i) => !rowsAgree([row], [others[i]!])) ?? [];
}

function cellsOf(row: TextRow): string[] {
  return row.map((cell) => (cell === null ? 'NULL' : normalized(cell)));
}

/**
 * sqllogictest files print a row a line (DuckDB with tabs, the others with spaces) or a value a line. Spaces within values cannot be
 * told from those between them, so both sides are compared word by word.
 */
function tokens(rows: readonly TextRow[], { expect = [] }: SqlCase): [string[][], string[][]] {
  const words = (cells: readonly (string | null)[]) =>
    cells
      .map((cell) => cell ?? 'NULL')
      .join(' ')
      .replace(/(\d{4,}-\d\d-\d\d)T(?=\d)/g, '$1 ')
      .split(/\s+/)
      .map(normalized)
      .filter((word) => !['', '(empty)', '00:00:00'].includes(word));
  const width = rows[0]?.length ?? 1;
  const isValueALine =
    width > 1 && expect.length === rows.length * width && !expect.some((line) => line.includes('\t'));
  const lines = isValueALine
    ? rows.map((_, i) => expect.slice(i * width, (i + 1) * width))
    : expect.map((line) => line.split('\t'));
  return [rows.map(words), lines.map(words)];
}

/** The sources spell booleans, zones, midnights, infinities and timestamps in several ways. */
function normalized(text: string): string {
  if (text === 'true') return 't';
  if (text === 'false') return 'f';
  if (/^[+-]?(nan|inf|infinity)$/i.test(text)) return text.toLowerCase().replace(/inf$/, 'infinity');
  if (!/\d:\d/.test(text)) return text;
  return text
    .replace(/^(\d{4,}-\d\d-\d\d)T/, '$1 ')
    .replace(/(\+00(:00)?|Z)$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
    .replace(/ 00:00:00$/, '');
}

function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  // A boolean is 1 or 0 where the source has integers for booleans.
  if ((a === 't' && b === '1') || (a === 'f' && b === '0')) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  return x === y || Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(/^([+-]?)inf$/i, '$1Infinity'));
}

function sorted(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const key = (row: readonly string[]) =>
    row
      .map((cell) => {
        const value = cell === 't' ? 1 : cell === 'f' ? 0 : numberOf(cell);
        return Number.isFinite(value) ? (value === 0 ? '0' : value.toPrecision(5)) : cell;
      })
      .join('\u0001');
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}
