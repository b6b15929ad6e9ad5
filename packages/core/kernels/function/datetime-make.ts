import { INVALID_VALUE, OVERFLOW } from '../vector/status';
import {
  civil_day,
  civil_from_days,
  civil_month,
  civil_year,
  day_of,
  days_from_civil,
  days_in_month,
  FIRST_DAY,
  FIRST_TIMESTAMP,
  is_infinite,
  LAST_DAY,

  MICROS_PER_DAY,
} from './civil';
import { failure, row_counts } from './row';
import { FIELD_RANGE } from './scan';

let made_days: i64 = 0;

/** Sets `made_days`; a negative year is one before Christ. */
function make_days(year: i32, month: i32, day: i32): i32 {
  if (year == 0) return FIELD_RANGE;
  const y: i64 = year < 0 ? <i64>year + 1 : year;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(y, month)) return FIELD_RANGE;
  made_days = days_from_civil(y, month, day);
  return made_days < FIRST_DAY || made_days > LAST_DAY ? OVERFLOW : 0;
}

/** `make_date(year, month, day)`. FIELD_RANGE for a day that does not exist, OVERFLOW out of the range of dates. */
export function make_date(
  years: usize, year_stride: usize, months: usize, month_stride: usize, days: usize, day_stride: usize,
  validity: usize, rows: usize, out: usize,
): i32 {
  for (
    let i: usize = 0;
    i < rows;
    i++, years += year_stride, months += month_stride, days += day_stride
  ) {
    if (!row_counts(validity, i)) continue;
    const status = make_days(load<i32>(years), load<i32>(months), load<i32>(days));
    if (status != 0) return failure(i, status);
    store<i32>(out + i * 4, <i32>made_days);
  }
  return 0;
}

let made_time: i64 = 0;

function make_time_of_day(hour: i32, minute: i32, second: f64): i32 {
  if (hour < 0 || minute < 0 || minute > 59 || !(second >= 0) || second > 60) return FIELD_RANGE;
  made_time = (<i64>hour * 60 + <i64>minute) * 60000000 + <i64>nearest(second * 1000000.0);
  return hour > 24 || (hour == 24 && made_time > MICROS_PER_DAY) ? FIELD_RANGE : 0;
}

/** `make_time(hour, minute, second)`; FIELD_RANGE for a time that does not exist. */
export function make_time(
  hours: usize, hour_stride: usize, minutes: usize, minute_stride: usize, seconds: usize, second_stride: usize,
  validity: usize, rows: usize, out: usize,
): i32 {
  for (
    let i: usize = 0;
    i < rows;
    i++, hours += hour_stride, minutes += minute_stride, seconds += second_stride
  ) {
    if (!row_counts(validity, i)) continue;
    const status = make_time_of_day(load<i32>(hours), load<i32>(minutes), load<f64>(seconds));
    if (status != 0) return failure(i, status);
    store<i64>(out + i * 8, made_time);
  }
  return 0;
}

/** Days and times put together; OVERFLOW out of the range of timestamps. */
export function timestamp_from_parts(days: usize, times: usize, validity: usize, rows: usize, out: usize): i32 {
  for (let i: usize = 0; i < rows; i++) {
    if (!row_counts(validity, i)) continue;
    const day = <i64>load<i32>(days + i * 4);
    if (day > 106751991) return failure(i, OVERFLOW);
    const micros = day * MICROS_PER_DAY + load<i64>(times + i * 8);
    if (micros < FIRST_TIMESTAMP || (day > 0 && micros < 0)) return failure(i, OVERFLOW);
    store<i64>(out + i * 8, micros);
  }
  return 0;
}

/**
 * `make_interval`: parts are the addresses of years, months, weeks, days, hours, minutes (i32) and seconds (f64), with their strides: 14
 * numbers. OVERFLOW when a part does not fit.
 */
export function make_interval(parts: usize, validity: usize, rows: usize, out: usize): i32 {
  for (let i: usize = 0; i < rows; i++, out += 16) {
    if (!row_counts(validity, i)) continue;
    const months = <i64>part_at(parts, 0, i) * 12 + <i64>part_at(parts, 1, i);
    const days = <i64>part_at(parts, 2, i) * 7 + <i64>part_at(parts, 3, i);
    const seconds = load<f64>(<usize>load<u32>(parts, 48) + i * <usize>load<u32>(parts, 52));
    const micros =
      <f64>(<i64>part_at(parts, 4, i) * 3600 + <i64>part_at(parts, 5, i) * 60) * 1000000.0;
    const total = micros + nearest(seconds * 1000000.0);
    if (
      months > i32.MAX_VALUE || months < i32.MIN_VALUE || days > i32.MAX_VALUE || days < i32.MIN_VALUE ||
      !(abs(total) < 9.2e18)
    ) return failure(i, OVERFLOW);
    store<i32>(out, <i32>months);
    store<i32>(out, <i32>days, 4);
    store<i64>(
      out, (<i64>part_at(parts, 4, i) * 3600 + <i64>part_at(parts, 5, i) * 60) * 1000000 + <i64>nearest(seconds * 1000000.0), 8,
    );
  }
  return 0;
}

