// DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY (parquet-format, Encodings.md).
import { CORRUPT, OK } from '../vector/status';
import { unpack_one_u64, unpack_u32 } from './bit-unpack';

// Kernels of this file are given a result of 8 bytes: u32 position behind what was read, u32 number of values.

let cursor: usize = 0;
let cursorEnd: usize = 0;

/** The next unsigned LEB128 number at the cursor; sets the cursor to 0 when there is none. */
function read_varint(): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64; shift += 7) {
    if (cursor == 0 || cursor >= cursorEnd) {
      cursor = 0;
      return 0;
    }
    const byte = <u64>load<u8>(cursor++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  cursor = 0;
  return 0;
}

function read_zigzag(): i64 {
  const value = read_varint();
  return <i64>(value >> 1) ^ -<i64>(value & 1);
}

/** How many values a DELTA_BINARY_PACKED sequence announces; -1 for a header that makes no sense. */
export function delta_count(at: usize, end: usize): i32 {
  cursor = at;
  cursorEnd = end;
  read_varint();
  read_varint();
  const total = read_varint();
  return cursor == 0 || total > 0x7fffffff ? -1 : <i32>total;
}

/**
 * Decodes a whole DELTA_BINARY_PACKED sequence, as i32 or (`wide`) as i64. `room`: values that `out` holds, with 32 more
 * for what is unpacked beyond; `temporary`: 4 bytes for each of 65536 + 32 values.
 */
export function delta_decode(at: usize, end: usize, out: usize, room: u32, wide: bool, temporary: usize, result: usize): i32 {
  cursor = at;
  cursorEnd = end;
  const blockSize = read_varint();
  const numMiniblocks = read_varint();
  const announced = read_varint();
  let value = read_zigzag();
  if (cursor == 0 || announced > <u64>room) return CORRUPT;
  if (blockSize == 0 || blockSize > 65536 || numMiniblocks == 0 || numMiniblocks > 512) return CORRUPT;
  const perMiniblock = <u32>(blockSize / numMiniblocks);
  if (<u64>perMiniblock * numMiniblocks != blockSize || (perMiniblock & 7) != 0) return CORRUPT;
  let left = <u32>announced;
  store<u32>(result, left, 4);
  if (left > 0) {
    out = put(out, value, wide);
    left--;
  }
  while (left > 0) {
    const minDelta = read_zigzag();
    if (cursor == 0 || <u64>(end - cursor) < numMiniblocks) return CORRUPT;
    const widths = cursor;
    cursor += <usize>numMiniblocks;
    for (let m: u32 = 0; m < <u32>numMiniblocks && left > 0; m++) {
      const width = <u32>load<u8>(widths + m);
      if (width > 64) return CORRUPT;
      const count = min(left, perMiniblock);
      const bytes = (perMiniblock >> 3) * width;
      // The last miniblock may lack its padding.
      if (<u32>(end - cursor) < bytes && ((<u64>count * width + 7) >> 3) > <u64>(end - cursor)) return CORRUPT;
      if (width <= 32) {
        unpack_u32(temporary, cursor, 0, count, width);
        value = add_deltas(out, temporary, count, value, minDelta, wide);
        out += count << (wide ? 3 : 2);
      } else {
        for (let i: u32 = 0; i < count; i++) {
          value += minDelta + <i64>unpack_one_u64(cursor, i, width);
          out = put(out, value, wide);
        }
      }
      left -= count;
      cursor = <u32>(end - cursor) < bytes ? end : cursor + bytes;
    }
  }
  store<u32>(result, <u32>cursor);
  return OK;
}

// @ts-ignore: decorator
@inline
function put(out: usize, value: i64, wide: bool): usize {
  if (wide) {
    store<i64>(out, value);
    return out + 8;
  }
  store<i32>(out, <i32>value);
  return out + 4;
}

function add_deltas(out: usize, deltas: usize, n: u32, value: i64, minDelta: i64, wide: bool): i64 {
  const end = deltas + (n << 2);
  if (wide) {
    while (deltas < end) {
      value += minDelta + <i64>load<u32>(deltas);
      store<i64>(out, value);
      deltas += 4;
      out += 8;
    }
  } else {
    while (deltas < end) {
      value += minDelta + <i64>load<u32>(deltas);
      store<i32>(out, <i32>value);
      deltas += 4;
      out += 4;
    }
  }
  return value;
}

/**
 * Bytes that `n` DELTA_BYTE_ARRAY values take once their prefixes are filled in, as a float64 at `result`. CORRUPT when a
 * length is negative or a prefix is longer than the value before it.
 */
export function delta_strings_size(prefixes: usize, suffixes: usize, n: u32, result: usize): i32 {
  let total: u64 = 0;
  let before: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const prefix = load<i32>(prefixes + (i << 2));
    const suffix = load<i32>(suffixes + (i << 2));
    if (prefix < 0 || suffix < 0 || <u32>prefix > before) return CORRUPT;
    before = <u32>prefix + <u32>suffix;
    if (before > 0x7fffffff) return CORRUPT;
    total += before;
  }
  store<f64>(result, <f64>total);
  return OK;
}

/** Builds DELTA_BYTE_ARRAY values at `out`, with refs to them. The lengths were checked by `delta_strings_size`. */
export function delta_strings(
  prefixes: usize,
  suffixes: usize,
  at: usize,
  end: usize,
  out: usize,
  refs: usize,
  n: u32,
): i32 {
  let before = out;
  for (let i: u32 = 0; i < n; i++) {
    const prefix = load<u32>(prefixes + (i << 2));
    const suffix = load<u32>(suffixes + (i << 2));
    if (suffix > <u32>(end - at)) return CORRUPT;
    const start = out;
    memory.copy(out, before, prefix);
    memory.copy(out + prefix, at, suffix);
    out += prefix + suffix;
    at += suffix;
    store<u32>(refs, <u32>start);
    store<u32>(refs, prefix + suffix, 4);
    refs += 8;
    before = start;
  }
  return OK;
}
