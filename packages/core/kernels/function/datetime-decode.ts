import { INVALID_VALUE, OK } from '../vector/status';
import {
  byte_at,
  FIELD_DATE,
  FIELD_NUMBER,
  FIELD_SIGNED_WORD,
  FIELD_TIME,
  FIELD_WORD,
  FIELD_ZONE,
  field_end,
  field_kind,
  field_start,
  num_fields,
  split_fields,
} from './datetime-fields';
import {
  add_to_mask,
  day,
  digits_value,
  fraction_micros,
  HAS_DATE,
  HAS_DAY,
  HAS_DAY_OF_YEAR,
  HAS_MONTH,
  HAS_TIME,
  HAS_YEAR,
  HAS_ZONE,
  mask,
  month,
  reset_state,
  set_before_christ,
  set_day,
  set_day_of_year,
  set_half_day,
  set_julian,
  set_month,
  set_reserved,
  set_text_month,
  set_time,
  set_year,
  set_zone,
  set_zone_name,
  text_month,
  two_digit_year,
  year,
} from './datetime-state';
import { find_date_word, word_value } from './datetime-words';
import {
  RESERVED_INFINITY,
  RESERVED_MINUS_INFINITY,
  WORD_AD_BC,
  WORD_AM_PM,
  WORD_IGNORED,
  WORD_ISO_TIME,
  WORD_JULIAN,
  WORD_MONTH,
  WORD_RESERVED,
  WORD_ZONE,
} from './datetime-word-table';
import { FIELD_RANGE, is_digit, is_letter } from './scan';

// The second step of PostgreSQL's date and time input (DecodeDateTime and what it calls in datetime.c), with the date order
// month, day, year, which is PostgreSQL's default.

/** Days from the start of the Julian period to 1970-01-01. */
const JULIAN_EPOCH: i64 = 2440588;

function digits_end(at: usize, end: usize): usize {
  while (at < end && is_digit(load<u8>(at))) at++;
  return at;
}

function find_byte(at: usize, end: usize, byte: u32): usize {
  for (; at < end; at++) if (<u32>load<u8>(at) == byte) return at;
  return 0;
}

/** hh:mm, hh:mm:ss, with a fraction; mm:ss.fff when the point comes after the second number. */
function decode_time(at: usize, end: usize): i32 {
  if (add_to_mask(HAS_TIME) != OK) return INVALID_VALUE;
  let stop = digits_end(at, end);
  if (stop - at > 9) return FIELD_RANGE;
  let h = digits_value(at, stop);
  if (byte_at(stop, end) != 58) return INVALID_VALUE;
  at = stop + 1;
  stop = digits_end(at, end);
  let m = stop - at > 9 ? 99 : digits_value(at, stop);
  let s: i64 = 0;
  let us: i64 = 0;
  let next = byte_at(stop, end);
  if (next == 58) {
    at = stop + 1;
    stop = digits_end(at, end);
    s = stop - at > 9 ? 99 : digits_value(at, stop);
    next = byte_at(stop, end);
  } else if (next == 46) {
    s = m;
    m = h;
    h = 0;
  }
  if (next == 46) us = fraction_micros(stop + 1, end);
  else if (stop != end) return INVALID_VALUE;
  if (us < 0) return INVALID_VALUE;
  if (m > 59 || s > 60) return FIELD_RANGE;
  set_time(h, m, s, us);
  return OK;
}

