// Values in the layout of Arrow (columnar format, "Fixed-size Primitive Layout", "Variable-size Binary Layout").
import { copyForward } from '../operator/ref-bytes';
import { OK, OVERFLOW } from '../vector/status';

/** The low bytes of `n` i32. */
export function narrow_i32_to_1(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(out + i, <u8>load<u32>(values + (<usize>i << 2)));
}

/** The low halves of `n` i32. */
export function narrow_i32_to_2(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u16>(out + (<usize>i << 1), <u16>load<u32>(values + (<usize>i << 2)));
}

/** The low halves of `n` i64: uint32. */
export function narrow_i64_to_4(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u32>(out + (<usize>i << 2), load<u32>(values + (<usize>i << 3)));
}

/** The low halves of `n` i128: uint64. */
export function narrow_i128_to_8(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u64>(out + (<usize>i << 3), load<u64>(values + (<usize>i << 4)));
}

/** `n` f64 as f32. */
export function narrow_f64_to_4(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(out + (<usize>i << 2), <f32>load<f64>(values + (<usize>i << 3)));
}

/** `n` i64 as i128: decimals of up to 18 digits. */
export function widen_i64_to_16(out: usize, values: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const value = load<i64>(values + (<usize>i << 3));
    store<i64>(out + (<usize>i << 4), value);
    store<i64>(out + (<usize>i << 4), value >> 63, 8);
  }
}

/**
 * Intervals {months i32, days i32, microseconds i64} as {months i32, days i32, nanoseconds i64}. Null rows give 0. Status
 * `OVERFLOW` when the nanoseconds do not fit.
 */
export function intervals_to_arrow(out: usize, values: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const from = values + (<usize>i << 4);
    const to = out + (<usize>i << 4);
    if (validity != 0 && load<u8>(validity + i) == 0) {
      store<u64>(to, 0);
      store<u64>(to, 0, 8);
      continue;
    }
    const micros = load<i64>(from, 8);
    if (micros > 9223372036854775 || micros < -9223372036854775) return OVERFLOW;
    store<u64>(to, load<u64>(from));
    store<i64>(to, micros * 1000, 8);
  }
  return OK;
}

/** `n + 1` i32 offsets and, back to back, the bytes that the refs point to. May write up to 15 bytes past the end. */
export function refs_to_binary(offsets: usize, bytes: usize, refs: usize, n: i32): void {
  let end: usize = 0;
  store<u32>(offsets, 0);
  for (let i = 0; i < n; i++) {
    const ref = refs + (<usize>i << 3);
    const length = <usize>load<u32>(ref, 4);
    copyForward(bytes + end, <usize>load<u32>(ref), length);
    end += length;
    store<u32>(offsets + (<usize>(i + 1) << 2), <u32>end);
  }
}


// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u8 {
  return <u8>(value < 10 ? value + 48 : value + 87);
}

/** `n + 1` i32 offsets and the texts of the uuids (16 bytes each) that the refs point to; nothing for a null ref. */
export function uuids_to_text(offsets: usize, bytes: usize, refs: usize, n: i32): void {
  let at = bytes;
  store<u32>(offsets, 0);
  for (let i = 0; i < n; i++) {
    const source = <usize>load<u32>(refs + (<usize>i << 3));
    if (source != 0) {
      for (let k: usize = 0; k < 16; k++) {
        if (k == 4 || k == 6 || k == 8 || k == 10) store<u8>(at++, 45);
        const byte = <u32>load<u8>(source + k);
        store<u8>(at++, hexDigit(byte >> 4));
        store<u8>(at++, hexDigit(byte & 15));
      }
    }
    store<u32>(offsets + (<usize>(i + 1) << 2), <u32>(at - bytes));
  }
}
