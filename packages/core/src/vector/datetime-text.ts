import type { IntervalValue } from '../types/index.ts';

// Dates, times and intervals as PostgreSQL prints them with `datestyle = ISO` and `intervalstyle = postgres`.

const DAY_MICROS = 86_400_000_000n;

const pad2 = (value: number) => (value < 10 ? `0${value}` : `${value}`);

/** Days since 1970-01-01 as `2024-02-29`; years before 1 as `0044-03-15 BC`. */
export function dateText(days: number): string {
  const { year, month, day } = civilDate(days);
  const yearText = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return `${yearText}-${pad2(month)}-${pad2(day)}${year > 0 ? '' : ' BC'}`;
}

/**
 * Year, month and day of a day number in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
 * algorithms"). Year 0 is 1 BC.
 */
function civilDate(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** Microseconds since midnight as `13:05:09` or `13:05:09.25`. */
export function timeText(micros: bigint): string {
  return clockText(Number(micros));
}

/** Microseconds since 1970-01-01 as `2024-02-29 13:05:09.25`. */
export function timestampText(micros: bigint): string {
  const midnight = micros - modulo(micros, DAY_MICROS);
  const date = dateText(Number(midnight / DAY_MICROS));
  const time = clockText(Number(micros - midnight));
  return date.endsWith(' BC') ? `${date.slice(0, -3)} ${time} BC` : `${date} ${time}`;
}

/** Microseconds since 1970-01-01 UTC as `2024-02-29 13:05:09.25+00`. */
export function timestamptzText(micros: bigint): string {
  const text = timestampText(micros);
  return text.endsWith(' BC') ? `${text.slice(0, -3)}+00 BC` : `${text}+00`;
}

/** `1 year 2 mons -3 days +04:05:06.7`; nothing at all is `00:00:00`. */
export function intervalText({ months, days, micros }: IntervalValue): string {
  const parts: string[] = [];
  let isNegativeBefore = false;
  const add = (value: number, unit: string) => {
    if (value === 0) return;
    // After a negative part PostgreSQL writes the sign of a positive one.
    const sign = isNegativeBefore && value > 0 ? '+' : '';
    parts.push(`${sign}${value} ${unit}${value === 1 ? '' : 's'}`);
    isNegativeBefore = value < 0;
  };
  add(Math.trunc(months / 12), 'year');
  add(months % 12, 'mon');
  add(days, 'day');
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : isNegativeBefore ? '+' : '';
    parts.push(`${sign}${clockTextOf(micros < 0n ? -micros : micros)}`);
  }
  return parts.join(' ');
}

function modulo(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}

/** For less than 2^53 microseconds. */
function clockText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const text = `${pad2(Math.floor(seconds / 3600))}:${pad2(Math.floor(seconds / 60) % 60)}:${pad2(seconds % 60)}`;
  const fraction = micros - seconds * 1_000_000;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

function clockTextOf(micros: bigint): string {
  if (micros < 2n ** 53n) return clockText(Number(micros));
  const hours = micros / 3_600_000_000n;
  return `${hours}${clockText(Number(micros - hours * 3_600_000_000n)).slice(2)}`;
}