@inline
function part_at(parts: usize, k: usize, i: usize): i32 {
  return load<i32>(<usize>load<u32>(parts + k * 8) + i * <usize>load<u32>(parts + k * 8, 4));
}

/** `to_timestamp(double)`: seconds since 1970-01-01. OVERFLOW out of range, INVALID_VALUE for NaN. */
export function timestamp_from_epoch(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const seconds = load<f64>(data);
    if (seconds != seconds) return failure(i, INVALID_VALUE);
    if (abs(seconds) == Infinity) {
      store<i64>(out + i * 8, seconds > 0 ? i64.MAX_VALUE : i64.MIN_VALUE);
      continue;
    }
    if (seconds < -210866803200.0 || seconds >= 9223372036854.0) return failure(i, OVERFLOW);
    // As PostgreSQL, around its epoch of 2000-01-01: that decides how the microseconds round.
    store<i64>(out + i * 8, <i64>nearest((seconds - 946684800.0) * 1000000.0) + 946684800000000);
  }
  return 0;
}

/** `age(later, earlier)`: years, months, days and time, by the calendar (timestamp_age in timestamp.c). */
export function timestamp_age(
  data: usize, stride: usize, others: usize, other_stride: usize, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, others += other_stride, out += 16) {
    if (!row_counts(validity, i)) continue;
    let later = load<i64>(data);
    let earlier = load<i64>(others);
    if (is_infinite(later) || is_infinite(earlier)) return failure(i, INVALID_VALUE);
    const negative = later < earlier;
    if (negative) {
      const swap = later;
      later = earlier;
      earlier = swap;
    }
    const earlier_day = day_of(earlier);
    civil_from_days(earlier_day);
    const year = civil_year;
    const month = civil_month;
    const day = civil_day;
    const later_day = day_of(later);
    civil_from_days(later_day);
    let micros = later - later_day * MICROS_PER_DAY - (earlier - earlier_day * MICROS_PER_DAY);
    let days = civil_day - day;
    let months = civil_month - month;
    let years = civil_year - year;
    if (micros < 0) {
      micros += MICROS_PER_DAY;
      days--;
    }
    // Days are borrowed from the month of the earlier timestamp.
    while (days < 0) {
      days += days_in_month(year, month);
      months--;
    }
    if (months < 0) {
      months += 12;
      years--;
    }
    const total = years * 12 + months;
    store<i32>(out, negative ? -total : total);
    store<i32>(out, negative ? -days : days, 4);
    store<i64>(out, negative ? -micros : micros, 8);
  }
  return 0;
}

/** Whole days from microseconds (`hours` 1), then whole months of 30 days from days (`days` 1); signs made alike (`both`). */
export function justify_interval(
  data: usize, stride: usize, validity: usize, rows: usize, hours: i32, to_months: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 16) {
    if (!row_counts(validity, i)) continue;
    let months = <i64>load<i32>(data);
    let days = <i64>load<i32>(data, 4);
    let micros = load<i64>(data, 8);
    if (hours) {
      if (to_months && ((days > 0 && micros > 0) || (days < 0 && micros < 0))) {
        months += days / 30;
        days %= 30;
      }
      days += micros / MICROS_PER_DAY;
      micros %= MICROS_PER_DAY;
    }
    if (to_months) {
      months += days / 30;
      days %= 30;
      if (months > 0 && (days < 0 || (hours && days == 0 && micros < 0))) {
        days += 30;
        months--;
      } else if (months < 0 && (days > 0 || (hours && days == 0 && micros > 0))) {
        days -= 30;
        months++;
      }
    }
    if (hours) {
      if (days > 0 && micros < 0) {
        micros += MICROS_PER_DAY;
        days--;
      } else if (days < 0 && micros > 0) {
        micros -= MICROS_PER_DAY;
        days++;
      }
    }
    if (months > i32.MAX_VALUE || months < i32.MIN_VALUE || days > i32.MAX_VALUE || days < i32.MIN_VALUE) {
      return failure(i, OVERFLOW);
    }
    store<i32>(out, <i32>months);
    store<i32>(out, <i32>days, 4);
    store<i64>(out, micros, 8);
  }
  return 0;
}

/** Whether each date (`width` 4) or timestamp (8) is finite, as booleans. */
export function datetime_is_finite(data: usize, stride: usize, rows: usize, width: i32, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (width == 4) {
      const days = load<i32>(data);
      store<u8>(out + i, <u8>(days != i32.MAX_VALUE && days != i32.MIN_VALUE));
    } else store<u8>(out + i, <u8>!is_infinite(load<i64>(data)));
  }
}

/** Adds `seconds` (i32 a row) to timestamps. */
export function add_seconds(
  data: usize, stride: usize, seconds: usize, second_stride: usize, sign: i64, rows: usize, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, seconds += second_stride) {
    const v = load<i64>(data);
    store<i64>(out + i * 8, is_infinite(v) ? v : v + sign * <i64>load<i32>(seconds) * 1000000);
  }
}

