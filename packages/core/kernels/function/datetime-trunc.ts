import { OVERFLOW } from '../vector/status';
import {
  civil_from_days,
  civil_month,
  civil_year,
  day_of,
  day_of_week,
  days_from_civil,
  FIRST_TIMESTAMP,
  floor_divide,
  is_infinite,
  MICROS_PER_DAY,
} from './civil';
import { failure, row_counts } from './row';
import {
  FIELD_CENTURY,
  FIELD_DECADE,
  FIELD_MILLENNIUM,
  FIELD_MONTH,
  FIELD_QUARTER,
  FIELD_WEEK,
  FIELD_YEAR,
} from './datetime-extract';

/** The first year of the century or millennium (`span` years) of a year; there is no year 0. */
@inline
function era_start(year: i64, span: i64): i64 {
  return year > 0 ? ((year + span - 1) / span) * span - span + 1 : -((span - 1 - (year - 1)) / span) * span + 1;
}

/** The first day of the unit that a day lies in. */
export function trunc_days(days: i64, unit: i32): i64 {
  if (unit == FIELD_WEEK) return days - <i64>((day_of_week(days) + 6) % 7);
  civil_from_days(days);
  switch (unit) {
    case FIELD_MONTH:
      return days_from_civil(civil_year, civil_month, 1);
    case FIELD_QUARTER:
      return days_from_civil(civil_year, ((civil_month - 1) / 3) * 3 + 1, 1);
    case FIELD_YEAR:
      return days_from_civil(civil_year, 1, 1);
    case FIELD_DECADE:
      return days_from_civil(civil_year > 0 ? (civil_year / 10) * 10 : -((8 - (civil_year - 1)) / 10) * 10, 1, 1);
    case FIELD_CENTURY:
      return days_from_civil(era_start(civil_year, 100), 1, 1);
    case FIELD_MILLENNIUM:
      return days_from_civil(era_start(civil_year, 1000), 1, 1);
  }
  return days;
}

/** Local timestamps rounded down to a multiple of `span` microseconds (a day or a part of one that divides it). */
export function trunc_timestamp_to_span(data: usize, stride: usize, rows: usize, span: i64, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const v = load<i64>(data);
    store<i64>(out + i * 8, is_infinite(v) ? v : floor_divide(v, span) * span);
  }
}

/** Local timestamps rounded down to a calendar unit of a week or more. OVERFLOW when that lies before all timestamps. */
export function trunc_timestamp_to_unit(
  data: usize, stride: usize, validity: usize, rows: usize, unit: i32, out: usize,
): i32 {
  // Rows mostly come in order: the unit of the row before is tried first.
  let from: i64 = 0;
  let to: i64 = -1;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const v = load<i64>(data);
    if (is_infinite(v)) {
      store<i64>(out + i * 8, v);
      continue;
    }
    if (v < from || v > to) {
      const days = day_of(v);
      from = trunc_days(days, unit) * MICROS_PER_DAY;
      // Known to lie in the same unit: the days up to this one.
      to = days * MICROS_PER_DAY + MICROS_PER_DAY - 1;
      if (from < FIRST_TIMESTAMP) return failure(i, OVERFLOW);
    }
    store<i64>(out + i * 8, from);
  }
  return 0;
}

/**
 * `date_bin`: the start of the interval of `step` microseconds, counted from `origins`, that a timestamp lies in. OVERFLOW
 * when it is out of range.
 */
export function bin_timestamp(
  data: usize, stride: usize, steps: usize, step_stride: usize, origins: usize, origin_stride: usize,
  validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, steps += step_stride, origins += origin_stride) {
    if (!row_counts(validity, i)) continue;
    const v = load<i64>(data);
    if (is_infinite(v)) {
      store<i64>(out + i * 8, v);
      continue;
    }
    const origin = load<i64>(origins);
    const step = load<i64>(steps);
    const distance = v - origin;
    if (((v ^ origin) & (v ^ distance)) < 0) return failure(i, OVERFLOW);
    const rest = distance % step;
    let start = v - rest;
    if (rest < 0) {
      start -= step;
      if (start < FIRST_TIMESTAMP || start > v) return failure(i, OVERFLOW);
    }
    store<i64>(out + i * 8, start);
  }
  return 0;
}

/** The lengths of intervals in microseconds. Answers a failure: 1 when one has months, 3 when one is not positive. */
export function interval_steps(data: usize, stride: usize, validity: usize, rows: usize, out: usize): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    if (load<i32>(data) != 0) return failure(i, 1);
    const step = <i64>load<i32>(data, 4) * MICROS_PER_DAY + load<i64>(data, 8);
    if (step <= 0) return failure(i, 3);
    store<i64>(out + i * 8, step);
  }
  return 0;
}

/** Intervals rounded towards zero to a unit of a month or more (`months`), of a day (`days` 1), or of `span` microseconds. */
export function trunc_interval(
  data: usize, stride: usize, rows: usize, months: i32, days: i32, span: i64, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 16) {
    const m = load<i32>(data);
    store<i32>(out, months > 0 ? m - (m % months) : m);
    store<i32>(out, months > 0 ? 0 : load<i32>(data, 4), 4);
    const micros = load<i64>(data, 8);
    store<i64>(out, months > 0 || days > 0 ? 0 : micros - (micros % span), 8);
  }
}
