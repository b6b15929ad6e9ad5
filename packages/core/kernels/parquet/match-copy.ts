// Copies within the output of a decompressor (LZ77 matches). Both may write up to 15 bytes past their end: buffers have slack.

// Row `d` of 16 bytes, for d of up to 16: i % d, which repeats the first d bytes of a vector over its 16.
const PATTERN: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
  0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
  0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
], 16);

// The largest multiple of d up to 16: how far a vector of repeated bytes reaches before it must begin anew.
const STEP: usize = memory.data<u8>([0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15], 16);

/** The first 16 bytes that `copy_match` would write, whatever the distance. */
// @ts-ignore: decorator
@inline
export function match_start(out: usize, distance: u32): v128 {
  return v128.relaxed_swizzle(v128.load(out - distance), v128.load(PATTERN + (min(distance, 16) << 4)));
}

/** Copies `n` bytes from `distance` bytes before `out`; what it writes may be read by itself. */
// @ts-ignore: decorator
@inline
export function copy_match(out: usize, distance: u32, n: u32): void {
  let from = out - distance;
  const end = out + n;
  if (distance >= 16) {
    do {
      v128.store(out, v128.load(from));
      out += 16;
      from += 16;
    } while (out < end);
  } else {
    const pattern = v128.relaxed_swizzle(v128.load(from), v128.load(PATTERN + (distance << 4)));
    const step = <usize>load<u8>(STEP + distance);
    do {
      v128.store(out, pattern);
      out += step;
    } while (out < end);
  }
}

/** Copies `n` bytes that do not overlap. */
// @ts-ignore: decorator
@inline
export function copy_literal(out: usize, from: usize, n: u32): void {
  if (n > 256) {
    memory.copy(out, from, n);
    return;
  }
  const end = out + n;
  do {
    v128.store(out, v128.load(from));
    out += 16;
    from += 16;
  } while (out < end);
}
