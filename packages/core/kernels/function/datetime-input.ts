import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';
import {
  day_of,
  DATE_INFINITY,
  DATE_MINUS_INFINITY,
  days_from_civil,
  days_in_month,
  FIRST_DAY,
  FIRST_TIMESTAMP,
  LAST_DAY,
  LAST_TIMESTAMP,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  TIMESTAMP_INFINITY,
  TIMESTAMP_MINUS_INFINITY,
} from './civil';
import { decode_datetime } from './datetime-decode';
import {
  check_date,
  check_time,
  checked_days,
  HAS_DATE,
  HAS_TIME,
  HAS_ZONE,
  mask,
  reserved,
  time_micros,
  zone_name,
  zone_name_end,
  zone_seconds,
} from './datetime-state';
import {
  RESERVED_ALLBALLS,
  RESERVED_EPOCH,
  RESERVED_INFINITY,
  RESERVED_MINUS_INFINITY,
  RESERVED_NOW,
  RESERVED_TODAY,
  RESERVED_TOMORROW,
  RESERVED_YESTERDAY,
} from './datetime-word-table';
import { failure, row_counts } from './row';
import { UNDECIDED } from './scan';
import { local_to_utc } from './zone';

// Texts in PostgreSQL's many forms of dates and times. The value read:
let value: i64 = 0;

@inline
function two_digits(at: usize): i64 {
  const a = <u32>load<u8>(at) - 48;
  const b = <u32>load<u8>(at, 1) - 48;
  return a > 9 || b > 9 ? -1 : <i64>(a * 10 + b);
}

/** Days of YYYY-MM-DD at `at`, or i64.MIN_VALUE when it looks different: the form that nearly all data has. */
function iso_days(at: usize): i64 {
  if (load<u8>(at, 4) != 45 || load<u8>(at, 7) != 45) return i64.MIN_VALUE;
  const century = two_digits(at);
  const rest = two_digits(at + 2);
  const month = two_digits(at + 5);
  const day = two_digits(at + 8);
  if (century < 0 || rest < 0 || month < 1 || month > 12 || day < 1) return i64.MIN_VALUE;
  const year = century * 100 + rest;
  if (year == 0 || day > <i64>days_in_month(year, <i32>month)) return i64.MIN_VALUE;
  return days_from_civil(year, month, day);
}

