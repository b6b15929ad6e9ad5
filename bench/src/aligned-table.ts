/** Numbers get their thousands separated by commas. */
export type Cell = string | number;

const GAP = '  ';
const NUMBER = /^-?[\d,]+(\.\d+)?$/;

function formatCell(cell: Cell): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell;
}

/** Renders rows as aligned columns under a header: columns that start with a number stand right, others left. */
export function alignedTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows.map((row) => row.map(formatCell))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isNumeric = header.map((_, column) => NUMBER.test(lines[1]?.[column] ?? ''));
  return lines
    .map((line) =>
      widths
        .map((width, column) => {
          const text = line[column] ?? '';
          return isNumeric[column] ? text.padStart(width) : text.padEnd(width);
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** A count of bytes for people: `753.9 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** A duration in seconds: `12.34`. */
export function formatSeconds(elapsedMs: number): string {
  return (elapsedMs / 1000).toFixed(2);
}
