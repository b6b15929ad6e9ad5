import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';
import {
  civil_day,
  civil_from_days,
  civil_month,
  civil_year,
  days_from_civil,
  days_in_month,
  FIRST_DAY,
  FIRST_TIMESTAMP,
  is_leap,
  LAST_DAY,
  MICROS_PER_DAY,
} from './civil';
import { adjust_year, calendar_of, iso_week_start, scale_fraction } from './from-char-field';
import {
  at_separator,
  more_to_read,
  peek_byte,
  read_at,
  read_digits,
  read_integer,
  read_value,
  skip_byte,
  skip_character,
  skip_white,
  start_reading,
} from './from-char-reader';
import { DOTTED_PAIRS, PAIRS, read_either, read_name, read_roman } from './from-char-words';
import { failure, row_counts } from './row';
import { FIELD_RANGE, is_digit, is_space } from './scan';
import {
  NODE_BYTES,
  NODE_FIELD,
  NODE_SEPARATOR,
  NODE_SPACE,
  node_ends_number,
  node_field,
  node_suffix,
  node_type,
  node_width,
  SUFFIX_FM,
  SUFFIX_TH_LOWER,
  SUFFIX_TH_UPPER,
} from './template';
import { local_to_utc } from './zone';

// `to_date` and `to_timestamp` with a template: DCH_from_char and do_to_timestamp in PostgreSQL's formatting.c.

/** Two fields say different things, or both the ISO calendar and the Gregorian one are used. */
const CONFLICT: i32 = 8;
/** The hour is none of a clock with twelve. */
const TWELVE_HOURS: i32 = 9;
/** A day of the year without a year. */
const NO_YEAR: i32 = 10;
/** The offset of a zone is too large. */
const ZONE_RANGE: i32 = 11;

let second_of_day: i64 = 0;
let hour: i64 = 0;
let minute: i64 = 0;
let second: i64 = 0;
let millis: i64 = 0;
let micros: i64 = 0;
let twelve_hour_clock: bool = false;
let afternoon: bool = false;
let year: i64 = 0;
let year_digits: i32 = 0;
let before_christ: bool = false;
let century: i64 = 0;
let month: i64 = 0;
let day: i64 = 0;
let day_of_year: i64 = 0;
let weekday: i64 = 0;
let week: i64 = 0;
let week_of_month: i64 = 0;
let julian: i64 = 0;
let zone_sign: i64 = 0;
let zone_hours: i64 = 0;
let zone_minutes: i64 = 0;
/** 0 none yet, 1 Gregorian, 2 ISO weeks. */
let calendar: i32 = 0;
let failed_node: i32 = 0;

/** The node of the template at which the last failure came, and where in memory the text stood then. */
export function from_char_failed_node(): i32 {
  return failed_node;
}
export function from_char_failed_at(): usize {
  return read_at;
}

function reset_fields(): void {
  second_of_day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  millis = 0;
  micros = 0;
  twelve_hour_clock = false;
  afternoon = false;
  year = 0;
  year_digits = 0;
  before_christ = false;
  century = 0;
  month = 0;
  day = 0;
  day_of_year = 0;
  weekday = 0;
  week = 0;
  week_of_month = 0;
  julian = 0;
  zone_sign = 0;
  zone_hours = 0;
  zone_minutes = 0;
  calendar = 0;
}

/** What a field may be set to: the same again, or anything when it is 0. CONFLICT leaves the caller's value. */
let merged: i64 = 0;
@inline
function merge(current: i64, value: i64): i32 {
  merged = value;
  return current != 0 && current != value ? CONFLICT : OK;
}

function read_year_with_comma(): i32 {
  if (!read_integer(1, true)) return INVALID_VALUE;
  const thousands = read_value;
  if (peek_byte() != 44) return INVALID_VALUE;
  skip_byte();
  const start = read_at;
  let value: i64 = 0;
  while (is_digit(peek_byte()) && read_at - start < 3) {
    value = value * 10 + <i64>(peek_byte() - 48);
    skip_byte();
  }
  if (read_at == start) return INVALID_VALUE;
  const status = merge(year, value + thousands * 1000);
  year = merged;
  year_digits = 4;
  return status;
}

