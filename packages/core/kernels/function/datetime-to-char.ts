import {
  civil_day,
  civil_from_days,
  civil_month,
  civil_year,
  day_of,
  day_of_week,
  days_from_civil,
  is_infinite,
  iso_week,
  iso_year,
  MICROS_PER_DAY,
} from './civil';
import { day_name, month_name, NAME_BYTES, name_length, ROMAN_MONTHS } from './datetime-names';
import { digits_of, write_padded, write_signed } from './number-digits';
import { row_counts, store_null_ref, store_ref } from './row';
import {
  NODE_BYTES,
  NODE_FIELD,
  node_field,
  node_suffix,
  node_type,
  SUFFIX_FM,
  SUFFIX_TH_LOWER,
  SUFFIX_TH_UPPER,
  write_node,
  write_ordinal,
} from './template';

// `to_char` of timestamps and intervals: DCH_to_char in PostgreSQL's formatting.c. Fields have the codes of
// src/expression/scalar/format/datetime-template.ts.

let year: i64 = 0;
let month: i32 = 0;
let day: i64 = 0;
let hour: i64 = 0;
let minute: i32 = 0;
let second: i32 = 0;
let micros: i32 = 0;
/** Days since 1970-01-01; of an interval there are none. */
let days: i64 = 0;
let is_interval: bool = false;
let offset: i32 = 0;

/** Writes a number with leading zeros up to `width`, of which a sign takes one, and its ordinal suffix. */
function write_number(out: usize, value: i64, width: usize, suffix: u32): usize {
  const start = out;
  const size: u64 = value < 0 ? -<u64>value : <u64>value;
  if (value < 0) store<u8>(out++, 45);
  let digits = digits_of(size);
  if (!(suffix & SUFFIX_FM) && digits < width) digits = width;
  write_padded(out, size, digits);
  out += digits;
  if (suffix & (SUFFIX_TH_UPPER | SUFFIX_TH_LOWER)) {
    write_ordinal(out, size, (suffix & SUFFIX_TH_LOWER) != 0);
    out += 2;
  }
  return out - start;
}

/** `letter_case`: 0 upper, 1 capital, 2 lower. */
function write_name(out: usize, name: usize, length: usize, letter_case: i32): usize {
  for (let i: usize = 0; i < length; i++) {
    const letter = load<u8>(name + i);
    store<u8>(out + i, letter_case == 0 || (letter_case == 1 && i == 0) || letter == 32 ? letter : letter | 32);
  }
  return length;
}

/** AM or PM (BC or AD): `dots` 1 puts points between. */
function write_pair(out: usize, first: u8, second_letter: u8, lower: bool, dots: bool): usize {
  const mask: u8 = lower ? 32 : 0;
  store<u8>(out, first | mask);
  if (!dots) {
    store<u8>(out, second_letter | mask, 1);
    return 2;
  }
  store<u8>(out, 46, 1);
  store<u8>(out, second_letter | mask, 2);
  store<u8>(out, 46, 3);
  return 4;
}

@inline
function shown_year(value: i64): i64 {
  return is_interval || value > 0 ? value : -(value - 1);
}

/** The day of the year; of an interval, its days with 30 a month. */
function day_of_year(): i64 {
  return is_interval ? (<i64>month + year * 12) * 30 + day : days - days_from_civil(year, 1, 1) + 1;
}

/** What PostgreSQL's date2j makes of the fields of an interval. */
function interval_julian(): i64 {
  const y = month > 2 ? year + 4800 : year + 4799;
  const m: i64 = month > 2 ? month + 1 : month + 13;
  const century = y / 100;
  return y * 365 - 32167 + y / 4 - century + century / 4 + (7834 * m) / 256 + day;
}

/** As `write_number`, but a sign does not widen the number. */
function write_narrow(out: usize, value: i64, width: usize, suffix: u32): usize {
  return write_number(out, value, value < 0 ? width - 1 : width, suffix);
}

function write_century(out: usize, suffix: u32): usize {
  let century: i64;
  if (is_interval) century = year / 100;
  else century = year > 0 ? (year - 1) / 100 + 1 : year / 100 - 1;
  return write_number(out, century, century > -100 && century < 100 ? 2 : 1, suffix);
}

function write_year(out: usize, value: i64, digits: usize, suffix: u32): usize {
  const shown = shown_year(value);
  if (digits == 4) return write_number(out, shown, 4, suffix);
  return write_number(out, shown % (digits == 3 ? 1000 : digits == 2 ? 100 : 10), digits, suffix);
}

