/**
 * A value of a result, in the one form that all engines' results are brought to before they are compared: integers beyond
 * 2^53 and decimals as their digits, dates and times as ISO text (`2024-02-29 13:05:09.25`), lists and structs as arrays.
 */
export type Cell = null | boolean | number | string | readonly Cell[];

export type ResultRow = readonly Cell[];

/** Which part of a result is determined by the query, and therefore compared. */
export type ResultCheck =
  /** All rows; in any order, since the order of ties is free. */
  | { readonly kind: 'rows' }
  /** These columns (by position) in the order of the rows: for `ORDER BY x LIMIT n`, where ties may give other rows. */
  | { readonly kind: 'ordered-columns'; readonly columns: readonly number[] }
  /** The number of rows: for LIMIT without ORDER BY. */
  | { readonly kind: 'count' };

/** Relative difference up to which two numbers that are no integers count as equal. */
const NUMBER_TOLERANCE = 1e-9;

const INTEGER = /^-?\d+$/;
const NUMERIC = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Brings the values that engines give out to cells. Throws TypeError for one of an unknown kind. */
export function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      if (Array.isArray(value)) return value.map(toCell);
      if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
      return Object.values(value).map(toCell);
    default:
      throw new TypeError(`a result has a value of type ${typeof value}`);
  }
}

/**
 * The first difference between two results, in words; undefined when they are equal. Integers must be the same; other
 * numbers may differ by 1e-9 of the larger one; text must be the same.
 */
export function findDifference(
  actual: readonly ResultRow[],
  expected: readonly ResultRow[],
  check: ResultCheck,
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} rows, not ${expected.length}`;
  if (check.kind === 'count') return undefined;
  const difference =
    check.kind === 'rows'
      ? differenceOfLists(actual, expected)
      : differenceOfLists(project(actual, check.columns), project(expected, check.columns));
  if (difference === undefined || check.kind === 'ordered-columns') return difference;
  const order = sortColumns([...actual, ...expected]);
  return differenceOfLists(sortRows(actual, order), sortRows(expected, order));
}

function project(rows: readonly ResultRow[], columns: readonly number[]): ResultRow[] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}

function differenceOfLists(actual: readonly ResultRow[], expected: readonly ResultRow[]): string | undefined {
  for (let row = 0; row < expected.length; row++) {
    const actualRow = actual[row]!;
    const expectedRow = expected[row]!;
    if (actualRow.length !== expectedRow.length) return `${actualRow.length} columns, not ${expectedRow.length}`;
    for (let column = 0; column < expectedRow.length; column++) {
      if (!cellsAreEqual(actualRow[column]!, expectedRow[column]!)) {
        const [got, wanted] = [actualRow[column], expectedRow[column]].map((cell) => JSON.stringify(cell));
        return `row ${row + 1}, column ${column + 1}: ${got}, not ${wanted}`;
      }
    }
  }
  return undefined;
}

function cellsAreEqual(a: Cell, b: Cell): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((cell, i) => cellsAreEqual(cell, b[i]!))
    );
  }
  const textA = numericText(a);
  const textB = numericText(b);
  if (textA === undefined || textB === undefined) return Number.isNaN(a) && Number.isNaN(b);
  if (INTEGER.test(textA) && INTEGER.test(textB)) return BigInt(textA) === BigInt(textB);
  const x = Number(textA);
  const y = Number(textB);
  return x === y || Math.abs(x - y) <= NUMBER_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

function numericText(cell: Cell): string | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : undefined;
  return typeof cell === 'string' && NUMERIC.test(cell) ? cell : undefined;
}

/**
 * The columns to sort by, so that both results come into the same order. Those whose values may differ a little (with a
 * fraction somewhere) come last, so that they do not part rows that belong together.
 */
function sortColumns(rows: readonly ResultRow[]): number[] {
  const isInexact = (column: number) =>
    rows.some((row) => {
      const text = numericText(row[column]!);
      return text !== undefined && !INTEGER.test(text);
    });
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, column) => column);
  const inexact = columns.filter(isInexact);
  return [...columns.filter((column) => !inexact.includes(column)), ...inexact];
}

function sortRows(rows: readonly ResultRow[], order: readonly number[]): ResultRow[] {
  return [...rows].sort((a, b) => {
    for (const column of order) {
      const difference = compareCells(a[column]!, b[column]!);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function compareCells(a: Cell, b: Cell): number {
  const textA = numericText(a);
  const textB = numericText(b);
  if (textA !== undefined && textB !== undefined) {
    const difference = Number(textA) - Number(textB);
    if (difference !== 0) return difference;
    if (textA.length === textB.length || !INTEGER.test(textA)) return 0;
  }
  const keyA = JSON.stringify(a);
  const keyB = JSON.stringify(b);
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}
