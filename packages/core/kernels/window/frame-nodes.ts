// Frames as nodes of a tree over the rows in their order: the leaves are the rows, a node of each level above stands for `1 << SHIFT`
// neighbours of the level below. Levels lie one after the other; `levels` has the first node of each (u32) and the end of the last.
import { cutFrame, end0, end1, end2, start0, start1, start2 } from './frame-pieces';
import { setU32, u32At } from './place';

const SHIFT: u32 = 3;
const FAN_OUT: u32 = 1 << SHIFT;
/** More nodes than three pieces of a frame can take: on each of 11 levels up to 7 on either side. */
const MOST_NODES: u32 = 3 * 2 * 7 * 11;

/** The parent of each of `n` nodes that begin at a multiple of the fan-out, counted from 0. */
export function parent_numbers(out: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) setU32(out, i, <u32>i >> SHIFT);
}

/** Nodes on the right flank, the last first. */
const flank = memory.data(7 * 11 * 4);

function emitPiece(out: usize, start: u32, end: u32, levels: usize, numLevels: i32): usize {
  let right: usize = 0;
  let left = start;
  let stop = end;
  let level = 0;
  while (left < stop) {
    const first = u32At(levels, <usize>level);
    const isTop = level + 1 == numLevels;
    while (left < stop && (isTop || (left & (FAN_OUT - 1)) != 0)) {
      store<u32>(out, first + left);
      out += 4;
      left++;
    }
    if (left == stop) break;
    while (left < stop && (stop & (FAN_OUT - 1)) != 0) {
      stop--;
      setU32(flank, right, first + stop);
      right++;
    }
    left >>= SHIFT;
    stop >>= SHIFT;
    level++;
  }
  while (right > 0) {
    right--;
    store<u32>(out, u32At(flank, right));
    out += 4;
  }
  return out;
}

/**
 * The nodes of the frames of rows `first` to `n` - 1 after place `from`, in the order of their rows, and for each node the row (0 to n - 1)
 * that it belongs to. Stops when there is no room for another row's; `next` then holds the row to go on with. The answer is how many.
 */
export function frame_nodes(
  nodes: usize,
  groups: usize,
  capacity: i32,
  next: usize,
  starts: usize,
  ends: usize,
  peerStarts: usize,
  peerEnds: usize,
  exclude: i32,
  from: i32,
  first: i32,
  n: i32,
  levels: usize,
  numLevels: i32,
): i32 {
  const last = nodes + (<usize>(<u32>capacity - MOST_NODES) << 2);
  let out = nodes;
  let row = first;
  for (; row < n && out <= last; row++) {
    cutFrame(<usize>(from + row), starts, ends, peerStarts, peerEnds, exclude);
    const before = out;
    out = emitPiece(out, start0, end0, levels, numLevels);
    out = emitPiece(out, start1, end1, levels, numLevels);
    out = emitPiece(out, start2, end2, levels, numLevels);
    for (let at = before; at < out; at += 4) store<u32>(groups + (at - nodes), row);
  }
  store<i32>(next, row);
  return <i32>((out - nodes) >> 2);
}