function write_fraction_digits(out: usize, digits: usize, suffix: u32): usize {
  let unit: i32 = 1000000;
  for (let i: usize = 0; i < digits; i++) unit /= 10;
  return write_number(out, micros / unit, digits, suffix & ~SUFFIX_FM);
}

function write_offset(out: usize, suffix: u32): usize {
  const start = out;
  const size = abs(offset);
  store<u8>(out++, offset < 0 ? 45 : 43);
  out += write_number(out, size / 3600, 2, suffix);
  if (size % 3600 != 0) {
    store<u8>(out, 58);
    write_padded(out + 1, (size / 60) % 60, 2);
    out += 3;
    if (size % 60 != 0) {
      store<u8>(out, 58);
      write_padded(out + 1, size % 60, 2);
      out += 3;
    }
  }
  return out - start;
}

function twelve_hours(): i64 {
  const rest = hour % 12;
  return rest == 0 ? 12 : rest;
}

/** Writes one field; -1 for one that an interval does not have. */
function write_field(field: i32, suffix: u32, out: usize): i32 {
  const fill: usize = suffix & SUFFIX_FM ? 0 : NAME_BYTES;
  switch (field) {
    case 0: // A.D. B.C.
    case 1: // a.d. b.c.
    case 2: // AD BC
    case 3: // ad bc
      if (is_interval) return -1;
      return <i32>write_pair(out, year <= 0 ? 66 : 65, year <= 0 ? 67 : 68, (field & 1) != 0, field < 2);
    case 4: // A.M. P.M.
    case 5: // a.m. p.m.
    case 6: // AM PM
    case 7: // am pm
      return <i32>write_pair(out, hour % 24 >= 12 ? 80 : 65, 77, (field & 1) != 0, field < 6);
    case 8: // CC
      return <i32>write_century(out, suffix);
    case 9: // DAY
    case 10: // Day
    case 11: {
      // day
      if (is_interval) return -1;
      const name = day_name(day_of_week(days));
      return <i32>write_name(out, name, max(fill, name_length(name)), field - 9);
    }
    case 12: // DY
    case 13: // Dy
    case 14: // dy
      if (is_interval) return -1;
      return <i32>write_name(out, day_name(day_of_week(days)), 3, field - 12);
    case 15: // DDD
      return <i32>write_narrow(out, day_of_year(), 3, suffix);
    case 16: {
      // IDDD
      if (is_interval) return -1;
      const first = iso_first_day(iso_year(days));
      return <i32>write_number(out, days - first + 1, 3, suffix);
    }
    case 17: // DD
      return <i32>write_narrow(out, day, 2, suffix);
    case 18: // D
      if (is_interval) return -1;
      return <i32>write_number(out, day_of_week(days) + 1, 1, suffix);
    case 19: {
      // ID
      if (is_interval) return -1;
      const weekday = day_of_week(days);
      return <i32>write_number(out, weekday == 0 ? 7 : weekday, 1, suffix);
    }
    case 20: // HH24
      return <i32>write_number(out, hour, 2, suffix);
    case 21: // HH12, HH
      return <i32>write_number(out, twelve_hours(), 2, suffix);
    case 22: // MI
      return <i32>write_number(out, minute, 2, suffix);
    case 23: // SS
      return <i32>write_number(out, second, 2, suffix);
    case 24: // MS
      return <i32>write_fraction_digits(out, 3, suffix);
    case 25: // US
      return <i32>write_fraction_digits(out, 6, suffix);
    case 26: // SSSS, SSSSS
      return <i32>write_number(out, (hour * 60 + <i64>minute) * 60 + <i64>second, 1, suffix);
    case 27: // IW
      if (is_interval) return -1;
      iso_year(days);
      return <i32>write_number(out, iso_week, 2, suffix);
    case 28: // IYYY
    case 29: // IYY
    case 30: // IY
    case 31: // I
      return <i32>write_year(out, is_interval ? year : <i64>iso_year(days), 4 - <usize>(field - 28), suffix);
    case 32: // J
      return <i32>write_number(out, is_interval ? interval_julian() : days + 2440588, 1, suffix);
    case 33: // MM
      return <i32>write_number(out, month, 2, suffix);
    case 34: // MONTH
    case 35: // Month
    case 36: {
      // month
      if (month == 0) return -1;
      const name = month_name(month < 0 ? month + 13 : month);
      return <i32>write_name(out, name, max(fill, name_length(name)), field - 34);
    }
    case 37: // MON
    case 38: // Mon
    case 39: // mon
      if (month == 0) return -1;
      return <i32>write_name(out, month_name(month < 0 ? month + 13 : month), 3, field - 37);
    case 40: // Q
      if (month == 0) return -1;
      return <i32>write_number(out, (month - 1) / 3 + 1, 1, suffix);
    case 41: // RM
    case 42: {
      // rm
      if (month == 0 && year == 0) return -1;
      // The months of an interval go round: none is the twelfth, or the first of a negative one.
      const index = month == 0 ? (year < 0 ? 1 : 12) : month < 0 ? month + 13 : month;
      const name = ROMAN_MONTHS + <usize>(index - 1) * 4;
      let length: usize = 4;
      if (fill == 0) while (load<u8>(name + length - 1) == 32) length--;
      return <i32>write_name(out, name, length, field == 42 ? 2 : 0);
    }
    case 43: // W
      return <i32>write_number(out, (day - 1) / 7 + 1, 1, suffix);
    case 44: // WW
      return <i32>write_number(out, (day_of_year() - 1) / 7 + 1, 2, suffix);
    case 45: {
      // Y,YYY
      const shown = shown_year(year);
      const start = out;
      out += write_signed(out, shown / 1000);
      store<u8>(out, 44);
      out++;
      out += write_narrow(out, shown % 1000, 3, 0);
      if (suffix & (SUFFIX_TH_UPPER | SUFFIX_TH_LOWER)) {
        write_ordinal(out, shown, (suffix & SUFFIX_TH_LOWER) != 0);
        out += 2;
      }
      return <i32>(out - start);
    }
    case 46: // YYYY
    case 47: // YYY
    case 48: // YY
    case 49: // Y
      return <i32>write_year(out, year, 4 - <usize>(field - 46), suffix);
    case 50: // OF
      return is_interval ? -1 : <i32>write_offset(out, suffix);
    case 51: // TZH
      if (is_interval) return -1;
      store<u8>(out, offset < 0 ? 45 : 43);
      write_padded(out + 1, abs(offset) / 3600, 2);
      return 3;
    case 52: // TZM
      if (is_interval) return -1;
      write_padded(out, (abs(offset) / 60) % 60, 2);
      return 2;
  }
  // FF1 to FF6
  if (field >= 61 && field <= 66) return <i32>write_fraction_digits(out, <usize>(field - 60), suffix);
  return 0;
}

