import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';
import {
  byte_at,
  FIELD_DATE,
  FIELD_NUMBER,
  FIELD_TIME,
  FIELD_ZONE,
  field_end,
  field_kind,
  field_start,
  num_fields,
  split_fields,
} from './datetime-fields';
import { find_date_word, find_interval_word, word_value } from './datetime-words';
import { WORD_IGNORED } from './datetime-word-table';
import { interval_days, interval_micros, interval_months, add_unit, reset_interval, UNIT_AGO, UNIT_DAY, UNIT_HOUR, UNIT_MICROSECOND, UNIT_MILLISECOND, UNIT_MINUTE, UNIT_MONTH, UNIT_SECOND, UNIT_WEEK, UNIT_YEAR, negate_interval } from './interval-state';
import { failure, row_counts } from './row';
import { FIELD_RANGE, is_digit, skip_spaces, trim_spaces } from './scan';

// PostgreSQL's input of intervals: DecodeInterval and DecodeISO8601Interval in datetime.c.

let number_whole: i64 = 0;
let number_fraction: f64 = 0;
let number_negative: bool = false;
/** Where the number ended. */
let number_end: usize = 0;

/** A sign, digits and a fraction; sets the variables above. */
function read_number(at: usize, end: usize): i32 {
  number_negative = false;
  number_whole = 0;
  number_fraction = 0;
  if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) {
    number_negative = load<u8>(at) == 45;
    at++;
    while (at < end && load<u8>(at) == 32) at++;
  }
  let digits = 0;
  for (; at < end && is_digit(load<u8>(at)); at++, digits++) {
    const digit = <i64>(load<u8>(at) - 48);
    if (number_whole > (i64.MAX_VALUE - digit) / 10) return FIELD_RANGE;
    number_whole = number_whole * 10 + digit;
  }
  if (byte_at(at, end) == 46) {
    at++;
    let numerator: f64 = 0;
    let denominator: f64 = 1;
    for (; at < end && is_digit(load<u8>(at)); at++, digits++) {
      if (denominator < 1e15) {
        numerator = numerator * 10 + <f64>(load<u8>(at) - 48);
        denominator *= 10;
      }
    }
    number_fraction = numerator / denominator;
  }
  number_end = at;
  if (number_negative) {
    number_whole = -number_whole;
    number_fraction = -number_fraction;
  }
  return digits == 0 ? INVALID_VALUE : OK;
}

function unsigned_digits(at: usize, end: usize): i64 {
  let v: i64 = 0;
  let stop = at;
  for (; stop < end && is_digit(load<u8>(stop)); stop++) {
    if (stop - at > 17) return -1;
    v = v * 10 + <i64>(load<u8>(stop) - 48);
  }
  number_end = stop;
  return stop == at ? -1 : v;
}

/** hh:mm[:ss[.ffffff]] or mm:ss.ffffff; the sign is that of the whole. */
function read_time(at: usize, end: usize, negative: bool): i32 {
  let hours = unsigned_digits(at, end);
  if (hours < 0 || byte_at(number_end, end) != 58) return INVALID_VALUE;
  let minutes = unsigned_digits(number_end + 1, end);
  if (minutes < 0) return INVALID_VALUE;
  let seconds: i64 = 0;
  let next = byte_at(number_end, end);
  if (next == 58) {
    seconds = unsigned_digits(number_end + 1, end);
    if (seconds < 0) return INVALID_VALUE;
    next = byte_at(number_end, end);
  } else if (next == 46) {
    seconds = minutes;
    minutes = hours;
    hours = 0;
  }
  let fraction: f64 = 0;
  if (next == 46) {
    if (number_end + 1 < end) {
      const status = read_number(number_end, end);
      if (status != OK) return status;
      fraction = number_fraction;
    } else number_end++;
  }
  if (number_end != end) return INVALID_VALUE;
  if (minutes > 59 || seconds > 60) return FIELD_RANGE;
  const sign: i64 = negative ? -1 : 1;
  let status = add_unit(UNIT_HOUR, hours * sign, 0);
  if (status == OK) status = add_unit(UNIT_MINUTE, minutes * sign, 0);
  if (status == OK) status = add_unit(UNIT_SECOND, seconds * sign, fraction * <f64>sign);
  return status;
}

