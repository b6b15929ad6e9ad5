// Sums by group over `n` rows: those listed at `rows` (u32 row numbers), or rows 0 to `n` - 1 when it is 0. `groups` is one u32 for
// each of the `n`, or 0 when all are of group 0; values and validity are by row number; nulls (`validity` 0) add nothing.
//
// Exact sums are kept in 128 bits. Where a batch is known to stay within 64 bits (see `magnitude_bits_*`) and groups are few,
// it is first summed in four lanes of i64 by group: row i adds to lane i mod 4, so that neighbouring rows of one group do not
// wait for each other's store.
import { OK, OVERFLOW } from '../vector/status';

// @ts-ignore: decorator
@inline
function groupAt(groups: usize, i: i32): usize {
  return groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: i32): usize {
  return rows == 0 ? <usize>i : <usize>load<u32>(rows + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function validAt(validity: usize, row: usize): bool {
  return validity == 0 || load<u8>(validity + row) != 0;
}

/** Bits that the largest of `n` i64 needs, without its sign: 0 to 63. */
export function magnitude_bits_i64(values: usize, n: i32): i32 {
  let all2 = i64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const pair = v128.load(values + (<usize>i << 3));
    all2 = v128.or(all2, v128.xor(pair, i64x2.shr_s(pair, 63)));
  }
  let all = <u64>(i64x2.extract_lane(all2, 0) | i64x2.extract_lane(all2, 1));
  for (; i < n; i++) {
    const value = load<i64>(values + (<usize>i << 3));
    all |= <u64>(value ^ (value >> 63));
  }
  return 64 - <i32>clz(all);
}

/** The same for i128; 127 when one of them does not fit 64 bits. */
export function magnitude_bits_i128(values: usize, n: i32): i32 {
  let all2 = i64x2.splat(0);
  let beyond2 = i64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const a = v128.load(values + (<usize>i << 4));
    const b = v128.load(values + (<usize>i << 4), 16);
    const low = v128.shuffle<i64>(a, b, 0, 2);
    const signs = i64x2.shr_s(low, 63);
    all2 = v128.or(all2, v128.xor(low, signs));
    beyond2 = v128.or(beyond2, v128.xor(v128.shuffle<i64>(a, b, 1, 3), signs));
  }
  let all = <u64>(i64x2.extract_lane(all2, 0) | i64x2.extract_lane(all2, 1));
  let beyond = i64x2.extract_lane(beyond2, 0) | i64x2.extract_lane(beyond2, 1);
  if (i < n) {
    const value = load<i64>(values + (<usize>i << 4));
    all |= <u64>(value ^ (value >> 63));
    beyond |= load<i64>(values + (<usize>i << 4), 8) ^ (value >> 63);
  }
  return beyond != 0 ? 127 : 64 - <i32>clz(all);
}

// @ts-ignore: decorator
@inline
function addLane<T>(lanes: usize, group: u32, value: T): void {
  const at = lanes + (<usize>group << 3);
  store<i64>(at, load<i64>(at) + <i64>value);
}

// @ts-ignore: decorator
@inline
function sumLanes<T>(
  lanes: usize,
  numGroups: i32,
  groups: usize,
  rows: usize,
  values: usize,
  stride: usize,
  validity: usize,
  n: i32,
): void {
  if (groups == 0) {
    let sum: i64 = 0;
    for (let i = 0; i < n; i++) {
      const row = rowAt(rows, i);
      const value = <i64>load<T>(values + row * stride);
      sum += validity == 0 ? value : value & -(<i64>load<u8>(validity + row));
    }
    store<i64>(lanes, load<i64>(lanes) + sum);
    return;
  }
  const laneBytes = <usize>numGroups << 3;
  const lane1 = lanes + laneBytes;
  const lane2 = lane1 + laneBytes;
  const lane3 = lane2 + laneBytes;
  let i = 0;
  if (validity == 0 && rows == 0) {
    for (; i + 4 <= n; i += 4) {
      const group = groups + (<usize>i << 2);
      const value = values + <usize>i * stride;
      addLane<T>(lanes, load<u32>(group), load<T>(value));
      addLane<T>(lane1, load<u32>(group, 4), load<T>(value + stride));
      addLane<T>(lane2, load<u32>(group, 8), load<T>(value + 2 * stride));
      addLane<T>(lane3, load<u32>(group, 12), load<T>(value + 3 * stride));
    }
  } else if (validity == 0) {
    for (; i + 4 <= n; i += 4) {
      const group = groups + (<usize>i << 2);
      const row = rows + (<usize>i << 2);
      addLane<T>(lanes, load<u32>(group), load<T>(values + <usize>load<u32>(row) * stride));
      addLane<T>(lane1, load<u32>(group, 4), load<T>(values + <usize>load<u32>(row, 4) * stride));
      addLane<T>(lane2, load<u32>(group, 8), load<T>(values + <usize>load<u32>(row, 8) * stride));
      addLane<T>(lane3, load<u32>(group, 12), load<T>(values + <usize>load<u32>(row, 12) * stride));
    }
  }
  for (; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    addLane<T>(lanes + laneBytes * <usize>(i & 3), load<u32>(groups + (<usize>i << 2)), load<T>(values + row * stride));
  }
}

/** Adds i32 to `lanes`: 4 times `numGroups` i64 (one i64 without groups). */
export function sum_lanes_i32(
  lanes: usize,
  numGroups: i32,
  groups: usize,
  rows: usize,
  values: usize,
  validity: usize,
  n: i32,
): void {
  sumLanes<i32>(lanes, numGroups, groups, rows, values, 4, validity, n);
}

