import type { SortMode } from './slt-file.fixture.ts';

type Cells = readonly (readonly string[])[];

/** How far numbers of type R may be from what is expected: aggregates over floats depend on the order of the rows. */
const RELATIVE_TOLERANCE = 1e-9;

/** The rows in the order in which they are compared. */
export function sortRows(rows: Cells, types: string, sort: SortMode): Cells {
  if (sort === 'nosort') return rows;
  if (sort === 'valuesort') {
    return rows
      .flat()
      .map((cell) => [cell])
      .sort(([a], [b]) => compareTexts(a!, b!));
  }
  const keyed = rows.map((row) => ({ row, key: row.map((cell, i) => sortKey(cell, types[i])).join('\t') }));
  return keyed.sort((a, b) => compareTexts(a.key, b.key)).map(({ row }) => row);
}

/**
 * Undefined when the rows are those expected, otherwise a text that shows the first difference. Cells are compared as text,
 * those of type R as numbers with a relative tolerance of 1e-9.
 */
export function findDifference(actual: Cells, expected: Cells, types: string, sort: SortMode): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} rows, expected ${expected.length}\n${excerpt(actual, expected)}`;
  }
  const columns = sort === 'valuesort' ? valueType(types) : types;
  const a = sortRows(actual, types, sort);
  const b = sortRows(expected, types, sort);
  for (let row = 0; row < a.length; row++) {
    const width = Math.max(a[row]!.length, b[row]!.length);
    for (let column = 0; column < width; column++) {
      if (!cellsAgree(a[row]![column], b[row]![column], columns[column])) {
        return `row ${row + 1}, column ${column + 1}: ${a[row]![column]}, expected ${b[row]![column]}\n${excerpt(a, b, row)}`;
      }
    }
  }
  return undefined;
}

function cellsAgree(a: string | undefined, b: string | undefined, type: string | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || type !== 'R') return false;
  const x = Number(a);
  const y = Number(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return false;
  return x === y || Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

/** Numbers that may differ a little must not sort apart. */
function sortKey(cell: string, type: string | undefined): string {
  const value = type === 'R' ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? (value === 0 ? '0' : value.toPrecision(6)) : cell;
}

/** Values sorted without their columns are numbers only when all columns are. */
function valueType(types: string): string {
  return /^R+$/.test(types) ? 'R' : 'T';
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function excerpt(actual: Cells, expected: Cells, row = 0): string {
  const lines = (rows: Cells) =>
    rows
      .slice(Math.max(0, row - 2), row + 8)
      .map((cells) => `    ${cells.join(' | ')}`)
      .join('\n');
  return `  actual:\n${lines(actual)}\n  expected:\n${lines(expected)}`;
}
