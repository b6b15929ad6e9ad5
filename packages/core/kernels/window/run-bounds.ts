// Runs of rows with equal keys: partitions, and peers within them.
import { orderRows } from '../operator/sort-order';
import { rowOf, setU32, u32At } from './place';

/**
 * For each of `n` places where its run begins and ends (exclusive). A run ends where a key of those from `first` to `numKeys` at
 * `keys` changes, and where a run of `outer` (0: none) ends.
 */
export function run_bounds(
  starts: usize,
  ends: usize,
  rows: usize,
  n: i32,
  keys: usize,
  first: i32,
  numKeys: i32,
  outer: usize,
): void {
  let start: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (i > 0) {
      const isNew =
        (outer != 0 && u32At(outer, i) == <u32>i) ||
        (first < numKeys && orderRows(keys, rowOf(rows, i - 1), keys, rowOf(rows, i), first, numKeys) != 0);
      if (isNew) start = <u32>i;
    }
    setU32(starts, i, start);
  }
  let end = <u32>n;
  for (let i = <usize>n; i-- > 0; ) {
    setU32(ends, i, end);
    if (u32At(starts, i) == <u32>i) end = <u32>i;
  }
}

/** The number of each place's run, from 0 on in each run of `outer` (0: in all). */
export function run_numbers(out: usize, starts: usize, n: i32, outer: usize): void {
  let number: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (outer != 0 && u32At(outer, i) == <u32>i) number = 0;
    else if (i > 0 && u32At(starts, i) == <u32>i) number++;
    setU32(out, i, number);
  }
}

/** The numbers of `n` places from `from` on, counted from that of the first of them. */
export function numbers_from(out: usize, numbers: usize, from: i32, n: i32): void {
  const first = u32At(numbers, <usize>from);
  for (let i: usize = 0; i < <usize>n; i++) setU32(out, i, u32At(numbers, <usize>from + i) - first);
}
