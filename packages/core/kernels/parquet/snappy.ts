// Snappy (google/snappy, format_description.txt, raw format).
import { CORRUPT, OK } from '../vector/status';
import { copy_literal, copy_match, match_start } from './match-copy';

/** Away from the ends by this much, a tag and what it makes need no further check of lengths. */
const MARGIN: u32 = 72;

/**
 * Decompresses into exactly `n` bytes at `out`. Reads up to 19 bytes past the end of the input and writes up to 15 past the
 * end of the output.
 */
export function snappy_decompress(source: usize, length: u32, out: usize, n: u32): i32 {
  const end = source + length;
  let at = snappy_header(source, end, n);
  if (at == 0) return CORRUPT;
  const start = out;
  const outEnd = out + n;
  const safeEnd = end - at > MARGIN ? end - MARGIN : at;
  const safeOut = n > MARGIN ? outEnd - MARGIN : out;
  while (at < end) {
    while (at < safeEnd && out < safeOut) {
      const wide = load<u64>(at);
      let word = <u32>wide;
      let count: u32 = (word >> 2) & 63;
      if ((word & 3) == 0) {
        count += 1;
        if (count > 60) break;
        v128.store(out, v128.load(at, 1));
        if (count > 16) {
          v128.store(out, v128.load(at, 17), 16);
          if (count > 32) {
            v128.store(out, v128.load(at, 33), 32);
            v128.store(out, v128.load(at, 49), 48);
          }
        }
        at += count + 1;
        out += count;
        // After a short literal the next tag, mostly of a copy, is among the bytes that were loaded.
        if (count > 4) continue;
        word = <u32>(wide >> <u64>((count + 1) << 3));
        if ((word & 3) == 0) continue;
        count = (word >> 2) & 63;
      }
      const kind = word & 3;
      // Distances of 32 bits are not worth a way of their own; the two others are chosen between without a branch, which
      // could not be foretold.
      if (kind == 3) break;
      const isShort = kind == 1;
      const distance = select<u32>(((word & 0xe0) << 3) | ((word >> 8) & 0xff), (word >> 8) & 0xffff, isShort);
      count = select<u32>((count & 7) + 4, count + 1, isShort);
      at += kind + 1;
      // 0 becomes the largest.
      if (distance - 1 >= <u32>(out - start)) return CORRUPT;
      if (count <= 16) v128.store(out, match_start(out, distance));
      else copy_match(out, distance, count);
      out += count;
    }
    if (at >= end) break;
    const tag = <u32>load<u8>(at);
    const kind = tag & 3;
    let count: u32;
    let distance: u32;
    if (kind == 0) {
      count = (tag >> 2) + 1;
      at += 1;
      if (count > 60) {
        const bytes = count - 60;
        count = (load<u32>(at) & (0xffffffff >>> (32 - (bytes << 3)))) + 1;
        at += bytes;
      }
      // A count of 2^32 wraps to 0.
      if (at > end || count > <u32>(end - at) || count > <u32>(outEnd - out) || count == 0) return CORRUPT;
      if (count <= 16) v128.store(out, v128.load(at));
      else copy_literal(out, at, count);
      at += count;
      out += count;
      continue;
    }
    if (kind == 1) {
      count = 4 + ((tag >> 2) & 7);
      distance = ((tag >> 5) << 8) | <u32>load<u8>(at, 1);
      at += 2;
    } else {
      count = (tag >> 2) + 1;
      if (kind == 2) {
        distance = <u32>load<u16>(at, 1);
        at += 3;
      } else {
        distance = load<u32>(at, 1);
        at += 5;
      }
    }
    if (distance > <u32>(out - start) || distance == 0 || count > <u32>(outEnd - out)) return CORRUPT;
    copy_match(out, distance, count);
    out += count;
  }
  return at == end && out == outEnd ? OK : CORRUPT;
}

/** Where the `n` uncompressed bytes lie in the input when it is one literal, so that nothing needs to be copied; else 0. */
export function snappy_literal(source: usize, length: u32, n: u32): usize {
  const end = source + length;
  let at = snappy_header(source, end, n);
  if (at == 0 || at >= end) return 0;
  const tag = <u32>load<u8>(at);
  if ((tag & 3) != 0) return 0;
  let count = (tag >> 2) + 1;
  at += 1;
  if (count > 60) {
    const bytes = count - 60;
    count = (load<u32>(at) & (0xffffffff >>> (32 - (bytes << 3)))) + 1;
    at += bytes;
  }
  return count == n && at + n == end ? at : 0;
}

/** The first tag, after a header that announces `n` bytes; 0 when it announces something else. */
function snappy_header(source: usize, end: usize, n: u32): usize {
  let announced: u64 = 0;
  for (let shift: u32 = 0; shift < 35; shift += 7) {
    if (source >= end) return 0;
    const byte = <u64>load<u8>(source++);
    announced |= (byte & 0x7f) << shift;
    if (byte < 0x80) return announced == <u64>n ? source : 0;
  }
  return 0;
}
