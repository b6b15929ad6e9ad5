import { write_fraction } from './datetime-format';
import { write_padded, write_signed } from './number-digits';
import { row_counts, store_null_ref, store_ref } from './row';

// PostgreSQL's output of intervals, style postgres: EncodeInterval in datetime.c.

let some: bool = false;
let after_negative: bool = false;

function write_part(out: usize, v: i32, unit: u64, unit_bytes: usize): usize {
  if (v == 0) return 0;
  const start = out;
  if (some) store<u8>(out++, 32);
  if (after_negative && v > 0) store<u8>(out++, 43);
  out += write_signed(out, v);
  store<u8>(out++, 32);
  store<u64>(out, unit);
  out += unit_bytes;
  if (v != 1) store<u8>(out++, 115);
  after_negative = v < 0;
  some = true;
  return out - start;
}

/** Writes an interval; at most 80 bytes. Answers with the bytes. */
export function write_interval(out: usize, months: i32, days: i32, micros: i64): usize {
  const start = out;
  some = false;
  after_negative = false;
  out += write_part(out, months / 12, 0x72616579, 4); // year
  out += write_part(out, months % 12, 0x6e6f6d, 3); // mon
  out += write_part(out, days, 0x796164, 3); // day
  if (some && micros == 0) return out - start;
  if (some) store<u8>(out++, 32);
  if (micros < 0) store<u8>(out++, 45);
  else if (after_negative) store<u8>(out++, 43);
  const size: u64 = micros < 0 ? -<u64>micros : <u64>micros;
  const seconds = size / 1000000;
  const hours = seconds / 3600;
  if (hours < 100) {
    write_padded(out, hours, 2);
    out += 2;
  } else out += write_signed(out, hours);
  store<u8>(out, 58);
  write_padded(out + 1, (seconds / 60) % 60, 2);
  store<u8>(out, 58, 3);
  write_padded(out + 4, seconds % 60, 2);
  out += 6;
  out += write_fraction(out, <u32>(size % 1000000));
  return out - start;
}

/** Intervals as text; `bytes` has room for 80 bytes a row. */
export function interval_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = write_interval(bytes, load<i32>(data), load<i32>(data, 4), load<i64>(data, 8));
    store_ref(out, bytes, length);
    bytes += length;
  }
}
