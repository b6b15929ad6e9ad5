// A frame without the rows that EXCLUDE takes out of it: up to three pieces, in order. They are left in globals by `cutFrame`.
import { u32At } from './place';

const EXCLUDE_CURRENT_ROW: i32 = 1;
const EXCLUDE_TIES: i32 = 3;

export let start0: u32 = 0;
export let end0: u32 = 0;
export let start1: u32 = 0;
export let end1: u32 = 0;
export let start2: u32 = 0;
export let end2: u32 = 0;

/** `exclude`: 0 nothing, 1 the current row, 2 it and its peers, 3 its peers only. */
export function cutFrame(
  place: usize,
  starts: usize,
  ends: usize,
  peerStarts: usize,
  peerEnds: usize,
  exclude: i32,
): void {
  const start = u32At(starts, place);
  const end = max(start, u32At(ends, place));
  start1 = end1 = start2 = end2 = end;
  start0 = start;
  end0 = end;
  if (exclude == 0) return;
  let from = <u32>place;
  let to = <u32>place + 1;
  if (exclude != EXCLUDE_CURRENT_ROW) {
    from = u32At(peerStarts, place);
    to = u32At(peerEnds, place);
  }
  end0 = max(start, min(end, from));
  start2 = min(end, max(start, to));
  if (exclude == EXCLUDE_TIES && start <= <u32>place && <u32>place < end) {
    start1 = <u32>place;
    end1 = start1 + 1;
  }
}

/** Rows of the frame that was cut last. */
export function numFrameRows(): u32 {
  return end0 - start0 + (end1 - start1) + (end2 - start2);
}

/** Row `i` of the frame that was cut last; there must be one. */
export function frameRow(i: u32): u32 {
  const first = end0 - start0;
  if (i < first) return start0 + i;
  const second = first + (end1 - start1);
  return i < second ? start1 + (i - first) : start2 + (i - second);
}
