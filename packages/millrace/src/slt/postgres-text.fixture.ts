// Values as PostgreSQL prints them with `datestyle = ISO`, `intervalstyle = postgres`, `bytea_output = hex`, in UTC.
// Written apart from the engine's own printing, so that tests do not hold the engine against itself.

const MICROS_PER_DAY = 86_400_000_000n;
const DAYS_OF_400_YEARS = 146_097;

const digits = (value: bigint | number, width: number) => String(value).padStart(width, '0');

/** Days since 1970-01-01; the ends of the 32-bit range are the infinities. */
export function dateText(days: number): string {
  if (days === 2 ** 31 - 1) return 'infinity';
  if (days === -(2 ** 31)) return '-infinity';
  // The calendar repeats every 400 years; a JavaScript date reaches 270,000 years, PostgreSQL's millions.
  const eras = Math.floor(days / DAYS_OF_400_YEARS);
  const date = new Date((days - eras * DAYS_OF_400_YEARS) * 86_400_000);
  const year = date.getUTCFullYear() + 400 * eras;
  const monthAndDay = `${digits(date.getUTCMonth() + 1, 2)}-${digits(date.getUTCDate(), 2)}`;
  return year > 0 ? `${digits(year, 4)}-${monthAndDay}` : `${digits(1 - year, 4)}-${monthAndDay} BC`;
}

/** Microseconds, not negative. */
export function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const text = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => digits(part, 2)).join(':');
  const fraction = digits(micros % 1_000_000n, 6).replace(/0+$/, '');
  return fraction === '' ? text : `${text}.${fraction}`;
}

/** Microseconds since 1970-01-01, with the ends of the 64-bit range as infinities; `zone` is what follows the time, such as `+00`. */
export function timestampText(micros: bigint, zone = ''): string {
  if (micros === 2n ** 63n - 1n) return 'infinity';
  if (micros === -(2n ** 63n)) return '-infinity';
  const inDay = ((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const [day, era] = dateText(Number((micros - inDay) / MICROS_PER_DAY)).split(' ');
  return `${day} ${timeText(inDay)}${zone}${era === undefined ? '' : ` ${era}`}`;
}

export function intervalText(months: number, days: number, micros: bigint): string {
  const parts: string[] = [];
  let isAfterNegative = false;
  const units: readonly [number, string][] = [
    [Math.trunc(months / 12), 'year'],
    [months % 12, 'mon'],
    [days, 'day'],
  ];
  for (const [value, unit] of units) {
    if (value === 0) continue;
    parts.push(`${isAfterNegative && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`);
    isAfterNegative = value < 0;
  }
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : isAfterNegative ? '+' : '';
    parts.push(`${sign}${timeText(micros < 0n ? -micros : micros)}`);
  }
  return parts.join(' ');
}

/** Unscaled value and scale. */
export function decimalText(unscaled: bigint, scale: number): string {
  const magnitude = digits(unscaled < 0n ? -unscaled : unscaled, scale + 1);
  const whole = magnitude.slice(0, magnitude.length - scale);
  const text = scale === 0 ? whole : `${whole}.${magnitude.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

export function byteaText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

/** The fewest digits that give back the same 32-bit number. */
export function float32Text(value: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const text = Number(value.toPrecision(precision));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

/** `{1,2,NULL,"a b"}`. */
export function arrayText(items: readonly (string | null)[], isNested: boolean): string {
  const quote = (item: string) =>
    isNested || !(/[\s{}",\\]/.test(item) || item === '' || item.toUpperCase() === 'NULL')
      ? item
      : `"${item.replace(/["\\]/g, '\\$&')}"`;
  return `{${items.map((item) => (item === null ? 'NULL' : quote(item))).join(',')}}`;
}

/** `(1,"a b",)`. */
export function recordText(fields: readonly (string | null)[]): string {
  const quote = (field: string) =>
    /[\s(),"\\]/.test(field) || field === '' ? `"${field.replace(/["\\]/g, '$&$&')}"` : field;
  return `(${fields.map((field) => (field === null ? '' : quote(field))).join(',')})`;
}
