// Which row of a frame or a partition a value is taken from: one u32 for each of `n` rows from place `from` on. Arguments that
// differ by row have one entry for each of these.
import { INVALID_VALUE, OK } from '../vector/status';
import { cutFrame, frameRow, numFrameRows } from './frame-pieces';
import { isSet, NO_PLACE, NULL_PLACE, setU32, u32At } from './place';

/** Rows `offset` (i32) behind the current one, with `sign` -1 before it; a null offset gives null. */
export function offset_places(
  out: usize,
  partStarts: usize,
  partEnds: usize,
  from: i32,
  n: i32,
  offsets: usize,
  validity: usize,
  sign: i32,
): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    const wanted = <i64>place + <i64>sign * <i64>load<i32>(offsets + (i << 2));
    const isInside = wanted >= <i64>u32At(partStarts, place) && wanted < <i64>u32At(partEnds, place);
    setU32(out, i, !isSet(validity, i) ? NULL_PLACE : isInside ? <u32>wanted : NO_PLACE);
  }
}

/** The first row of each frame, with `isLast` the last one; null where the frame has none. */
export function edge_places(
  out: usize,
  starts: usize,
  ends: usize,
  peerStarts: usize,
  peerEnds: usize,
  exclude: i32,
  from: i32,
  n: i32,
  isLast: i32,
): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    cutFrame(<usize>from + i, starts, ends, peerStarts, peerEnds, exclude);
    const count = numFrameRows();
    setU32(out, i, count == 0 ? NULL_PLACE : frameRow(isLast ? count - 1 : 0));
  }
}

/** Row `nths[i]` (i32, from 1 on) of each frame. `INVALID_VALUE` for a number below 1. */
export function nth_places(
  out: usize,
  starts: usize,
  ends: usize,
  peerStarts: usize,
  peerEnds: usize,
  exclude: i32,
  from: i32,
  n: i32,
  nths: usize,
  validity: usize,
): i32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    setU32(out, i, NULL_PLACE);
    if (!isSet(validity, i)) continue;
    const nth = load<i32>(nths + (i << 2));
    if (nth < 1) return INVALID_VALUE;
    cutFrame(<usize>from + i, starts, ends, peerStarts, peerEnds, exclude);
    if (<u32>nth <= numFrameRows()) setU32(out, i, frameRow(<u32>nth - 1));
  }
  return OK;
}

/** The last row of frames without EXCLUDE, whose running value is that of the frame; null where the frame has none. */
export function prefix_places(out: usize, starts: usize, ends: usize, from: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    const end = u32At(ends, place);
    setU32(out, i, end > u32At(starts, place) ? end - 1 : NULL_PLACE);
  }
}
