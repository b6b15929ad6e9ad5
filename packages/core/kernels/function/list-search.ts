import { order_values, value_end } from './nested-order';
import { row_counts, store_null_ref, store_ref } from './row';

// Elements of lists that equal others. Descriptions of elements as in nested-order.ts.

const HEADER: usize = 5;

/** The position (from 1) of the first element from `start` on that equals the one at `wanted`; 0 for none. */
function position_of(list: usize, wanted: usize, start: i32, desc: usize): i32 {
  const count = <i32>load<u32>(list, 1);
  let at = list + HEADER;
  for (let k = 1; k <= count; k++) {
    if (k >= start && order_values(at, wanted, desc) == 0) return k;
    at = value_end(at, desc);
  }
  return 0;
}

/** Whether a list has every element of another (`mode` 0), or any (1). A null is no element that a list could have. */
export function list_relation(
  mode: i32, a: usize, a_stride: usize, b: usize, b_stride: usize, validity: usize, rows: usize, desc: usize, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, a += a_stride, b += b_stride) {
    let holds = false;
    if (row_counts(validity, i)) {
      const list = <usize>load<u32>(a);
      const other = <usize>load<u32>(b);
      holds = mode == 0;
      let at = other + HEADER;
      for (let k = load<u32>(other, 1); k > 0; k--) {
        const has = load<u8>(at) != 0 && position_of(list, at, 1, desc) != 0;
        if (has != (mode == 0)) {
          holds = has;
          break;
        }
        at = value_end(at, desc);
      }
    }
    store<u8>(out + i, <u8>holds);
  }
}

/** The position (from 1) of the only element of `wanted` in each list, from `starts` (i32) on; null where there is none. */
export function list_position(
  lists: usize, list_stride: usize, wanted: usize, wanted_stride: usize, starts: usize, start_stride: usize,
  validity: usize, rows: usize, desc: usize, out: usize, out_validity: usize,
): void {
  for (let i: usize = 0; i < rows; i++, lists += list_stride, wanted += wanted_stride, starts += start_stride) {
    let position = 0;
    if (row_counts(validity, i)) {
      position = position_of(<usize>load<u32>(lists), <usize>load<u32>(wanted) + HEADER, load<i32>(starts), desc);
    }
    store<i32>(out + i * 4, position);
    store<u8>(out_validity + i, <u8>(position != 0));
  }
}

/**
 * Lists in which the elements that equal the only one of `wanted` are left out (`mode` 0) or give way to the only one of `others`
 * (1); or the positions of these elements, as lists of i32 (2). Counts when `bytes` is 0, otherwise writes.
 */
export function list_edit(
  mode: i32, lists: usize, list_stride: usize, wanted: usize, wanted_stride: usize, others: usize, other_stride: usize,
  validity: usize, rows: usize, desc: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, lists += list_stride, wanted += wanted_stride, others += other_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const list = <usize>load<u32>(lists);
    const value = <usize>load<u32>(wanted) + HEADER;
    const other = mode == 1 ? <usize>load<u32>(others) + HEADER : <usize>0;
    const other_bytes = mode == 1 ? value_end(other, desc) - other : 0;
    let at = list + HEADER;
    let size = HEADER;
    let kept: u32 = 0;
    const count = load<u32>(list, 1);
    for (let k: u32 = 1; k <= count; k++) {
      const end = value_end(at, desc);
      const equal = order_values(at, value, desc) == 0;
      let source: usize = at;
      let length: usize = end - at;
      if (mode == 1 && equal) {
        source = other;
        length = other_bytes;
      } else if (mode == 2) length = 5;
      if (equal ? mode != 0 : mode != 2) {
        if (bytes != 0 && mode == 2) {
          store<u8>(bytes + size, 1);
          store<u32>(bytes + size, k, 1);
        } else if (bytes != 0) memory.copy(bytes + size, source, length);
        size += length;
        kept++;
      }
      at = end;
    }
    total += <u64>size;
    if (bytes == 0) continue;
    store<u8>(bytes, 1);
    store<u32>(bytes, kept, 1);
    store_ref(out + i * 8, bytes, size);
    bytes += size;
  }
  return <f64>total;
}

/**
 * The elements of lists from position `lower` to `upper` (i32, from 1, each may be missing: 0). Counts when `bytes` is 0, otherwise
 * writes.
 */
export function list_slice(
  lists: usize, list_stride: usize, lower: usize, lower_stride: usize, upper: usize, upper_stride: usize,
  validity: usize, rows: usize, desc: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, lists += list_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const list = <usize>load<u32>(lists);
    const count = <i32>load<u32>(list, 1);
    const first: i32 = lower == 0 ? 1 : max(load<i32>(lower + i * lower_stride), 1);
    const last: i32 = upper == 0 ? count : min(load<i32>(upper + i * upper_stride), count);
    let from = list + HEADER;
    const kept: i32 = last < first ? 0 : last - first + 1;
    let to = from;
    if (kept > 0) {
      for (let k = 1; k < first; k++) from = value_end(from, desc);
      to = from;
      for (let k = 0; k < kept; k++) to = value_end(to, desc);
    }
    const size: usize = HEADER + (to - from);
    total += <u64>size;
    if (bytes == 0) continue;
    store<u8>(bytes, 1);
    store<u32>(bytes, <u32>kept, 1);
    memory.copy(bytes + HEADER, from, to - from);
    store_ref(out + i * 8, bytes, size);
    bytes += size;
  }
  return <f64>total;
}

/** Length of dimension `dimension` (from 1) of each list; 0 where there is none. */
export function list_extent(
  lists: usize, list_stride: usize, dimensions: usize, dimension_stride: usize, validity: usize, rows: usize,
  depth: i32, out: usize, out_validity: usize,
): void {
  for (let i: usize = 0; i < rows; i++, lists += list_stride, dimensions += dimension_stride) {
    let length: u32 = 0;
    const dimension = load<i32>(dimensions);
    if (row_counts(validity, i) && dimension >= 1 && dimension <= depth) {
      let at = <usize>load<u32>(lists);
      length = load<u32>(at, 1);
      for (let level = 1; level < dimension && length != 0; level++) {
        at += HEADER;
        length = load<u8>(at) == 0 ? 0 : load<u32>(at, 1);
      }
    }
    store<u32>(out + i * 4, length);
    store<u8>(out_validity + i, <u8>(length != 0));
  }
}

function leaves(list: usize, level: i32): u32 {
  if (load<u8>(list) == 0) return 0;
  const count = load<u32>(list, 1);
  if (level == 1 || count == 0) return count;
  // Inner arrays all have the same shape.
  return count * leaves(list + HEADER, level - 1);
}

/** The number of elements of each list in all of its dimensions. */
export function list_cardinality(
  lists: usize, list_stride: usize, validity: usize, rows: usize, depth: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, lists += list_stride) {
    store<u32>(out + i * 4, row_counts(validity, i) ? leaves(<usize>load<u32>(lists), depth) : 0);
  }
}
