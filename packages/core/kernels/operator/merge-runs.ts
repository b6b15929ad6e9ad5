// Merging sorted runs. A cursor of a run is 24 bytes: the address of the keys of its loaded rows (as in sort-order.ts), its next row, the
// end of its loaded rows (u32 each), 4 bytes to spare, and the prefix of the next row (u64). Of equal rows those of the run
// with the lower number come first, which keeps the order stable.
import { orderRows, prefixOf } from './sort-order';

const CURSOR_BYTES: usize = 24;

// @ts-ignore: decorator
@inline
function cursorOf(cursors: usize, run: u32): usize {
  return cursors + <usize>run * CURSOR_BYTES;
}

function isBefore(cursors: usize, p: u32, q: u32, numKeys: i32): bool {
  const a = cursorOf(cursors, p);
  const b = cursorOf(cursors, q);
  const x = load<u64>(a, 16);
  const y = load<u64>(b, 16);
  if (x != y) return x < y;
  const order = orderRows(
    <usize>load<u32>(a),
    <usize>load<u32>(a, 4),
    <usize>load<u32>(b),
    <usize>load<u32>(b, 4),
    0,
    numKeys,
  );
  return order < 0 || (order == 0 && p < q);
}

function siftDown(heap: usize, from: i32, size: i32, cursors: usize, numKeys: i32): void {
  const moved = load<u32>(heap + (<usize>from << 2));
  let hole = from;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    let best = load<u32>(heap + (<usize>child << 2));
    if (child + 1 < size) {
      const other = load<u32>(heap + (<usize>(child + 1) << 2));
      if (isBefore(cursors, other, best, numKeys)) {
        best = other;
        child++;
      }
    }
    if (!isBefore(cursors, best, moved, numKeys)) break;
    store<u32>(heap + (<usize>hole << 2), best);
    hole = child;
  }
  store<u32>(heap + (<usize>hole << 2), moved);
}

/**
 * Takes rows off `numRuns` runs in order: `outRuns` and `outRows` (u32) get the run and the row of each, at most `capacity`. Stops
 * when a run has no loaded row left, so that its next rows can be loaded; runs without any are left out. `heap` has room for
 * a u32 for each run. The answer is the number of rows.
 */
export function merge_runs(
  outRuns: usize,
  outRows: usize,
  capacity: i32,
  cursors: usize,
  numRuns: i32,
  heap: usize,
  numKeys: i32,
): i32 {
  let size = 0;
  for (let run = 0; run < numRuns; run++) {
    const cursor = cursorOf(cursors, run);
    const row = load<u32>(cursor, 4);
    if (row >= load<u32>(cursor, 8)) continue;
    store<u64>(cursor, prefixOf(<usize>load<u32>(cursor), <usize>row, 1), 16);
    store<u32>(heap + (<usize>size << 2), run);
    size++;
  }
  for (let i = (size >> 1) - 1; i >= 0; i--) siftDown(heap, i, size, cursors, numKeys);
  let n = 0;
  while (size > 0 && n < capacity) {
    const run = load<u32>(heap);
    const cursor = cursorOf(cursors, run);
    const row = load<u32>(cursor, 4);
    store<u32>(outRuns + (<usize>n << 2), run);
    store<u32>(outRows + (<usize>n << 2), row);
    n++;
    store<u32>(cursor, row + 1, 4);
    if (row + 1 == load<u32>(cursor, 8)) return n;
    store<u64>(cursor, prefixOf(<usize>load<u32>(cursor), <usize>row + 1, 1), 16);
    siftDown(heap, 0, size, cursors, numKeys);
  }
  return n;
}

/** Where merged rows lie when the rows of run `r` that were taken start at place `bases[r]` plus their number (modulo 2^32). */
export function merged_places(out: usize, runs: usize, rows: usize, n: i32, bases: usize): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2;
    const base = load<u32>(bases + (<usize>load<u32>(runs + at) << 2));
    store<u32>(out + at, base + load<u32>(rows + at));
  }
}
