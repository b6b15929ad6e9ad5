import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from './civil';
import { OK, OVERFLOW } from '../vector/status';

// The interval being put together. Units have the codes of scripts/generate-datetime-words.ts.

export const UNIT_MICROSECOND = 0;
export const UNIT_MILLISECOND = 1;
export const UNIT_SECOND = 2;
export const UNIT_MINUTE = 3;
export const UNIT_HOUR = 4;
export const UNIT_DAY = 5;
export const UNIT_WEEK = 6;
export const UNIT_MONTH = 7;
export const UNIT_YEAR = 8;
export const UNIT_DECADE = 9;
export const UNIT_CENTURY = 10;
export const UNIT_MILLENNIUM = 11;
export const UNIT_AGO = 12;

export let interval_months: i64 = 0;
export let interval_days: i64 = 0;
export let interval_micros: i64 = 0;

export function reset_interval(): void {
  interval_months = 0;
  interval_days = 0;
  interval_micros = 0;
}

@inline
function fits_i32(v: i64): bool {
  return v >= i32.MIN_VALUE && v <= i32.MAX_VALUE;
}

/** a + b into `interval_micros`, checked. */
function add_checked(a: i64, b: i64): i32 {
  const sum = a + b;
  if (((a ^ sum) & (b ^ sum)) < 0) return OVERFLOW;
  interval_micros = sum;
  return OK;
}

function add_micros(value: i64, unit: i64, fraction: f64): i32 {
  if (value > i64.MAX_VALUE / unit || value < i64.MIN_VALUE / unit) return OVERFLOW;
  const status = add_checked(interval_micros, value * unit);
  return status == OK ? add_checked(interval_micros, <i64>nearest(fraction * <f64>unit)) : status;
}

function add_days(value: i64, unit: i64, fraction: f64): i32 {
  const scaled = fraction * <f64>unit;
  const whole = <i64>scaled;
  if (!fits_i32(value)) return OVERFLOW;
  interval_days += value * unit + whole;
  if (!fits_i32(interval_days)) return OVERFLOW;
  return add_micros(0, MICROS_PER_DAY, scaled - <f64>whole);
}

function add_months(value: i64, unit: i64, fraction: f64): i32 {
  if (!fits_i32(value)) return OVERFLOW;
  interval_months += value * unit + <i64>nearest(fraction * <f64>unit);
  return fits_i32(interval_months) ? OK : OVERFLOW;
}

/** Adds a number of units; a fraction flows into smaller units as in PostgreSQL (a month has 30 days, a day 24 hours). */
export function add_unit(unit: i32, value: i64, fraction: f64): i32 {
  switch (unit) {
    case UNIT_MICROSECOND:
      return add_micros(value, 1, fraction);
    case UNIT_MILLISECOND:
      return add_micros(value, 1000, fraction);
    case UNIT_SECOND:
      return add_micros(value, MICROS_PER_SECOND, fraction);
    case UNIT_MINUTE:
      return add_micros(value, MICROS_PER_MINUTE, fraction);
    case UNIT_HOUR:
      return add_micros(value, MICROS_PER_HOUR, fraction);
    case UNIT_DAY:
      return add_days(value, 1, fraction);
    case UNIT_WEEK:
      return add_days(value, 7, fraction);
    case UNIT_MONTH: {
      const status = add_months(value, 1, 0);
      return status == OK ? add_days(0, 30, fraction) : status;
    }
    case UNIT_YEAR:
      return add_months(value, 12, fraction);
    case UNIT_DECADE:
      return add_months(value, 120, fraction);
    case UNIT_CENTURY:
      return add_months(value, 1200, fraction);
    default:
      return add_months(value, 12000, fraction);
  }
}

export function negate_interval(): i32 {
  interval_months = -interval_months;
  interval_days = -interval_days;
  if (!fits_i32(interval_months) || !fits_i32(interval_days) || interval_micros == i64.MIN_VALUE) return OVERFLOW;
  interval_micros = -interval_micros;
  return OK;
}
