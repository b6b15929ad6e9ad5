import type { IntervalValue } from '../types/index.ts';

/** Bits of the mask in which the grammar gives the fields of `INTERVAL '...' DAY TO SECOND`. */
const FIELD = { month: 2, year: 4, day: 8, hour: 1024, minute: 2048, second: 4096 } as const;
/** No fields were given. */
export const ALL_INTERVAL_FIELDS = 0x7fff;

/** From the finest to the coarsest. */
const UNITS = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
const HOUR_MICROS = 3_600_000_000n;
const MINUTE_MICROS = 60_000_000n;

/**
 * The text of an interval with the units that its fields leave out: `'1' YEAR` is `1 year`, `'3 4' DAY TO HOUR` is
 * `3 days 4 hours`, `'1:30' MINUTE TO SECOND` is `0:1:30`. A number that has a unit, or stands before a time, is left alone.
 */
export function withIntervalUnits(text: string, fields: number): string {
  if (fields === ALL_INTERVAL_FIELDS) return text;
  const finest = UNITS.find((unit) => fields & FIELD[unit]) ?? 'second';
  const trimmed = text.trim();
  if (fields === (FIELD.minute | FIELD.second)) return trimmed.replace(/(^|\s)([+-]?)(\d+:\d+(?:\.\d*)?)$/, '$1$20:$3');
  if (finest === 'hour') {
    return trimmed.replace(/^([+-]?\d+)\s+([+-]?\d+)$/, '$1 days $2 hours').replace(/^([+-]?[\d.]+)$/, '$1 hours');
  }
  return trimmed.replace(/(^|\s)([+-]?(?:\d+\.?\d*|\.\d+))$/, `$1$2 ${finest}`);
}

/** What a type with fields keeps of an interval, and how many digits of its seconds. */
export function cutInterval(value: IntervalValue, fields: number, precision: number): IntervalValue {
  const isCoarse = fields !== ALL_INTERVAL_FIELDS && !(fields & (FIELD.hour | FIELD.minute | FIELD.second));
  let { months, days, micros } = value;
  if (fields === FIELD.year) months -= months % 12;
  if (isCoarse) micros = 0n;
  if (isCoarse && !(fields & FIELD.day)) days = 0;
  if (!isCoarse && fields !== ALL_INTERVAL_FIELDS && !(fields & FIELD.second)) {
    micros -= micros % (fields & FIELD.minute ? MINUTE_MICROS : HOUR_MICROS);
  }
  return { months, days, micros: roundMicros(micros, precision) };
}

/** Microseconds with fewer digits in the fraction of their seconds, rounded half away from zero. */
export function roundMicros(micros: bigint, precision: number): bigint {
  if (precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  const half = micros < 0n ? -unit / 2n : unit / 2n;
  return ((micros + half) / unit) * unit;
}
