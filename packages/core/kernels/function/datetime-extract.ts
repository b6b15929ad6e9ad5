import { INVALID_VALUE } from '../vector/status';
import {
  civil_day,
  civil_from_days,
  civil_month,
  civil_year,
  DATE_INFINITY,
  DATE_MINUS_INFINITY,
  day_of,
  day_of_week,
  days_from_civil,
  is_infinite,
  iso_week,
  iso_year,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
} from './civil';
import { high, mulWide, divideUnsigned } from '../expression/int128';
import { failure, row_counts } from './row';

// Fields of `extract`. Kept equal with FIELDS in src/expression/scalar/datetime/datetime-field.ts.
export const FIELD_MICROSECONDS = 0;
export const FIELD_SECOND = 1;
export const FIELD_MINUTE = 2;
export const FIELD_HOUR = 3;
export const FIELD_DAY = 4;
export const FIELD_WEEK = 5;
export const FIELD_MONTH = 6;
export const FIELD_QUARTER = 7;
export const FIELD_YEAR = 8;
export const FIELD_DECADE = 9;
export const FIELD_CENTURY = 10;
export const FIELD_MILLENNIUM = 11;
export const FIELD_DOW = 12;
export const FIELD_ISODOW = 13;
export const FIELD_DOY = 14;
export const FIELD_ISOYEAR = 15;
export const FIELD_EPOCH = 16;
export const FIELD_JULIAN = 17;

/** Days from the start of the Julian period to 1970-01-01. */
const JULIAN_EPOCH: i64 = 2440588;

/** Years, decades, centuries and millennia count without a year 0. */
function era_field(field: i32, year: i64): i64 {
  switch (field) {
    case FIELD_YEAR:
      return year > 0 ? year : year - 1;
    case FIELD_DECADE:
      return year >= 0 ? year / 10 : -((8 - (year - 1)) / 10);
    case FIELD_CENTURY:
      return year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100);
    default:
      return year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000);
  }
}

function calendar_field(field: i32, days: i64): i64 {
  switch (field) {
    case FIELD_DOW:
      return day_of_week(days);
    case FIELD_ISODOW: {
      const weekday = day_of_week(days);
      return weekday == 0 ? 7 : weekday;
    }
    case FIELD_WEEK:
      iso_year(days);
      return iso_week;
    case FIELD_ISOYEAR: {
      const year = iso_year(days);
      return year > 0 ? year : year - 1;
    }
    case FIELD_EPOCH:
      return days * 86400;
    case FIELD_JULIAN:
      return days + JULIAN_EPOCH;
  }
  civil_from_days(days);
  switch (field) {
    case FIELD_DAY:
      return civil_day;
    case FIELD_MONTH:
      return civil_month;
    case FIELD_QUARTER:
      return (civil_month - 1) / 3 + 1;
    case FIELD_DOY:
      return days - days_from_civil(civil_year, 1, 1) + 1;
    default:
      return era_field(field, civil_year);
  }
}

/** A field of a time of day; seconds as microseconds within the minute. */
@inline
function clock_field(field: i32, micros: i64): i64 {
  switch (field) {
    case FIELD_HOUR:
      return micros / MICROS_PER_HOUR;
    case FIELD_MINUTE:
      return (micros / MICROS_PER_MINUTE) % 60;
    case FIELD_EPOCH:
      return micros;
    default:
      return micros % MICROS_PER_MINUTE;
  }
}

/** A calendar field of dates, as i64. An infinite date fails with INVALID_VALUE. */
export function extract_from_date(
  data: usize, stride: usize, validity: usize, rows: usize, field: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const days = load<i32>(data);
    if (days == DATE_INFINITY || days == DATE_MINUS_INFINITY) return failure(i, INVALID_VALUE);
    store<i64>(out + i * 8, calendar_field(field, days));
  }
  return 0;
}

/**
 * A field of (local) timestamps, as i64: seconds and the epoch in microseconds. An infinite timestamp fails with
 * INVALID_VALUE.
 */
export function extract_from_timestamp(
  data: usize, stride: usize, validity: usize, rows: usize, field: i32, out: usize,
): i32 {
  const clock = field <= FIELD_HOUR;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const micros = load<i64>(data);
    if (is_infinite(micros)) return failure(i, INVALID_VALUE);
    let result: i64;
    if (field == FIELD_EPOCH) result = micros;
    else {
      const days = day_of(micros);
      result = clock ? clock_field(field, micros - days * MICROS_PER_DAY) : calendar_field(field, days);
    }
    store<i64>(out + i * 8, result);
  }
  return 0;
}

