import { count_chars } from './utf8';

/** Whether `length` bytes at both addresses are equal. */
export function same_bytes(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  while (i + 16 <= length) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) != 0xffff) return false;
    i += 16;
  }
  const left = <u32>(length - i);
  if (left == 0) return true;
  const mask = (1 << left) - 1;
  return (<u32>i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) & mask) == mask;
}

/**
 * The first place in [at, end) where the `length` bytes at `needle` stand, or 0. Sixteen candidates at a time are
 * compared by their first and last byte (W. Muła, "SIMD-friendly algorithms for substring searching", 2018).
 */
export function find_bytes(at: usize, end: usize, needle: usize, length: usize): usize {
  if (length == 0) return at;
  if (end - at < length) return 0;
  const last_start = end - length;
  const first = i8x16.splat(load<i8>(needle));
  if (length == 1) {
    while (at <= last_start) {
      const mask = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), first));
      if (mask != 0) {
        const found = at + <usize>ctz(mask);
        return found <= last_start ? found : 0;
      }
      at += 16;
    }
    return 0;
  }
  const last = i8x16.splat(load<i8>(needle + length - 1));
  while (at <= last_start) {
    let mask = <u32>(
      i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + length - 1), last)))
    );
    while (mask != 0) {
      const found = at + <usize>ctz(mask);
      if (found > last_start) return 0;
      if (length == 2 || same_bytes(found + 1, needle + 1, length - 2)) return found;
      mask &= mask - 1;
    }
    at += 16;
  }
  return 0;
}

/** The last place in [at, end) where the needle stands, or 0. */
export function find_last_bytes(at: usize, end: usize, needle: usize, length: usize): usize {
  if (end - at < length) return 0;
  let from = end - length;
  while (true) {
    if (same_bytes(from, needle, length)) return from;
    if (from == at) return 0;
    from--;
  }
}

/** Position (from 1, in characters, or bytes with `bytewise`) of the first occurrence of the second string in the first, 0 when it has none. */
export function text_position(
  data: usize, stride: usize, needles: usize, needle_stride: usize, rows: usize, bytewise: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, needles += needle_stride, out += 4) {
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const length = <usize>load<u32>(needles, 4);
    const found = find_bytes(at, end, <usize>load<u32>(needles), length);
    if (found == 0 && length != 0) store<u32>(out, 0);
    else store<u32>(out, 1 + (bytewise ? <u32>(found - at) : count_chars(at, found)));
  }
}

/** Whether each string starts with the other, as booleans. */
export function text_starts_with(
  data: usize, stride: usize, prefixes: usize, prefix_stride: usize, rows: usize, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, prefixes += prefix_stride) {
    const length = <usize>load<u32>(prefixes, 4);
    const starts =
      length <= <usize>load<u32>(data, 4) && same_bytes(<usize>load<u32>(data), <usize>load<u32>(prefixes), length);
    store<u8>(out + i, <u8>starts);
  }
}
