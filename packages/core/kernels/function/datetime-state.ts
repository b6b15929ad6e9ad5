import { INVALID_VALUE, OK } from '../vector/status';
import { days_from_civil, days_in_month } from './civil';
import { FIELD_RANGE, is_digit } from './scan';

// What has been read of a date and time so far, and the checks that end the reading (ValidateDate in datetime.c).

export const HAS_YEAR: u32 = 1;
export const HAS_MONTH: u32 = 2;
export const HAS_DAY: u32 = 4;
export const HAS_DATE: u32 = 7;
export const HAS_DAY_OF_YEAR: u32 = 8;
export const HAS_TIME: u32 = 16;
export const HAS_ZONE: u32 = 32;

export let mask: u32 = 0;
export let year: i64 = 0;
export let month: i64 = 0;
export let day: i64 = 0;
export let day_of_year: i64 = 0;
export let hour: i64 = 0;
export let minute: i64 = 0;
export let second: i64 = 0;
export let micros: i64 = 0;
export let two_digit_year: bool = false;
export let text_month: bool = false;
/** -1: none, 0: AM, 1: PM. */
export let half_day: i32 = -1;
export let before_christ: bool = false;
/** Days since 1970-01-01 when a Julian day was given. */
export let julian: bool = false;
export let julian_day: i64 = 0;
/** Seconds east of Greenwich. */
export let zone_seconds: i64 = 0;
/** A zone's name that only the host knows, or 0. */
export let zone_name: usize = 0;
export let zone_name_end: usize = 0;
/** A `RESERVED_...` word, or -1. */
export let reserved: i32 = -1;

export function reset_state(): void {
  mask = 0;
  year = 0;
  month = 0;
  day = 0;
  day_of_year = 0;
  hour = 0;
  minute = 0;
  second = 0;
  micros = 0;
  two_digit_year = false;
  text_month = false;
  half_day = -1;
  before_christ = false;
  julian = false;
  julian_day = 0;
  zone_seconds = 0;
  zone_name = 0;
  zone_name_end = 0;
  reserved = -1;
}

/** Marks what a field gave; INVALID_VALUE when it was there before. */
export function add_to_mask(bits: u32): i32 {
  if (mask & bits) return INVALID_VALUE;
  mask |= bits;
  return OK;
}

export function set_year(v: i64, digits: usize): void {
  year = v;
  two_digit_year = digits <= 2;
}
export function set_month(v: i64): void {
  month = v;
}
export function set_text_month(v: i64): void {
  month = v;
  text_month = true;
}
export function set_day(v: i64): void {
  day = v;
}
export function set_day_of_year(v: i64): void {
  day_of_year = v;
}
export function set_time(h: i64, m: i64, s: i64, us: i64): void {
  hour = h;
  minute = m;
  second = s;
  micros = us;
}
export function set_half_day(v: i32): void {
  half_day = v;
}
export function set_before_christ(v: bool): void {
  before_christ = v;
}
export function set_julian(v: i64): void {
  julian = true;
  julian_day = v;
}
export function set_zone(seconds: i64): void {
  zone_seconds = seconds;
}
export function set_zone_name(at: usize, end: usize): void {
  zone_name = at;
  zone_name_end = end;
}
export function set_reserved(v: i32): void {
  reserved = v;
}

/** The digits at `at` as a number; INT64 cannot overflow because callers limit the length. */
export function digits_value(at: usize, end: usize): i64 {
  let v: i64 = 0;
  for (; at < end && is_digit(load<u8>(at)); at++) {
    v = v * 10 + <i64>(load<u8>(at) - 48);
    if (v > 100000000000000) return v;
  }
  return v;
}

/** Microseconds of the digits after a decimal point at [at, end), rounded; -1 when they are no digits. */
export function fraction_micros(at: usize, end: usize): i64 {
  let v: i64 = 0;
  let unit: i64 = 100000;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (!is_digit(byte)) return -1;
    if (unit > 0) v += <i64>(byte - 48) * unit;
    else if (unit == 0) {
      if (byte >= 53) v++;
      unit = -1;
    }
    if (unit > 0) unit /= 10;
  }
  return v;
}

/** Days since 1970-01-01; valid after `check_date`. */
export let checked_days: i64 = 0;

/** Makes a day of year, month and day: two-digit years, BC, days of the year, and what does not exist. */
export function check_date(): i32 {
  if (julian) {
    checked_days = julian_day;
    return OK;
  }
  if (mask & HAS_YEAR) {
    if (before_christ) {
      if (year <= 0) return FIELD_RANGE;
      year = -(year - 1);
    } else if (two_digit_year) {
      if (year < 70) year += 2000;
      else if (year < 100) year += 1900;
    } else if (year <= 0) return FIELD_RANGE;
  }
  if (year > 10000000) return FIELD_RANGE;
  if (mask & HAS_DAY_OF_YEAR) {
    checked_days = days_from_civil(year, 1, 1) + day_of_year - 1;
    return OK;
  }
  if ((mask & HAS_MONTH) && (month < 1 || month > 12)) return FIELD_RANGE;
  if ((mask & HAS_DAY) && (day < 1 || day > 31)) return FIELD_RANGE;
  if ((mask & HAS_DATE) == HAS_DATE) {
    if (day > <i64>days_in_month(year, <i32>month)) return FIELD_RANGE;
    checked_days = days_from_civil(year, month, day);
  }
  return OK;
}

/** Applies AM and PM and checks the ranges: 24:00:00 and a second of 60 are fine. */
export function check_time(): i32 {
  if (half_day >= 0) {
    if (hour > 12) return FIELD_RANGE;
    if (half_day == 0 && hour == 12) hour = 0;
    else if (half_day == 1 && hour != 12) hour += 12;
  }
  if (hour > 24 || minute > 59 || second > 60) return FIELD_RANGE;
  if (hour == 24 && (minute > 0 || second > 0 || micros > 0)) return FIELD_RANGE;
  return OK;
}

/** Microseconds since midnight. */
export function time_micros(): i64 {
  return ((hour * 60 + minute) * 60 + second) * 1000000 + micros;
}
