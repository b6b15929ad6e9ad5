const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.2 MB`, in powers of a thousand as bills are. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Dollars with as many digits as they need: requests cost fractions of a cent. */
export function dollarsText(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.01 ? `$${dollars.toFixed(8).replace(/0+$/, '')}` : `$${dollars.toFixed(2)}`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(2)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** A value of a row as text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const NUMERIC =
  /^(smallint|integer|bigint|numeric|decimal|real|double|tinyint|u(tiny|small|big)?int|int\d|uint\d|hugeint|float)/;

export function isNumeric(type: string): boolean {
  return NUMERIC.test(type) && !type.endsWith('[]');
}

/** Orders values of a column: 64-bit integers and decimals come as text and are compared with all their digits; null is last. */
export function compareValues(a: unknown, b: unknown, type: string): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (isNumeric(type)) {
    const [x, y] = [String(a), String(b)];
    if (/^-?\d+$/.test(x) && /^-?\d+$/.test(y)) return Number(BigInt(x) < BigInt(y) ? -1 : BigInt(x) > BigInt(y));
    return Number(x) - Number(y) || (x < y ? -1 : Number(x > y));
  }
  const [x, y] = [cellText(a), cellText(b)];
  return x < y ? -1 : Number(x > y);
}