/** ±hh, ±hh:mm, ±hh:mm:ss, ±hhmm. */
function decode_zone(at: usize, end: usize): i32 {
  const west = load<u8>(at) == 45;
  at++;
  while (at < end && !is_digit(load<u8>(at))) at++;
  let stop = digits_end(at, end);
  let h = digits_value(at, stop);
  let m: i64 = 0;
  let s: i64 = 0;
  if (byte_at(stop, end) == 58) {
    const from = stop + 1;
    stop = digits_end(from, end);
    m = digits_value(from, stop);
    if (byte_at(stop, end) == 58) {
      const second_from = stop + 1;
      stop = digits_end(second_from, end);
      s = digits_value(second_from, stop);
    }
  } else if (stop == end && stop - at > 2) {
    m = h % 100;
    h /= 100;
  }
  if (h > 15 || m > 59 || s > 59) return FIELD_RANGE;
  if (stop != end) return INVALID_VALUE;
  const seconds = (h * 60 + m) * 60 + s;
  set_zone(west ? -seconds : seconds);
  return OK;
}

/** A run-together date (YYYYMMDD, YYMMDD) or time (hhmmss, hhmm). */
function decode_joined_number(at: usize, end: usize, date_known: bool): i32 {
  const point = find_byte(at, end, 46);
  let us: i64 = 0;
  let stop = end;
  if (point != 0) {
    us = fraction_micros(point + 1, end);
    if (us < 0) return INVALID_VALUE;
    stop = point;
  }
  const length = stop - at;
  if (digits_end(at, stop) != stop) return INVALID_VALUE;
  if (point == 0 && !date_known && (mask & HAS_DATE) != HAS_DATE) {
    if (length >= 6) {
      if (add_to_mask(HAS_DATE) != OK) return INVALID_VALUE;
      set_year(digits_value(at, stop - 4), length - 4);
      set_month(digits_value(stop - 4, stop - 2));
      set_day(digits_value(stop - 2, stop));
      return OK;
    }
  }
  if ((mask & HAS_TIME) == 0 && (length == 6 || length == 4)) {
    mask_time();
    set_time(
      digits_value(at, at + 2), digits_value(at + 2, at + 4), length == 6 ? digits_value(at + 4, at + 6) : 0, us,
    );
    return OK;
  }
  return INVALID_VALUE;
}

@inline
function mask_time(): void {
  add_to_mask(HAS_TIME);
}

/** One number of a date: which of year, month and day it is depends on what is known already. */
function decode_number(at: usize, end: usize): i32 {
  const stop = digits_end(at, end);
  const length = stop - at;
  if (length == 0) return INVALID_VALUE;
  const value = digits_value(at, stop);
  if (value > 100000000) return FIELD_RANGE;
  if (byte_at(stop, end) == 46) {
    if (length > 2) return decode_joined_number(at, end, false);
    return INVALID_VALUE;
  }
  if (stop != end) return INVALID_VALUE;
  const known = mask & HAS_DATE;
  if (length == 3 && known == HAS_YEAR && value >= 1 && value <= 366) {
    set_day_of_year(value);
    return add_to_mask(HAS_DAY_OF_YEAR | HAS_MONTH | HAS_DAY);
  }
  if (known == 0) {
    if (length >= 3) {
      set_year(value, length);
      return add_to_mask(HAS_YEAR);
    }
    set_month(value);
    return add_to_mask(HAS_MONTH);
  }
  if (known == HAS_YEAR || known == HAS_DAY) {
    set_month(value);
    return add_to_mask(HAS_MONTH);
  }
  if (known == HAS_MONTH) {
    if (text_month && length >= 3) {
      set_year(value, length);
      return add_to_mask(HAS_YEAR);
    }
    set_day(value);
    return add_to_mask(HAS_DAY);
  }
  if (known == (HAS_YEAR | HAS_MONTH)) {
    if (text_month && length >= 3 && two_digit_year) {
      // What was taken for the year was the day.
      set_day(year);
      set_year(value, length);
    } else set_day(value);
    return add_to_mask(HAS_DAY);
  }
  if (known == (HAS_MONTH | HAS_DAY)) {
    set_year(value, length);
    return add_to_mask(HAS_YEAR);
  }
  if (known == HAS_DATE) return decode_joined_number(at, end, false);
  return INVALID_VALUE;
}

