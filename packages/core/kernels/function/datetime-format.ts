import {
  civil_day,
  civil_from_days,
  civil_month,
  civil_year,
  DATE_INFINITY,
  DATE_MINUS_INFINITY,
  day_of,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  TIMESTAMP_INFINITY,
  TIMESTAMP_MINUS_INFINITY,
} from './civil';
import { write_padded, write_unsigned } from './number-digits';
import { row_counts, store_null_ref, store_ref } from './row';

// PostgreSQL's output of dates and times, style ISO.

function write_infinity(out: usize, negative: bool): usize {
  const start = out;
  if (negative) store<u8>(out++, 45);
  store<u64>(out, 0x7974696e69666e69); // infinity
  return out + 8 - start;
}

/** Year, month, day without the era; `era_is_bc` tells what to append. */
let era_is_bc: bool = false;
function write_civil(out: usize, days: i64): usize {
  civil_from_days(days);
  let year = civil_year;
  era_is_bc = year <= 0;
  if (era_is_bc) year = 1 - year;
  const start = out;
  if (year < 10000) {
    write_padded(out, year, 4);
    out += 4;
  } else out += write_unsigned(out, year);
  store<u8>(out, 45);
  write_padded(out + 1, civil_month, 2);
  store<u8>(out, 45, 3);
  write_padded(out + 4, civil_day, 2);
  return out + 6 - start;
}

@inline
function write_era(out: usize): usize {
  if (!era_is_bc) return 0;
  store<u8>(out, 32);
  store<u16>(out, 0x4342, 1); // BC
  return 3;
}

/** Microseconds as `.ffffff` without zeros at its end; nothing for 0. */
export function write_fraction(out: usize, micros: u32): usize {
  if (micros == 0) return 0;
  store<u8>(out, 46);
  write_padded(out + 1, micros, 6);
  let length: usize = 7;
  while (load<u8>(out + length - 1) == 48) length--;
  return length;
}

/** hh:mm:ss[.ffffff] */
function write_time(out: usize, micros: i64): usize {
  const seconds = micros / MICROS_PER_SECOND;
  write_padded(out, seconds / 3600, 2);
  store<u8>(out, 58, 2);
  write_padded(out + 3, (seconds / 60) % 60, 2);
  store<u8>(out, 58, 5);
  write_padded(out + 6, seconds % 60, 2);
  return 8 + write_fraction(out + 8, <u32>(micros - seconds * MICROS_PER_SECOND));
}

/** ±hh[:mm[:ss]] */
function write_offset(out: usize, seconds: i32): usize {
  store<u8>(out, seconds < 0 ? 45 : 43);
  seconds = abs(seconds);
  write_padded(out + 1, seconds / 3600, 2);
  if (seconds % 3600 == 0) return 3;
  store<u8>(out, 58, 3);
  write_padded(out + 4, (seconds / 60) % 60, 2);
  if (seconds % 60 == 0) return 6;
  store<u8>(out, 58, 6);
  write_padded(out + 7, seconds % 60, 2);
  return 9;
}

/** Dates as text; `bytes` has room for 16 bytes a row. */
export function date_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const days = load<i32>(data);
    let length: usize;
    if (days == DATE_INFINITY || days == DATE_MINUS_INFINITY) {
      length = write_infinity(bytes, days == DATE_MINUS_INFINITY);
    } else {
      length = write_civil(bytes, days);
      length += write_era(bytes + length);
    }
    store_ref(out, bytes, length);
    bytes += length;
  }
}

/** Times of day as text; `bytes` has room for 15 bytes a row. */
export function time_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = write_time(bytes, load<i64>(data));
    store_ref(out, bytes, length);
    bytes += length;
  }
}

/**
 * Local timestamps as text, followed by `offsets` (i32 seconds a row) unless that is 0; `bytes` has room for 42 bytes a row.
 */
export function timestamp_to_text(
  data: usize, stride: usize, offsets: usize, offset_stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const micros = load<i64>(data);
    let length: usize;
    if (micros == TIMESTAMP_INFINITY || micros == TIMESTAMP_MINUS_INFINITY) {
      length = write_infinity(bytes, micros == TIMESTAMP_MINUS_INFINITY);
    } else {
      const days = day_of(micros);
      length = write_civil(bytes, days);
      store<u8>(bytes + length, 32);
      length += 1 + write_time(bytes + length + 1, micros - days * MICROS_PER_DAY);
      if (offsets != 0) length += write_offset(bytes + length, load<i32>(offsets + i * offset_stride));
      length += write_era(bytes + length);
    }
    store_ref(out, bytes, length);
    bytes += length;
  }
}
