// LZ4 blocks (lz4/lz4, doc/lz4_Block_format.md), as Parquet's LZ4_RAW.
import { CORRUPT, OK } from '../vector/status';
import { copy_literal, copy_match } from './match-copy';

/**
 * Decompresses into exactly `n` bytes at `out`. Reads up to 16 bytes past the end of the input and writes up to 15 past the
 * end of the output.
 */
export function lz4_decompress(source: usize, length: u32, out: usize, n: u32): i32 {
  const end = source + length;
  const start = out;
  const outEnd = out + n;
  let at = source;
  while (at < end) {
    const token = <u32>load<u8>(at++);
    let count = token >> 4;
    if (count == 15) {
      let byte: u32;
      do {
        if (at >= end) return CORRUPT;
        byte = <u32>load<u8>(at++);
        count += byte;
        // Longer than the output is corrupt; so that the sum cannot wrap either.
        if (count > n) return CORRUPT;
      } while (byte == 255);
    }
    if (count > 0) {
      if (at > end || count > <u32>(end - at) || count > <u32>(outEnd - out)) return CORRUPT;
      if (count <= 16) v128.store(out, v128.load(at));
      else copy_literal(out, at, count);
      at += count;
      out += count;
    }
    // The last sequence has no match.
    if (at >= end) break;
    const distance = <u32>load<u16>(at);
    at += 2;
    if (at > end) return CORRUPT;
    count = (token & 15) + 4;
    if (count == 19) {
      let byte: u32;
      do {
        if (at >= end) return CORRUPT;
        byte = <u32>load<u8>(at++);
        count += byte;
        if (count > n + 19) return CORRUPT;
      } while (byte == 255);
    }
    if (distance > <u32>(out - start) || distance == 0 || count > <u32>(outEnd - out)) return CORRUPT;
    copy_match(out, distance, count);
    out += count;
  }
  return at == end && out == outEnd ? OK : CORRUPT;
}
