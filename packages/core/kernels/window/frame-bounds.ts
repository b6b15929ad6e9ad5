// Where frames begin and end (exclusive), by place, within the partition from `partStarts` to `partEnds`.
import { orderValues } from '../operator/sort-order';
import { isSet, rowOf, setU32, u32At } from './place';

const KIND_F64: u32 = 3;
const DESCENDING: u32 = 1;
const NULLS_FIRST: u32 = 2;

/** More rows than there can be. */
const BEYOND: f64 = 1e12;

// @ts-ignore: decorator
@inline
function shiftOf(delta: f64, isEnd: i32): i64 {
  return <i64>max(-BEYOND, min(BEYOND, delta)) + <i64>isEnd;
}

/** ROWS: `delta` rows from the current one, less than 0 for preceding ones. With `isEnd` the place behind that row. */
export function frame_rows(out: usize, partStarts: usize, partEnds: usize, n: i32, delta: f64, isEnd: i32): void {
  const shift = shiftOf(delta, isEnd);
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <i64>i + shift;
    const least = <i64>u32At(partStarts, i);
    const most = <i64>u32At(partEnds, i);
    setU32(out, i, <u32>max(least, min(most, place)));
  }
}

/** GROUPS: `delta` groups of peers from that of the current row. `numbers` are those of the groups in their partition. */
export function frame_groups(
  out: usize,
  numbers: usize,
  peerEnds: usize,
  partStarts: usize,
  partEnds: usize,
  n: i32,
  delta: f64,
  isEnd: i32,
): void {
  const shift = shiftOf(delta, isEnd);
  let place: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) place = <u32>i;
    const wanted = <i64>u32At(numbers, i) + shift;
    const end = u32At(partEnds, i);
    while (place < end && <i64>u32At(numbers, place) < wanted) place = u32At(peerEnds, place);
    setU32(out, i, place);
  }
}

/**
 * RANGE with a distance: the first row of the partition whose key does not come before the current row's limit; with `isEnd` the first
 * one whose key comes after it. `key` and `limit` are keys as in `kernels/operator/sort-order.ts`, by row number. Bounds only move forward within a
 * partition, as PostgreSQL's do.
 */
export function frame_range(
  out: usize,
  rows: usize,
  partStarts: usize,
  partEnds: usize,
  n: i32,
  key: usize,
  limit: usize,
  isEnd: i32,
): void {
  const keys = <usize>load<u32>(key);
  const keyValidity = <usize>load<u32>(key, 4);
  const kind = load<u32>(key, 8);
  const flags = load<u32>(key, 12);
  const limits = <usize>load<u32>(limit);
  const nullsFirst = (flags & NULLS_FIRST) != 0;
  let place: usize = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) place = i;
    const end = <usize>u32At(partEnds, i);
    const row = rowOf(rows, i);
    const isNull = !isSet(keyValidity, row);
    // The distance from an infinite key to itself by an infinite step is not a number: then every row is within it.
    const isUnbounded =
      kind == KIND_F64 && !isNull && isNaN(load<f64>(limits + (row << 3))) && !isNaN(load<f64>(keys + (row << 3)));
    for (; place < end; place++) {
      const other = rowOf(rows, place);
      const otherIsNull = !isSet(keyValidity, other);
      let stops: bool;
      if (isNull || otherIsNull) {
        if (isEnd) stops = nullsFirst ? !otherIsNull : !isNull;
        else stops = nullsFirst ? !otherIsNull || isNull : otherIsNull || !isNull;
      } else if (isUnbounded) {
        // NaN comes after infinity, and so is within the limit from one side only.
        const isWithin =
          !isNaN(load<f64>(keys + (other << 3))) || (isEnd != 0) == ((flags & DESCENDING) != 0);
        stops = isEnd ? !isWithin : isWithin;
      } else {
        const order = orderValues(kind, keys, other, limits, row);
        const after = (flags & DESCENDING) != 0 ? -order : order;
        stops = isEnd ? after > 0 : after >= 0;
      }
      if (stops) break;
    }
    setU32(out, i, <u32>place);
  }
}