/** The Julian day of (local) timestamps with 20 digits after the point, as i128. */
export function extract_julian(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 16) {
    if (!row_counts(validity, i)) continue;
    const micros = load<i64>(data);
    if (is_infinite(micros)) return failure(i, INVALID_VALUE);
    const days = day_of(micros);
    // micros of the day × 10^20 / 86400000000 = micros × 10^12 / 864, rounded.
    let low = mulWide(micros - days * MICROS_PER_DAY, 1000000000000);
    let upper = high;
    low += 432;
    if (low < 432) upper++;
    low = divideUnsigned(low, upper, 864, 0);
    upper = high;
    const day_low = mulWide((days + JULIAN_EPOCH) * 10000000000, 10000000000);
    const day_high = high;
    const sum = low + day_low;
    store<u64>(out, sum);
    store<u64>(out, upper + day_high + <u64>(sum < low), 8);
  }
  return 0;
}

/** A field of times of day, as i64: seconds and the epoch in microseconds. */
export function extract_from_time(data: usize, stride: usize, rows: usize, field: i32, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) store<i64>(out + i * 8, clock_field(field, load<i64>(data)));
}

function interval_field(field: i32, months: i64, days: i64, micros: i64): i64 {
  switch (field) {
    case FIELD_HOUR:
      return micros / MICROS_PER_HOUR;
    case FIELD_MINUTE:
      return (micros / MICROS_PER_MINUTE) % 60;
    case FIELD_DAY:
      return days;
    case FIELD_WEEK:
      return days / 7;
    case FIELD_MONTH:
      return months % 12;
    case FIELD_QUARTER: {
      // Those of negative intervals count from -1 down, since PostgreSQL 18.
      const month = months % 12;
      return months >= 0 ? month / 3 + 1 : -(-month / 3 + 1);
    }
    case FIELD_YEAR:
      return months / 12;
    case FIELD_DECADE:
      return months / 120;
    case FIELD_CENTURY:
      return months / 1200;
    case FIELD_MILLENNIUM:
      return months / 12000;
    case FIELD_EPOCH:
      // A year has 365.25 days and a month 30; all of it is a whole number of quarter days.
      return ((months / 12) * 1461 + (months % 12) * 120 + days * 4) * (MICROS_PER_DAY / 4) + micros;
    default:
      return micros % MICROS_PER_MINUTE;
  }
}

/** A field of intervals, as i64: seconds and the epoch in microseconds. */
export function extract_from_interval(data: usize, stride: usize, rows: usize, field: i32, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    store<i64>(out + i * 8, interval_field(field, load<i32>(data), load<i32>(data, 4), load<i64>(data, 8)));
  }
}

/** The epoch of intervals in double precision, rounded where PostgreSQL rounds. */
export function interval_epoch_f64(data: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const months = load<i32>(data);
    let seconds = <f64>load<i64>(data, 8) / 1000000.0;
    seconds += 365.25 * 86400.0 * <f64>(months / 12);
    seconds += 30.0 * 86400.0 * <f64>(months % 12);
    seconds += 86400.0 * <f64>load<i32>(data, 4);
    store<f64>(out + i * 8, seconds);
  }
}

/** i64 divided by a power of ten as f64. */
export function int64_over(data: usize, rows: usize, divisor: f64, out: usize): void {
  for (let i: usize = 0; i < rows; i++) store<f64>(out + i * 8, <f64>load<i64>(data + i * 8) / divisor);
}

/** Microseconds as units of `divisor` microseconds: whole seconds and their fraction are divided apart, as PostgreSQL does. */
export function seconds_over(data: usize, rows: usize, divisor: f64, out: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    const micros = load<i64>(data + i * 8);
    const seconds = micros / 1000000;
    store<f64>(out + i * 8, <f64>seconds * (1000000.0 / divisor) + <f64>(micros - seconds * 1000000) / divisor);
  }
}

/** i64 as i128. */
export function int64_widen(data: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    const v = load<i64>(data + i * 8);
    store<i64>(out + i * 16, v);
    store<i64>(out + i * 16, v >> 63, 8);
  }
}
