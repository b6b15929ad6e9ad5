// Sums that a generated loop has left in records: a record for each group, one after the other, and that for each lane. `stride` is the
// size of a record in bytes, `offset` the place of the i64 in it.
import { OK, OVERFLOW } from '../vector/status';

// @ts-ignore: decorator
@inline
function sumOfLanes(records: usize, numGroups: i32, numLanes: i32, stride: i32, group: i32): i64 {
  let sum: i64 = 0;
  for (let lane = 0; lane < numLanes; lane++) {
    sum += load<i64>(records + <usize>(lane * numGroups + group) * <usize>stride);
  }
  return sum;
}

/** Adds them to i128 sums. */
export function add_records_i128(
  sums: usize,
  records: usize,
  numGroups: i32,
  numLanes: i32,
  stride: i32,
  offset: i32,
): i32 {
  for (let group = 0; group < numGroups; group++) {
    const value = sumOfLanes(records + offset, numGroups, numLanes, stride, group);
    const at = sums + (<usize>group << 4);
    const low = load<u64>(at);
    const sum = low + <u64>value;
    store<u64>(at, sum);
    store<i64>(at, load<i64>(at, 8) + (value >> 63) + <i64>(sum < low), 8);
  }
  return OK;
}

/** Adds them to i64 sums. */
export function add_records_i64(
  sums: usize,
  records: usize,
  numGroups: i32,
  numLanes: i32,
  stride: i32,
  offset: i32,
): i32 {
  let overflow: i64 = 0;
  for (let group = 0; group < numGroups; group++) {
    const value = sumOfLanes(records + offset, numGroups, numLanes, stride, group);
    const at = sums + (<usize>group << 3);
    const before = load<i64>(at);
    const after = before + value;
    overflow |= (before ^ after) & (value ^ after);
    store<i64>(at, after);
  }
  return overflow < 0 ? OVERFLOW : OK;
}
