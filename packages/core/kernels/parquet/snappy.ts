// Snappy (google/snappy, format_description.txt, raw format).
import { CORRUPT, OK } from '../vector/status';
import { copy_literal, copy_match } from './match-copy';

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
  while (at < end) {
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
