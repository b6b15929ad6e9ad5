import { OVERFLOW, INVALID_VALUE } from '../vector/status';
import { failure, row_counts, store_null_ref, store_ref } from './row';

// Single bits and bytes of byte strings: bit n is bit n % 8 (from the lowest) of byte n / 8.

/** Byte (or bit, with `bits` 1) number `indexes` (i64) of each byte string, as i32. OVERFLOW outside of it. */
export function bytea_get(
  data: usize, stride: usize, indexes: usize, index_stride: usize, validity: usize, rows: usize, bits: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, indexes += index_stride) {
    if (!row_counts(validity, i)) continue;
    const n = load<i64>(indexes);
    const length = <i64>load<u32>(data, 4) * (bits ? 8 : 1);
    if (n < 0 || n >= length) return failure(i, OVERFLOW);
    const at = <usize>load<u32>(data);
    const byte = <i32>load<u8>(at + <usize>(bits ? n >> 3 : n));
    store<i32>(out + i * 4, bits ? (byte >> <i32>(n & 7)) & 1 : byte);
  }
  return 0;
}

/**
 * Each byte string with one byte (or bit) replaced by `values` (i32); `bytes` has room for the input. OVERFLOW outside of it,
 * INVALID_VALUE for a bit that is neither 0 nor 1.
 */
export function bytea_set(
  data: usize, stride: usize, indexes: usize, index_stride: usize, values: usize, value_stride: usize,
  validity: usize, rows: usize, bits: i32, out: usize, bytes: usize,
): i32 {
  for (
    let i: usize = 0;
    i < rows;
    i++, data += stride, indexes += index_stride, values += value_stride, out += 8
  ) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const n = load<i64>(indexes);
    const value = load<i32>(values);
    const length = <usize>load<u32>(data, 4);
    if (n < 0 || n >= <i64>length * (bits ? 8 : 1)) return failure(i, OVERFLOW);
    memory.copy(bytes, <usize>load<u32>(data), length);
    if (bits) {
      if (value != 0 && value != 1) return failure(i, INVALID_VALUE);
      const at = bytes + <usize>(n >> 3);
      const bit = <u32>1 << <u32>(n & 7);
      store<u8>(at, <u8>(value ? <u32>load<u8>(at) | bit : <u32>load<u8>(at) & ~bit));
    } else store<u8>(bytes + <usize>n, <u8>value);
    store_ref(out, bytes, length);
    bytes += length;
  }
  return 0;
}

/** Bits that are 1, as i64. */
export function bytea_bit_count(data: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    let count: i64 = 0;
    for (let j: usize = 0; j < length; j++) count += popcnt<u32>(load<u8>(at + j));
    store<i64>(out + i * 8, count);
  }
}
