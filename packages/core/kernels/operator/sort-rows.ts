// Sorting: entries of 16 bytes, the prefix of the first key (u64) and the row (u32), by a stable merge sort.
import { orderRows, prefixOf } from './sort-order';

/** Entries up to which insertion is quicker than merging. */
const RUN: i32 = 12;

/** Makes the entries of rows 0 to `n` - 1. */
export function make_sort_entries(entries: usize, n: i32, keys: usize, nullable: i32): void {
  for (let i = 0; i < n; i++) {
    const entry = entries + (<usize>i << 4);
    store<u64>(entry, prefixOf(keys, <usize>i, nullable));
    store<u64>(entry, <u64>i, 8);
  }
}

/** Whether the entry at `a` comes after that at `b`. Keys from `first` on decide between equal prefixes. */
// @ts-ignore: decorator
@inline
function isAfter(a: usize, b: usize, keys: usize, first: i32, numKeys: i32): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  if (x != y) return x > y;
  return first < numKeys && orderRows(keys, <usize>load<u32>(a, 8), keys, <usize>load<u32>(b, 8), first, numKeys) > 0;
}

function sortRuns(entries: usize, n: i32, keys: usize, first: i32, numKeys: i32): void {
  const end = entries + (<usize>n << 4);
  for (let start = entries; start < end; start += <usize>RUN << 4) {
    const stop = min(end, start + (<usize>RUN << 4));
    for (let at = start + 16; at < stop; at += 16) {
      if (!isAfter(at - 16, at, keys, first, numKeys)) continue;
      const moved = v128.load(at);
      // The slot behind the entries takes the one that moves, so that it can be compared where it lies.
      v128.store(end, moved);
      let hole = at;
      do {
        v128.store(hole, v128.load(hole - 16));
        hole -= 16;
      } while (hole > start && isAfter(hole - 16, end, keys, first, numKeys));
      v128.store(hole, moved);
    }
  }
}

// @ts-ignore: decorator
@inline
function mergeRuns(
  out: usize,
  left: usize,
  middle: usize,
  right: usize,
  keys: usize,
  first: i32,
  numKeys: i32,
): void {
  // Runs that are in order already are only copied.
  if (middle < right && isAfter(middle - 16, middle, keys, first, numKeys)) {
    let l = left;
    let r = middle;
    while (l < middle && r < right) {
      const takeRight = isAfter(l, r, keys, first, numKeys);
      v128.store(out, v128.load(takeRight ? r : l));
      out += 16;
      if (takeRight) r += 16;
      else l += 16;
    }
    memory.copy(out, l, middle - l);
    out += middle - l;
    memory.copy(out, r, right - r);
    return;
  }
  memory.copy(out, left, right - left);
}

/**
 * Sorts `n` entries; `spare` has room for as many, and both for one more. Equal prefixes are told apart by the keys from
 * `first` on. The answer is the address of the sorted entries: `entries` or `spare`.
 */
export function sort_entries(entries: usize, spare: usize, n: i32, keys: usize, first: i32, numKeys: i32): usize {
  sortRuns(entries, n, keys, first, numKeys);
  const bytes = <usize>n << 4;
  let from = entries;
  let to = spare;
  for (let width = <usize>RUN << 4; width < bytes; width <<= 1) {
    for (let start: usize = 0; start < bytes; start += width << 1) {
      const middle = min(bytes, start + width);
      const right = min(bytes, middle + width);
      mergeRuns(to + start, from + start, from + middle, from + right, keys, first, numKeys);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/** The rows of `n` entries, in their order. */
export function sorted_rows(out: usize, entries: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u32>(out + (<usize>i << 2), load<u32>(entries + (<usize>i << 4), 8));
}

/**
 * Rows of 0 to `n` - 1 of the keys at `keys` that come before row `bound` of the keys at `boundKeys`; the answer is how many.
 * Prefixes of the first key, which may be null, decide most of them.
 */
export function rows_before(
  out: usize,
  keys: usize,
  n: i32,
  boundKeys: usize,
  bound: i32,
  numKeys: i32,
): i32 {
  const limit = prefixOf(boundKeys, <usize>bound, 1);
  let end = out;
  for (let i = 0; i < n; i++) {
    const prefix = prefixOf(keys, <usize>i, 1);
    if (prefix > limit) continue;
    if (prefix == limit && orderRows(keys, <usize>i, boundKeys, <usize>bound, 0, numKeys) >= 0) continue;
    store<u32>(end, i);
    end += 4;
  }
  return <i32>((end - out) >> 2);
}