/** Adds i64 to `lanes`. */
export function sum_lanes_i64(
  lanes: usize,
  numGroups: i32,
  groups: usize,
  rows: usize,
  values: usize,
  validity: usize,
  n: i32,
): void {
  sumLanes<i64>(lanes, numGroups, groups, rows, values, 8, validity, n);
}

/** Adds i128 that all fit 64 bits to `lanes`. */
export function sum_lanes_i128(
  lanes: usize,
  numGroups: i32,
  groups: usize,
  rows: usize,
  values: usize,
  validity: usize,
  n: i32,
): void {
  sumLanes<i64>(lanes, numGroups, groups, rows, values, 16, validity, n);
}

// @ts-ignore: decorator
@inline
function takeLanes(lanes: usize, numGroups: i32, group: i32, numLanes: i32): i64 {
  let sum: i64 = 0;
  for (let lane = 0; lane < numLanes; lane++) {
    const at = lanes + ((<usize>lane * <usize>numGroups + <usize>group) << 3);
    sum += load<i64>(at);
    store<i64>(at, 0);
  }
  return sum;
}

/** Moves the lanes into i128 sums and sets them to 0. */
export function flush_lanes_i128(sums: usize, lanes: usize, numGroups: i32, numLanes: i32): void {
  for (let group = 0; group < numGroups; group++) {
    const value = takeLanes(lanes, numGroups, group, numLanes);
    addNarrow(sums + (<usize>group << 4), value);
  }
}

/** Moves the lanes into i64 sums and sets them to 0. */
export function flush_lanes_i64(sums: usize, lanes: usize, numGroups: i32, numLanes: i32): i32 {
  let overflow: i64 = 0;
  for (let group = 0; group < numGroups; group++) {
    const value = takeLanes(lanes, numGroups, group, numLanes);
    const at = sums + (<usize>group << 3);
    const before = load<i64>(at);
    const after = before + value;
    overflow |= (before ^ after) & (value ^ after);
    store<i64>(at, after);
  }
  return overflow < 0 ? OVERFLOW : OK;
}

// @ts-ignore: decorator
@inline
function addNarrow(at: usize, value: i64): void {
  const low = load<u64>(at);
  const sum = low + <u64>value;
  store<u64>(at, sum);
  store<i64>(at, load<i64>(at, 8) + (value >> 63) + <i64>(sum < low), 8);
}

/** i64 into i128 sums; no number of rows overflows them. */
export function sum_i64_to_i128(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    addNarrow(sums + (groupAt(groups, i) << 4), load<i64>(values + (row << 3)));
  }
}

/** i128 into i128 sums. */
export function sum_i128_to_i128(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): i32 {
  let overflow: i64 = 0;
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    const at = sums + (groupAt(groups, i) << 4);
    const from = values + (row << 4);
    const low = load<u64>(at);
    const sum = low + load<u64>(from);
    const before = load<i64>(at, 8);
    const addend = load<i64>(from, 8);
    const after = before + addend + <i64>(sum < low);
    overflow |= (before ^ after) & (addend ^ after);
    store<u64>(at, sum);
    store<i64>(at, after, 8);
  }
  return overflow < 0 ? OVERFLOW : OK;
}

// @ts-ignore: decorator
@inline
function sumChecked<T>(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): i32 {
  let overflow: i64 = 0;
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    const at = sums + (groupAt(groups, i) << 3);
    const value = <i64>load<T>(values + row * sizeof<T>());
    const before = load<i64>(at);
    const after = before + value;
    overflow |= (before ^ after) & (value ^ after);
    store<i64>(at, after);
  }
  return overflow < 0 ? OVERFLOW : OK;
}

/** i32 into i64 sums. */
export function sum_i32_to_i64(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): i32 {
  return sumChecked<i32>(sums, groups, rows, values, validity, n);
}

/** i64 into i64 sums. */
export function sum_i64_to_i64(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): i32 {
  return sumChecked<i64>(sums, groups, rows, values, validity, n);
}

/** f64 into f64 sums, in the order of the rows, so that the size of batches does not show. */
export function sum_f64_to_f64(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): void {
  if (groups == 0) {
    let sum = load<f64>(sums);
    for (let i = 0; i < n; i++) {
      const row = rowAt(rows, i);
      if (validAt(validity, row)) sum += load<f64>(values + (row << 3));
    }
    store<f64>(sums, sum);
    return;
  }
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    const at = sums + (groupAt(groups, i) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(values + (row << 3)));
  }
}

/** Intervals, part by part. */
export function sum_interval(sums: usize, groups: usize, rows: usize, values: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    if (!validAt(validity, row)) continue;
    const at = sums + (groupAt(groups, i) << 4);
    const from = values + (row << 4);
    const months = <i64>load<i32>(at) + <i64>load<i32>(from);
    const days = <i64>load<i32>(at, 4) + <i64>load<i32>(from, 4);
    const before = load<i64>(at, 8);
    const addend = load<i64>(from, 8);
    const micros = before + addend;
    if (months != <i64>(<i32>months) || days != <i64>(<i32>days)) return OVERFLOW;
    if (((before ^ micros) & (addend ^ micros)) < 0) return OVERFLOW;
    store<i32>(at, <i32>months);
    store<i32>(at, <i32>days, 4);
    store<i64>(at, micros, 8);
  }
  return OK;
}