function read_sign(skipped: i32): void {
  const byte = peek_byte();
  if (byte == 43 || byte == 45 || byte == 32) {
    zone_sign = byte == 45 ? -1 : 1;
    skip_byte();
  } else zone_sign = skipped > 0 && load<u8>(read_at - 1) == 45 ? -1 : 1;
}

/** Reads one field; `skipped`: characters gone over beyond what the template says. */
function read_field(node: usize, skipped: i32): i32 {
  const field = node_field(node);
  const free = (node_suffix(node) & SUFFIX_FM) != 0 || node_ends_number(node);
  const width = node_width(node);
  let status = OK;
  switch (field) {
    case 0:
    case 1:
    case 2:
    case 3: {
      const which = field < 2 ? read_either(DOTTED_PAIRS + 8, 4) : read_either(PAIRS + 4, 2);
      if (which < 0) return INVALID_VALUE;
      before_christ = which == 1;
      return OK;
    }
    case 4:
    case 5:
    case 6:
    case 7: {
      const which = field < 6 ? read_either(DOTTED_PAIRS, 4) : read_either(PAIRS, 2);
      if (which < 0) return INVALID_VALUE;
      afternoon = which == 1;
      twelve_hour_clock = true;
      return OK;
    }
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
    case 14: {
      const found = read_name(false, field < 12 ? 0 : 3);
      if (found < 0) return INVALID_VALUE;
      status = merge(weekday, found + 1);
      weekday = merged;
      return status;
    }
    case 34:
    case 35:
    case 36:
    case 37:
    case 38:
    case 39: {
      const found = read_name(true, field < 37 ? 0 : 3);
      if (found < 0) return INVALID_VALUE;
      status = merge(month, found + 1);
      month = merged;
      return status;
    }
    case 41:
    case 42: {
      const found = read_roman();
      if (found < 0) return INVALID_VALUE;
      status = merge(month, found);
      month = merged;
      return status;
    }
    case 45:
      return read_year_with_comma();
    case 50:
    case 51:
      read_sign(skipped);
      if (!read_integer(2, field == 51 ? free : false)) return INVALID_VALUE;
      zone_hours = read_value;
      if (field == 50 && peek_byte() == 58) {
        skip_byte();
        if (!read_integer(2, false)) return INVALID_VALUE;
        zone_minutes = read_value;
      }
      return zone_hours > 15 || zone_hours < 0 || zone_minutes > 59 ? ZONE_RANGE : OK;
    case 52:
      if (zone_sign == 0) zone_sign = 1;
      if (!read_integer(2, free)) return INVALID_VALUE;
      zone_minutes = read_value;
      return zone_minutes < 0 || zone_minutes > 59 ? ZONE_RANGE : OK;
  }
  if (!read_integer(width, free)) return INVALID_VALUE;
  const value = read_value;
  switch (field) {
    case 8:
      status = merge(century, value);
      century = merged;
      break;
    case 15:
    case 16:
      status = merge(day_of_year, value);
      day_of_year = merged;
      break;
    case 17:
      status = merge(day, value);
      day = merged;
      break;
    case 18:
      status = merge(weekday, value);
      weekday = merged;
      break;
    case 19:
      // ISO weekdays start on Monday, the others on Sunday.
      status = merge(weekday, value >= 7 ? 1 : value + 1);
      weekday = merged;
      break;
    case 20:
    case 21:
      status = merge(hour, value);
      hour = merged;
      if (field == 21) twelve_hour_clock = true;
      break;
    case 22:
      status = merge(minute, value);
      minute = merged;
      break;
    case 23:
      status = merge(second, value);
      second = merged;
      break;
    case 24:
      millis = scale_fraction(value, read_digits, 3);
      break;
    case 26:
      status = merge(second_of_day, value);
      second_of_day = merged;
      break;
    case 27:
    case 44:
      status = merge(week, value);
      week = merged;
      break;
    case 28:
    case 29:
    case 30:
    case 31:
    case 46:
    case 47:
    case 48:
    case 49: {
      const digits = 4 - (field < 40 ? field - 28 : field - 46);
      status = merge(year, digits < 4 && read_digits < 4 ? adjust_year(value) : value);
      year = merged;
      year_digits = digits;
      break;
    }
    case 32:
      status = merge(julian, value);
      julian = merged;
      break;
    case 33:
      status = merge(month, value);
      month = merged;
      break;
    case 40:
      // A quarter says too little to be used.
      break;
    case 43:
      status = merge(week_of_month, value);
      week_of_month = merged;
      break;
    default:
      // US, FF1 to FF6
      micros = scale_fraction(value, read_digits, 6);
  }
  return status;
}