let seen: u32 = 0;
const SEEN_SECONDS: u32 = (1 << UNIT_SECOND) | (1 << UNIT_MILLISECOND) | (1 << UNIT_MICROSECOND);
const SEEN_TIME: u32 = (1 << UNIT_HOUR) | (1 << UNIT_MINUTE) | SEEN_SECONDS;

function see(units: u32): i32 {
  if (seen & units) return INVALID_VALUE;
  seen |= units;
  return OK;
}

/** A number whose unit was named behind it, or which is the rightmost (`unit` is then what the caller says). */
function decode_number_field(at: usize, end: usize, unit: i32): i32 {
  let status = read_number(at, end);
  if (status != OK) return status;
  if (byte_at(number_end, end) == 45 && number_fraction == 0) {
    // years-months
    const negative = number_negative;
    const years = number_whole;
    const months = unsigned_digits(number_end + 1, end);
    if (months < 0 || number_end != end) return INVALID_VALUE;
    if (months > 11) return FIELD_RANGE;
    status = see((1 << UNIT_YEAR) | (1 << UNIT_MONTH));
    if (status == OK) status = add_unit(UNIT_YEAR, years, 0);
    return status == OK ? add_unit(UNIT_MONTH, negative ? -months : months, 0) : status;
  }
  if (number_end != end) return INVALID_VALUE;
  // A fraction of a second stands for the smaller units, too.
  status = see(unit == UNIT_SECOND && number_fraction != 0 ? SEEN_SECONDS : 1 << unit);
  return status == OK ? add_unit(unit, number_whole, number_fraction) : status;
}

function has_colon(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u8>(at) == 58) return true;
  return false;
}

/** Fields from right to left: a unit stands behind its number. */
function decode_fields(at: usize, end: usize, rightmost: i32): i32 {
  let status = split_fields(at, end);
  if (status != OK) return status;
  reset_interval();
  seen = 0;
  let unit = -1;
  let unit_waits = false;
  let before = false;
  for (let i = <i32>num_fields - 1; i >= 0; i--) {
    const from = field_start(i);
    const to = field_end(i);
    const kind = field_kind(i);
    if (kind == FIELD_TIME || (kind == FIELD_ZONE && has_colon(from, to))) {
      let digits = from;
      if (kind == FIELD_ZONE) while (!is_digit(load<u8>(digits))) digits++;
      status = see(SEEN_TIME);
      if (status == OK) status = read_time(digits, to, load<u8>(from) == 45);
      unit = UNIT_DAY;
      unit_waits = false;
    } else if (kind == FIELD_ZONE || kind == FIELD_NUMBER || kind == FIELD_DATE) {
      status = decode_number_field(from, to, unit < 0 ? rightmost : unit);
      unit_waits = false;
    } else {
      if (find_interval_word(from, to) < 0) {
        if (find_date_word(from, to) == WORD_IGNORED) continue;
        return INVALID_VALUE;
      }
      if (word_value == UNIT_AGO) {
        if (i != <i32>num_fields - 1) return INVALID_VALUE;
        before = true;
      } else {
        if (unit_waits) return INVALID_VALUE;
        unit = word_value;
        unit_waits = true;
      }
    }
    if (status != OK) return status;
  }
  if (seen == 0 || unit_waits) return INVALID_VALUE;
  return before ? negate_interval() : OK;
}