/** The Monday of the first week of an ISO year. */
function iso_first_day(isoYear: i32): i64 {
  const fourth = days_from_civil(isoYear, 1, 4);
  return fourth - <i64>((day_of_week(fourth) + 6) % 7);
}

/** Writes all nodes; -1 when a field has no meaning for an interval. */
function write_template(template: usize, num_nodes: usize, out: usize): i32 {
  const start = out;
  const end = template + num_nodes * NODE_BYTES;
  for (let node = template; node < end; node += NODE_BYTES) {
    if (node_type(node) != NODE_FIELD) out += write_node(node, out);
    else {
      const written = write_field(node_field(node), node_suffix(node), out);
      // A field that the interval does not have leaves nothing.
      if (written > 0) out += <usize>written;
    }
  }
  return <i32>(out - start);
}

/**
 * Local timestamps by a template; `offsets` (i32 seconds, may be 0) for the fields of the zone. An infinite one is the empty string. `bytes` has room for
 * `row_bytes` a row.
 */
export function timestamp_to_char(
  data: usize, stride: usize, offsets: usize, offset_stride: usize, template: usize, num_nodes: usize,
  validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  is_interval = false;
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const value = load<i64>(data);
    if (is_infinite(value)) {
      store_ref(out, bytes, 0);
      continue;
    }
    days = day_of(value);
    const time = value - days * MICROS_PER_DAY;
    civil_from_days(days);
    year = civil_year;
    month = civil_month;
    day = civil_day;
    const seconds = time / 1000000;
    hour = seconds / 3600;
    minute = <i32>((seconds / 60) % 60);
    second = <i32>(seconds % 60);
    micros = <i32>(time % 1000000);
    offset = offsets == 0 ? 0 : load<i32>(offsets + i * offset_stride);
    const length = write_template(template, num_nodes, bytes);
    store_ref(out, bytes, <usize>length);
    bytes += <usize>length;
  }
}

/** Intervals by a template. */
export function interval_to_char(
  data: usize, stride: usize, template: usize, num_nodes: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  is_interval = true;
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const months = load<i32>(data);
    year = months / 12;
    month = months % 12;
    day = load<i32>(data, 4);
    const time = load<i64>(data, 8);
    const seconds = time / 1000000;
    hour = seconds / 3600;
    minute = <i32>((seconds / 60) % 60);
    second = <i32>(seconds % 60);
    micros = <i32>(time % 1000000);
    const length = write_template(template, num_nodes, bytes);
    store_ref(out, bytes, <usize>length);
    bytes += <usize>length;
  }
}
