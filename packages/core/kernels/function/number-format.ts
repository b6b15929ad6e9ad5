import { write_decimal } from './decimal-digits';
import { write_signed } from './number-digits';
import { row_counts, store_null_ref, store_ref } from './row';

/** Each i32 as text; `bytes` has room for 11 bytes a row. */
export function int32_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = write_signed(bytes, <i64>load<i32>(data));
    store_ref(out, bytes, length);
    bytes += length;
  }
}

/** Each i64 as text, with `scale` digits after the point; `bytes` has room for 23 bytes a row. */
export function int64_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, scale: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const v = load<i64>(data);
    const length = scale == 0 ? write_signed(bytes, v) : write_decimal(bytes, v, v >> 63, <usize>scale);
    store_ref(out, bytes, length);
    bytes += length;
  }
}

/** Each i128 as text, with `scale` digits after the point; `bytes` has room for 42 bytes a row. */
export function int128_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, scale: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = write_decimal(bytes, load<u64>(data), load<u64>(data, 8), <usize>scale);
    store_ref(out, bytes, length);
    bytes += length;
  }
}

/** Booleans as `true` and `false`, or `t` and `f` when `short` is 1; `bytes` has room for 9 bytes. */
export function boolean_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, short: i32, out: usize, bytes: usize,
): void {
  store<u64>(bytes, 0x736c616665757274); // truefals
  store<u8>(bytes, 101, 8);
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) store_null_ref(out);
    else if (load<u8>(data)) store_ref(out, bytes, short ? 1 : 4);
    else store_ref(out, bytes + 4, short ? 1 : 5);
  }
}