/** P[n]Y[n]M[n]W[n]DT[n]H[n]M[n]S, or PYYYY-MM-DDThh:mm:ss. */
function decode_iso(at: usize, end: usize): i32 {
  if (end - at < 2 || load<u8>(at) != 80) return INVALID_VALUE;
  reset_interval();
  at++;
  let in_time = false;
  // Units of the form without letters, in the order in which they come.
  let next_date = UNIT_YEAR;
  let next_time = UNIT_HOUR;
  while (at < end) {
    if (load<u8>(at) == 84) {
      in_time = true;
      at++;
      if (at == end) return OK;
      continue;
    }
    let status = read_number(at, end);
    if (status != OK) return status;
    const letter = byte_at(number_end, end);
    const digits = number_end - at;
    if (!in_time && next_date == UNIT_YEAR && digits == 8 && (letter == 84 || letter == 0)) {
      // YYYYMMDD
      status = add_unit(UNIT_YEAR, number_whole / 10000, 0);
      if (status == OK) status = add_unit(UNIT_MONTH, (number_whole / 100) % 100, 0);
      if (status == OK) status = add_unit(UNIT_DAY, number_whole % 100, 0);
      if (status != OK) return status;
      next_date = -1;
      at = number_end;
      continue;
    }
    if (in_time && next_time == UNIT_HOUR && digits >= 6 && letter == 0 && <u64>number_whole < 1000000) {
      // hhmmss
      status = add_unit(UNIT_HOUR, number_whole / 10000, 0);
      if (status == OK) status = add_unit(UNIT_MINUTE, (number_whole / 100) % 100, 0);
      if (status == OK) status = add_unit(UNIT_SECOND, number_whole % 100, number_fraction);
      return status;
    }
    if (number_fraction != 0) {
      // PostgreSQL reads such a number as a double, and so loses what a double cannot hold.
      const number = <f64>number_whole + number_fraction;
      number_whole = <i64>number;
      number_fraction = number - <f64>number_whole;
    }
    let unit = -1;
    if (letter == 89 && !in_time) unit = UNIT_YEAR;
    else if (letter == 77) unit = in_time ? UNIT_MINUTE : UNIT_MONTH;
    else if (letter == 87 && !in_time) unit = UNIT_WEEK;
    else if (letter == 68 && !in_time) unit = UNIT_DAY;
    else if (letter == 72 && in_time) unit = UNIT_HOUR;
    else if (letter == 83 && in_time) unit = UNIT_SECOND;
    else if (!in_time && (letter == 45 || letter == 84 || letter == 0)) {
      if (next_date < 0) return INVALID_VALUE;
      unit = next_date;
      next_date = unit == UNIT_YEAR ? UNIT_MONTH : unit == UNIT_MONTH ? UNIT_DAY : -1;
    } else if (in_time && (letter == 58 || letter == 0)) {
      if (next_time < 0) return INVALID_VALUE;
      unit = next_time;
      next_time = unit == UNIT_HOUR ? UNIT_MINUTE : unit == UNIT_MINUTE ? UNIT_SECOND : -1;
    } else return INVALID_VALUE;
    status = add_unit(unit, number_whole, number_fraction);
    if (status != OK) return status;
    at = letter == 84 ? number_end : number_end + 1;
  }
  return OK;
}

/** Reads an interval; `rightmost`: the unit of a last number that names none. */
export function parse_interval(at: usize, end: usize, rightmost: i32): i32 {
  at = skip_spaces(at, end);
  end = trim_spaces(at, end);
  const status = decode_fields(at, end, rightmost);
  return status == INVALID_VALUE ? decode_iso(at, end) : status;
}

/**
 * Intervals; `rightmost` is the unit (as in datetime-word-table) of a last number without one, seconds by default. A row
 * that fails becomes null when `out_validity` is not 0; else it ends the call with INVALID_VALUE (syntax), FIELD_RANGE (a
 * field too large) or OVERFLOW.
 */
export function text_to_interval(
  data: usize, stride: usize, validity: usize, rows: usize, rightmost: i32, out: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 16) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    const status = parse_interval(at, at + <usize>load<u32>(data, 4), rightmost);
    if (status != OK) {
      if (out_validity == 0) return failure(i, status);
      store<u8>(out_validity + i, 0);
      reset_interval();
    }
    store<i32>(out, <i32>interval_months);
    store<i32>(out, <i32>interval_days, 4);
    store<i64>(out, interval_micros, 8);
  }
  return 0;
}