/** Reads [at, end) by the template. */
function read_by_template(at: usize, end: usize, template: usize, num_nodes: usize, fixed: bool): i32 {
  start_reading(at, end);
  let skipped = 0;
  for (let i: usize = 0; i < num_nodes && more_to_read(); i++) {
    const node = template + i * NODE_BYTES;
    const type = node_type(node);
    failed_node = <i32>i;
    if (!fixed && type != NODE_SPACE && (type == NODE_FIELD || i == 0)) skipped += skip_white();
    if (type == NODE_SPACE || type == NODE_SEPARATOR) {
      if (fixed) skip_character();
      else {
        skipped--;
        if (more_to_read() && (is_space(peek_byte()) || at_separator())) {
          skip_byte();
          skipped++;
        }
      }
      continue;
    }
    if (type != NODE_FIELD) {
      if (!fixed && skipped > 0) skipped--;
      else skip_character();
      continue;
    }
    if (!more_to_read()) return INVALID_VALUE;
    const kind = calendar_of(node_field(node));
    if (kind != 0 && node_field(node) != 32) {
      if (calendar != 0 && calendar != kind) return CONFLICT;
      calendar = kind;
    }
    const status = read_field(node, skipped);
    if (status != OK) return status;
    if (node_suffix(node) & (SUFFIX_TH_UPPER | SUFFIX_TH_LOWER)) {
      if (more_to_read()) skip_character();
      if (more_to_read()) skip_character();
    }
    if (!fixed) skipped = skip_white();
  }
  return OK;
}

let result_days: i64 = 0;
let result_time: i64 = 0;

/** Year 0 is 1 BC; answers OK when there is a year. */
let final_year: i64 = 0;
function combine_year(): bool {
  final_year = 0;
  if (year != 0) {
    if (century != 0 && year_digits <= 2) {
      if (before_christ) century = -century;
      final_year = year % 100;
      if (final_year != 0) {
        final_year = century >= 0 ? final_year + (century - 1) * 100 : (century + 1) * 100 - final_year + 1;
      } else final_year = century * 100 + (century >= 0 ? 0 : 1);
    } else {
      final_year = before_christ ? -year : year;
      if (final_year < 0) final_year++;
    }
    return true;
  }
  if (century == 0) return false;
  if (before_christ) century = -century;
  final_year = century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1;
  return true;
}

