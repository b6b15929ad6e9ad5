// The RLE / bit-packing hybrid (parquet-format, Encodings.md), read piece by piece.
//
// A reader's state is 32 bytes: where its next run begins, where its bytes end, the width, and what is left of the current run,
// which is a repeated value or packed ones. `repeated` and `packed` count values; at most one of them is not 0.
import { CORRUPT, OK } from '../vector/status';
import { unpack_bits, unpack_u32 } from './bit-unpack';

@unmanaged class Hybrid {
  next: u32;
  end: u32;
  width: u32;
  repeated: u32;
  value: u32;
  packed: u32;
  packedStart: u32;
  packedIndex: u32;
}

export function hybrid_start(state: usize, start: u32, end: u32, width: u32): void {
  const h = changetype<Hybrid>(state);
  h.next = start;
  h.end = end;
  h.width = width;
  h.repeated = 0;
  h.value = 0;
  h.packed = 0;
  h.packedStart = 0;
  h.packedIndex = 0;
}

/** Starts with one run of `n` packed values, as the deprecated BIT_PACKED encoding has it. */
export function hybrid_start_packed(state: usize, start: u32, end: u32, width: u32, n: u32): void {
  hybrid_start(state, end, end, width);
  const h = changetype<Hybrid>(state);
  h.packed = n;
  h.packedStart = start;
}

/** Opens the next run; false when there is none or it makes no sense. */
function open_run(h: Hybrid): bool {
  const width = h.width;
  if (width == 0) {
    // Every value is 0 and takes no bits: some writers leave the runs out.
    h.repeated = 0xffffffff;
    h.value = 0;
    return true;
  }
  let at = h.next;
  const end = h.end;
  let header: u64 = 0;
  let shift: u64 = 0;
  let byte: u64;
  do {
    if (at >= end || shift > 28) return false;
    byte = <u64>load<u8>(at++);
    header |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte >= 0x80);
  if (header & 1) {
    const groups = header >> 1;
    const left = <u64>(end - at);
    const bytes = groups * <u64>width;
    // Writers may cut the padding of the last group off.
    const available = (left << 3) / <u64>width;
    h.packed = <u32>min(min(groups << 3, available), 0xffffffff);
    h.packedStart = at;
    h.packedIndex = 0;
    h.next = bytes > left ? end : at + <u32>bytes;
    // A run of no values is odd but no error.
    return h.packed > 0 || groups == 0;
  }
  const bytes = (width + 7) >> 3;
  if (end - at < bytes) return false;
  const word = load<u32>(at);
  const value = bytes == 4 ? word : word & ((<u32>1 << (bytes << 3)) - 1);
  // A value wider than the width could name an entry that no check of the width expects.
  if (width < 32 && value >> width != 0) return false;
  h.repeated = <u32>(header >> 1);
  h.value = value;
  h.next = at + bytes;
  return true;
}

/** The next `n` values as u32; none may be `limit` or more. */
export function hybrid_read_u32(state: usize, out: usize, n: u32, limit: u32): i32 {
  const h = changetype<Hybrid>(state);
  const start = out;
  const total = n;
  // Values that cannot exceed the limit need no look.
  const mustCheck = h.width >= 32 || (<u32>1 << h.width) > limit;
  while (n > 0) {
    if (h.repeated > 0) {
      const count = min(n, h.repeated);
      fill_u32(out, h.value, count);
      h.repeated -= count;
      out += count << 2;
      n -= count;
    } else if (h.packed > 0) {
      const count = min(n, h.packed);
      unpack_u32(out, h.packedStart, h.packedIndex, count, h.width);
      h.packed -= count;
      h.packedIndex += count;
      out += count << 2;
      n -= count;
    } else if (!open_run(h)) return CORRUPT;
  }
  return mustCheck && exceeds(start, total, limit) ? CORRUPT : OK;
}

/**
 * The next `n` values of 1 bit as bytes; answers with the number of ones, or -1 when there are no `n`. May write up to 15 bytes
 * past the last value.
 */
export function hybrid_read_bits(state: usize, out: usize, n: u32): i32 {
  const h = changetype<Hybrid>(state);
  let ones: u32 = 0;
  while (n > 0) {
    if (h.repeated > 0) {
      const count = min(n, h.repeated);
      memory.fill(out, <u8>h.value, count);
      ones += h.value * count;
      h.repeated -= count;
      out += count;
      n -= count;
    } else if (h.packed > 0) {
      const count = min(n, h.packed);
      ones += unpack_bits(out, h.packedStart, h.packedIndex, count);
      h.packed -= count;
      h.packedIndex += count;
      out += count;
      n -= count;
    } else if (!open_run(h)) return -1;
  }
  return ones;
}

/** Whether the next `n` values all stand in one run of ones; moves nothing but that a run is opened. */
export function hybrid_is_all_ones(state: usize, n: u32): bool {
  const h = changetype<Hybrid>(state);
  if (h.repeated == 0 && h.packed == 0 && !open_run(h)) return false;
  return h.repeated >= n && h.value == 1;
}

/** Passes over `n` values; CORRUPT when there are not so many. */
export function hybrid_skip(state: usize, n: u32): i32 {
  const h = changetype<Hybrid>(state);
  while (n > 0) {
    if (h.repeated > 0) {
      const count = min(n, h.repeated);
      h.repeated -= count;
      n -= count;
    } else if (h.packed > 0) {
      const count = min(n, h.packed);
      h.packed -= count;
      h.packedIndex += count;
      n -= count;
    } else if (!open_run(h)) return CORRUPT;
  }
  return OK;
}

/** Passes over `n` values of 1 bit; answers with the number of ones among them, or -1 when there are not so many. */
export function hybrid_skip_bits(state: usize, n: u32): i32 {
  const h = changetype<Hybrid>(state);
  let ones: u32 = 0;
  while (n > 0) {
    if (h.repeated > 0) {
      const count = min(n, h.repeated);
      ones += h.value * count;
      h.repeated -= count;
      n -= count;
    } else if (h.packed > 0) {
      const count = min(n, h.packed);
      for (let i: u32 = 0; i < count; i++) {
        const index = h.packedIndex + i;
        ones += (<u32>load<u8>(h.packedStart + (index >> 3)) >> (index & 7)) & 1;
      }
      h.packed -= count;
      h.packedIndex += count;
      n -= count;
    } else if (!open_run(h)) return -1;
  }
  return ones;
}

function fill_u32(out: usize, value: u32, n: u32): void {
  const end = out + (n << 2);
  const wide = i32x4.splat(value);
  while (out < end) {
    v128.store(out, wide);
    out += 16;
  }
}

function exceeds(values: usize, n: u32, limit: u32): bool {
  let largest = i32x4.splat(0);
  const end = values + (n << 2);
  while (values + 16 <= end) {
    largest = i32x4.max_u(largest, v128.load(values));
    values += 16;
  }
  let most = max(
    max(<u32>i32x4.extract_lane(largest, 0), <u32>i32x4.extract_lane(largest, 1)),
    max(<u32>i32x4.extract_lane(largest, 2), <u32>i32x4.extract_lane(largest, 3)),
  );
  while (values < end) {
    most = max(most, load<u32>(values));
    values += 4;
  }
  return most >= limit;
}