/** Microseconds of hh:mm:ss[.ffffff] in [at, end), or -1. */
function iso_time(at: usize, end: usize): i64 {
  const length = end - at;
  if (length < 8 || length > 15 || load<u8>(at, 2) != 58 || load<u8>(at, 5) != 58) return -1;
  const hour = two_digits(at);
  const minute = two_digits(at + 3);
  const second = two_digits(at + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  let micros: i64 = 0;
  if (length > 8) {
    if (load<u8>(at, 8) != 46) return -1;
    let unit: i64 = 100000;
    for (let i = at + 9; i < end; i++, unit /= 10) {
      const digit = <u32>load<u8>(i) - 48;
      if (digit > 9) return -1;
      micros += <i64>digit * unit;
    }
  }
  return ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros;
}

/** Days that `reserved` stands for; `now`: microseconds in the session's zone. */
function reserved_days(now: i64): i32 {
  if (reserved == RESERVED_EPOCH) value = 0;
  else if (reserved == RESERVED_INFINITY) value = DATE_INFINITY;
  else if (reserved == RESERVED_MINUS_INFINITY) value = DATE_MINUS_INFINITY;
  else if (reserved == RESERVED_NOW || reserved == RESERVED_TODAY) value = day_of(now);
  else if (reserved == RESERVED_TOMORROW) value = day_of(now) + 1;
  else if (reserved == RESERVED_YESTERDAY) value = day_of(now) - 1;
  else return INVALID_VALUE;
  return OK;
}

function parse_date(at: usize, end: usize, now: i64, named: bool): i32 {
  if (end - at == 10) {
    value = iso_days(at);
    if (value != i64.MIN_VALUE) return OK;
  }
  let status = decode_datetime(at, end);
  if (status != OK) return status;
  if (reserved >= 0) return reserved_days(now);
  if ((mask & HAS_DATE) != HAS_DATE) return INVALID_VALUE;
  status = check_date();
  if (status == OK) status = check_time();
  if (status != OK) return status;
  if (zone_name != 0 && !named) return UNDECIDED;
  value = checked_days;
  return value < FIRST_DAY || value > LAST_DAY ? OVERFLOW : OK;
}

/** Sets `value` to microseconds as they are written, and tells in `mask` whether a zone was. */
function parse_local(at: usize, end: usize, now: i64): i32 {
  let status = decode_datetime(at, end);
  if (status != OK) return status;
  if (reserved >= 0) {
    if (reserved == RESERVED_INFINITY) value = TIMESTAMP_INFINITY;
    else if (reserved == RESERVED_MINUS_INFINITY) value = TIMESTAMP_MINUS_INFINITY;
    else if (reserved == RESERVED_NOW) value = now;
    else {
      status = reserved_days(now);
      value *= MICROS_PER_DAY;
    }
    return status;
  }
  if ((mask & HAS_DATE) != HAS_DATE) return INVALID_VALUE;
  status = check_date();
  if (status == OK) status = check_time();
  if (status != OK) return status;
  if (checked_days < FIRST_DAY - 1 || checked_days > 106751991) return OVERFLOW;
  const days = checked_days * MICROS_PER_DAY;
  value = days + time_micros();
  return days > 0 && value < 0 ? OVERFLOW : OK;
}

/** The last value came by the quick path: it has no zone, and `datetime-state` knows nothing of it. */
let quick: bool = false;

function parse_timestamp(at: usize, end: usize, now: i64): i32 {
  const length = end - at;
  quick = false;
  if (length >= 19 && length <= 26 && (load<u8>(at, 10) == 32 || load<u8>(at, 10) == 84)) {
    const days = iso_days(at);
    const time = iso_time(at + 11, end);
    if (days != i64.MIN_VALUE && time >= 0) {
      value = days * MICROS_PER_DAY + time;
      quick = true;
      return OK;
    }
  }
  return parse_local(at, end, now);
}

/** OVERFLOW when `value` is a timestamp that PostgreSQL cannot hold. */
@inline
function check_range(): i32 {
  return value < FIRST_TIMESTAMP || value > LAST_TIMESTAMP ? OVERFLOW : OK;
}

/** Makes the local `value` UTC, by the zone that the text names or else by the given one. */
function to_utc(starts: usize, offsets: usize, num_starts: i32, named: bool): i32 {
  if (!quick) {
    if (reserved == RESERVED_EPOCH || reserved == RESERVED_INFINITY || reserved == RESERVED_MINUS_INFINITY) return OK;
    if (reserved < 0 && (mask & HAS_ZONE) != 0) {
      if (zone_name == 0) {
        value -= zone_seconds * MICROS_PER_SECOND;
        return check_range();
      }
      if (!named) return UNDECIDED;
    }
  }
  value = local_to_utc(value, starts, offsets, num_starts);
  return check_range();
}

/** Where the zone's name stands that the host must look up after UNDECIDED. */
export function parsed_zone_address(): usize {
  return zone_name;
}
export function parsed_zone_length(): usize {
  return zone_name_end - zone_name;
}

/** Handles a row that could not be read: null when `out_validity` is not 0, otherwise the failure that ends the call. */
@inline
function refuse(i: usize, status: i32, out_validity: usize): i32 {
  if (status == UNDECIDED || out_validity == 0) return failure(i, status);
  store<u8>(out_validity + i, 0);
  value = 0;
  return OK;
}

/**
 * Dates as days, from row `first` on. `now` is the start of the query in the session's zone, for `today` and its like. A row
 * that fails becomes null when `out_validity` is not 0; else it ends the call with INVALID_VALUE (syntax), FIELD_RANGE (no
 * such day) or OVERFLOW. The name of a zone ends the call with UNDECIDED: the host calls again for that row with `named` = 1 when there is such a zone.
 */
export function text_to_date(
  data: usize, stride: usize, validity: usize, first: usize, rows: usize, now: i64, named: i32,
  out: usize, out_validity: usize,
): i32 {
  data += stride * first;
  for (let i = first; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    const status = parse_date(at, at + <usize>load<u32>(data, 4), now, named != 0);
    if (status != OK) {
      const answer = refuse(i, status, out_validity);
      if (answer != OK) return answer;
    }
    store<i32>(out + i * 4, <i32>value);
  }
  return 0;
}

/**
 * Timestamps as microseconds, as written: a zone in the text is read over, as PostgreSQL does. Failures as in
 * `text_to_date`.
 */
export function text_to_timestamp(
  data: usize, stride: usize, validity: usize, first: usize, rows: usize, now: i64, named: i32,
  out: usize, out_validity: usize,
): i32 {
  data += stride * first;
  for (let i = first; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    let status = parse_timestamp(at, at + <usize>load<u32>(data, 4), now);
    if (status == OK && (quick || reserved < 0)) {
      status = !quick && zone_name != 0 && !named ? UNDECIDED : check_range();
    }
    if (status != OK) {
      const answer = refuse(i, status, out_validity);
      if (answer != OK) return answer;
    }
    store<i64>(out + i * 8, value);
  }
  return 0;
}

/**
 * Timestamps with a zone as microseconds UTC, from row `first` on. What has no zone is taken in the zone whose `num_starts` transitions stand at
 * `starts` and `offsets` (see `zone`). A zone's name ends the call with UNDECIDED, unless `named` is 1: then the zone given is
 * that of the name, for this call of one row. Other failures as in `text_to_date`.
 */
export function text_to_timestamptz(
  data: usize, stride: usize, validity: usize, first: usize, rows: usize, now: i64,
  starts: usize, offsets: usize, num_starts: i32, named: i32, out: usize, out_validity: usize,
): i32 {
  data += stride * first;
  for (let i = first; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    let status = parse_timestamp(at, at + <usize>load<u32>(data, 4), now);
    if (status == OK) status = to_utc(starts, offsets, num_starts, named != 0);
    if (status != OK) {
      const answer = refuse(i, status, out_validity);
      if (answer != OK) return answer;
    }
    store<i64>(out + i * 8, value);
  }
  return 0;
}

function parse_time(at: usize, end: usize, now: i64, named: bool): i32 {
  value = iso_time(at, end);
  if (value >= 0) return OK;
  let status = decode_datetime(at, end, true);
  if (status != OK) return status;
  if (reserved >= 0) {
    if (reserved == RESERVED_NOW) value = now - day_of(now) * MICROS_PER_DAY;
    else if (reserved == RESERVED_ALLBALLS) value = 0;
    else return INVALID_VALUE;
    return OK;
  }
  if ((mask & HAS_TIME) == 0) return INVALID_VALUE;
  status = check_time();
  if (status == OK && (mask & HAS_DATE) == HAS_DATE) status = check_date();
  if (status != OK) return status;
  if (zone_name != 0 && !named) return UNDECIDED;
  value = time_micros();
  return value > MICROS_PER_DAY ? OVERFLOW : OK;
}

/** Times of day as microseconds; a date and a zone in the text are read over. Failures as in `text_to_date`. */
export function text_to_time(
  data: usize, stride: usize, validity: usize, first: usize, rows: usize, now: i64, named: i32,
  out: usize, out_validity: usize,
): i32 {
  data += stride * first;
  for (let i = first; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    const status = parse_time(at, at + <usize>load<u32>(data, 4), now, named != 0);
    if (status != OK) {
      const answer = refuse(i, status, out_validity);
      if (answer != OK) return answer;
    }
    store<i64>(out + i * 8, value);
  }
  return 0;
}