/** Numbers and the name of a month, joined by punctuation. */
function decode_date(at: usize, end: usize): i32 {
  let status = OK;
  for (let pass = 0; pass < 2; pass++) {
    let from = at;
    while (from < end) {
      let byte = <u32>load<u8>(from);
      if (!is_digit(byte) && !is_letter(byte)) {
        from++;
        if (from == end) return INVALID_VALUE;
        continue;
      }
      const digits = is_digit(byte);
      let stop = from;
      while (stop < end && (digits ? is_digit(load<u8>(stop)) : is_letter(load<u8>(stop)))) stop++;
      // Names first, because they are unambiguous.
      if (pass == 0 && !digits) {
        const kind = find_date_word(from, stop);
        if (kind == WORD_MONTH) {
          if (add_to_mask(HAS_MONTH) != OK) return INVALID_VALUE;
          set_text_month(word_value);
        } else if (kind != WORD_IGNORED) return INVALID_VALUE;
      } else if (pass == 1 && digits) {
        status = decode_number(from, stop);
        if (status != OK) return status;
      }
      from = stop;
    }
  }
  return (mask & HAS_DATE) == HAS_DATE ? OK : INVALID_VALUE;
}

/** A Julian day, with a fraction of a day or a zone behind it. */
function decode_julian(at: usize, end: usize): i32 {
  const stop = digits_end(at, end);
  if (stop == at || stop - at > 10) return INVALID_VALUE;
  set_julian(digits_value(at, stop) - JULIAN_EPOCH);
  if (add_to_mask(HAS_DATE) != OK) return INVALID_VALUE;
  if (stop == end) return OK;
  if (load<u8>(stop) == 46) {
    if (add_to_mask(HAS_TIME) != OK) return INVALID_VALUE;
    const fraction_end = digits_end(stop + 1, end);
    let numerator: f64 = 0;
    let unit: f64 = 0.1;
    for (let i = stop + 1; i < fraction_end; i++, unit /= 10) numerator += <f64>(load<u8>(i) - 48) * unit;
    const time = <i64>nearest(numerator * 86400000000.0);
    set_time(time / 3600000000, (time / 60000000) % 60, (time / 1000000) % 60, time % 1000000);
    return fraction_end == end ? OK : INVALID_VALUE;
  }
  if (load<u8>(stop) == 43 || load<u8>(stop) == 45) {
    return add_to_mask(HAS_ZONE) != OK ? INVALID_VALUE : decode_zone(stop, end);
  }
  return INVALID_VALUE;
}

/** A DATE field when there is a date already: the name of a zone, or a time with a zone (hhmmss-zz). */
function decode_late_date(at: usize, end: usize, after_t: bool): i32 {
  if (!is_digit(load<u8>(at)) && !after_t) {
    set_zone_name(at, end);
    return add_to_mask(HAS_ZONE);
  }
  const minus = find_byte(at, end, 45);
  if ((mask & HAS_TIME) != 0 || minus == 0) return INVALID_VALUE;
  let status = add_to_mask(HAS_ZONE);
  if (status == OK) status = decode_zone(minus, end);
  if (status == OK) status = decode_joined_number(at, minus, true);
  return status;
}

const PREFIX_NONE = 0;
const PREFIX_TIME = 1;
const PREFIX_JULIAN = 2;
let prefix = 0;