function combine_date(): i32 {
  const has_year = combine_year();
  let months: i64 = 1;
  let days: i64 = 1;
  if (julian != 0) {
    civil_from_days(julian - 2440588);
    final_year = civil_year;
    months = civil_month;
    days = civil_day;
  }
  if (week != 0) {
    if (calendar == 2) {
      let start = iso_week_start(final_year, week);
      if (weekday != 0) start += weekday > 1 ? weekday - 2 : 6;
      civil_from_days(start);
      final_year = civil_year;
      months = civil_month;
      days = civil_day;
    } else day_of_year = (week - 1) * 7 + 1;
  }
  if (week_of_month != 0) day = (week_of_month - 1) * 7 + 1;
  if (day != 0) days = day;
  if (month != 0) months = month;
  if (day_of_year != 0 && (months <= 1 || days <= 1)) {
    if (!has_year && final_year == 0 && !before_christ) return NO_YEAR;
    if (calendar == 2) {
      civil_from_days(iso_week_start(final_year, 1) - 1 + day_of_year);
      final_year = civil_year;
      months = civil_month;
      days = civil_day;
    } else {
      if (day_of_year < 0 || day_of_year > (is_leap(final_year) ? 366 : 365)) return FIELD_RANGE;
      civil_from_days(days_from_civil(final_year, 1, 1) + day_of_year - 1);
      if (months <= 1) months = civil_month;
      if (days <= 1) days = civil_day;
    }
  }
  if (months < 1 || months > 12 || days < 1 || days > <i64>days_in_month(final_year, <i32>months)) return FIELD_RANGE;
  if (final_year > 6000000 || final_year < -5000) return OVERFLOW;
  result_days = days_from_civil(final_year, months, days);
  return result_days < FIRST_DAY || result_days > LAST_DAY ? OVERFLOW : OK;
}

function combine_time(): i32 {
  let hours = second_of_day / 3600;
  let minutes = (second_of_day / 60) % 60;
  let seconds = second_of_day % 60;
  if (second != 0) seconds = second;
  if (minute != 0) minutes = minute;
  if (hour != 0) hours = hour;
  if (twelve_hour_clock) {
    if (hours < 1 || hours > 12) return TWELVE_HOURS;
    if (afternoon && hours < 12) hours += 12;
    else if (!afternoon && hours == 12) hours = 0;
  }
  const fraction = millis * 1000 + micros;
  if (
    hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 || fraction < 0 ||
    fraction > 999999
  ) return FIELD_RANGE;
  result_time = ((hours * 60 + minutes) * 60 + seconds) * 1000000 + fraction;
  return OK;
}

function read_datetime(data: usize, template: usize, num_nodes: usize, fixed: bool): i32 {
  const at = <usize>load<u32>(data);
  reset_fields();
  let status = read_by_template(at, at + <usize>load<u32>(data, 4), template, num_nodes, fixed);
  if (status == OK) status = combine_time();
  return status == OK ? combine_date() : status;
}

/**
 * Dates by a template; with `fixed` 1, each character of the template stands for one of the text. Fails with INVALID_VALUE (see
 * `from_char_failed_node`), FIELD_RANGE, OVERFLOW, or one of the answers above.
 */
export function text_to_date_by(
  data: usize, stride: usize, template: usize, num_nodes: usize, fixed: i32, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const status = read_datetime(data, template, num_nodes, fixed != 0);
    if (status != OK) return failure(i, status);
    store<i32>(out + i * 4, <i32>result_days);
  }
  return 0;
}

/** Timestamps UTC by a template; what names no offset is taken in the zone given by its transitions (see `zone`). */
export function text_to_timestamptz_by(
  data: usize, stride: usize, template: usize, num_nodes: usize, fixed: i32, starts: usize, offsets: usize,
  num_starts: i32, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    let status = read_datetime(data, template, num_nodes, fixed != 0);
    if (status == OK && result_days > 106751990) status = OVERFLOW;
    if (status != OK) return failure(i, status);
    const local = result_days * MICROS_PER_DAY + result_time;
    const utc =
      zone_sign == 0
        ? local_to_utc(local, starts, offsets, num_starts)
        : local - zone_sign * (zone_hours * 60 + zone_minutes) * 60000000;
    if (utc < FIRST_TIMESTAMP) return failure(i, OVERFLOW);
    store<i64>(out + i * 8, utc);
  }
  return 0;
}