function decode_word(i: u32): i32 {
  const at = field_start(i);
  const end = field_end(i);
  const kind = find_date_word(at, end);
  if (kind == WORD_IGNORED) return OK;
  if (kind == WORD_MONTH) {
    if ((mask & HAS_MONTH) && !text_month && !(mask & HAS_DAY) && month >= 1 && month <= 31) {
      // The number taken for the month was the day.
      set_day(month);
      set_text_month(word_value);
      return add_to_mask(HAS_DAY);
    }
    set_text_month(word_value);
    return add_to_mask(HAS_MONTH);
  }
  if (kind == WORD_ZONE) {
    set_zone(word_value);
    return add_to_mask(HAS_ZONE);
  }
  if (kind == WORD_AM_PM) {
    set_half_day(word_value);
    return OK;
  }
  if (kind == WORD_AD_BC) {
    set_before_christ(word_value == 1);
    return OK;
  }
  if (kind == WORD_RESERVED) {
    set_reserved(word_value);
    return add_to_mask(HAS_DATE | HAS_TIME | HAS_ZONE);
  }
  if (kind == WORD_ISO_TIME) {
    if ((!time_only && (mask & HAS_DATE) != HAS_DATE) || i + 1 >= num_fields) return INVALID_VALUE;
    const next = field_kind(i + 1);
    if (next != FIELD_NUMBER && next != FIELD_TIME && next != FIELD_DATE) return INVALID_VALUE;
    prefix = PREFIX_TIME;
    return OK;
  }
  if (kind == WORD_JULIAN) {
    prefix = PREFIX_JULIAN;
    return OK;
  }
  // All letters and no word: perhaps a zone, if something was said that can have one.
  if (mask == 0) return INVALID_VALUE;
  set_zone_name(at, end);
  return add_to_mask(HAS_ZONE);
}

/** Whether a time alone is wanted: numbers are run-together times then, and T needs no date before it. */
let time_only: bool = false;

/** Reads [at, end) into the variables of `datetime-state`. */
export function decode_datetime(at: usize, end: usize, only_time: bool = false): i32 {
  reset_state();
  time_only = only_time;
  prefix = PREFIX_NONE;
  let status = split_fields(at, end);
  if (status != OK) return status;
  if (num_fields == 0) return INVALID_VALUE;
  for (let i: u32 = 0; i < num_fields; i++) {
    const from = field_start(i);
    const to = field_end(i);
    const kind = field_kind(i);
    const before = prefix;
    prefix = PREFIX_NONE;
    if (kind == FIELD_DATE) {
      if (before == PREFIX_JULIAN) status = decode_julian(from, to);
      else if ((mask & HAS_DATE) == HAS_DATE || before != PREFIX_NONE) {
        status = decode_late_date(from, to, before == PREFIX_TIME);
      } else status = decode_date(from, to);
    } else if (kind == FIELD_TIME) {
      status = before == PREFIX_JULIAN ? INVALID_VALUE : decode_time(from, to);
    } else if (kind == FIELD_ZONE) {
      status = add_to_mask(HAS_ZONE) != OK ? INVALID_VALUE : decode_zone(from, to);
    } else if (kind == FIELD_NUMBER) {
      if (before == PREFIX_JULIAN) status = decode_julian(from, to);
      else if (before == PREFIX_TIME) status = decode_joined_number(from, to, true);
      else if (time_only && mask == 0 && num_fields == 1) status = decode_joined_number(from, to, true); else {
        const point = find_byte(from, to, 46);
        if (point != 0 && (mask & HAS_DATE) == 0) status = decode_date(from, to);
        else if (point != 0 && point - from > 2) status = decode_joined_number(from, to, false);
        else if (to - from >= 6 && ((mask & HAS_DATE) == 0 || (mask & HAS_TIME) == 0)) {
          status = decode_joined_number(from, to, false);
        } else status = decode_number(from, to);
      }
    } else if (kind == FIELD_SIGNED_WORD) {
      // Only -infinity, and +infinity since PostgreSQL 17.
      let word = from + 1;
      while (word < to && !is_letter(load<u8>(word))) word++;
      if (find_date_word(word, to) != WORD_RESERVED || word_value != RESERVED_INFINITY) status = INVALID_VALUE;
      else {
        set_reserved(load<u8>(from) == 45 ? RESERVED_MINUS_INFINITY : RESERVED_INFINITY);
        status = add_to_mask(HAS_DATE | HAS_TIME | HAS_ZONE);
      }
    } else status = decode_word(i);
    if (status != OK) return status;
  }
  return prefix == PREFIX_NONE ? OK : INVALID_VALUE;
}
