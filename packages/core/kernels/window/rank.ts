// Functions of a row's place in its partition, for `n` rows from place `from` on.
import { INVALID_VALUE, OK } from '../vector/status';
import { isSet, rowOf, u32At } from './place';

/** `out` (i64) = places[i] - starts[i] + 1; with `places` 0 the row's own place. */
export function places_from(out: usize, places: usize, starts: usize, from: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    store<i64>(out + (i << 3), <i64>rowOf(places, place) - <i64>u32At(starts, place) + 1);
  }
}

/** `out` (i64) = numbers[i] + 1. */
export function dense_ranks(out: usize, numbers: usize, from: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<i64>(out + (i << 3), <i64>u32At(numbers, <usize>from + i) + 1);
  }
}

/** (rank - 1) / (rows of the partition - 1), 0 for a single row. */
export function percent_ranks(out: usize, peerStarts: usize, starts: usize, ends: usize, from: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    const start = u32At(starts, place);
    const others = u32At(ends, place) - start - 1;
    const before = u32At(peerStarts, place) - start;
    store<f64>(out + (i << 3), others == 0 ? 0 : <f64>before / <f64>others);
  }
}

/** The share of the partition's rows that do not come after the peers of each row. */
export function cumulative_shares(out: usize, peerEnds: usize, starts: usize, ends: usize, from: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    const start = u32At(starts, place);
    store<f64>(out + (i << 3), <f64>(u32At(peerEnds, place) - start) / <f64>(u32At(ends, place) - start));
  }
}

/**
 * The bucket (i32) of each row when its partition is cut into as many as the argument (i32) says in the partition's first row; null where
 * it is null there. With `isConstant` there is one argument. `INVALID_VALUE` for less than 1.
 */
export function buckets(
  out: usize,
  outValidity: usize,
  starts: usize,
  ends: usize,
  from: i32,
  n: i32,
  rows: usize,
  counts: usize,
  validity: usize,
  isConstant: i32,
): i32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = <usize>from + i;
    const start = u32At(starts, place);
    const row = isConstant ? <usize>0 : rowOf(rows, <usize>start);
    const known = isSet(validity, row);
    store<u8>(outValidity + i, <u8>known);
    store<i32>(out + (i << 2), 0);
    if (!known) continue;
    const count = load<i32>(counts + (row << 2));
    if (count < 1) return INVALID_VALUE;
    const size = u32At(ends, place) - start;
    const least = size / <u32>count;
    const numLarger = size % <u32>count;
    const inLarger = numLarger * (least + 1);
    const index = <u32>place - start;
    const bucket = index < inLarger ? index / (least + 1) : numLarger + (index - inLarger) / least;
    store<i32>(out + (i << 2), <i32>bucket + 1);
  }
  return OK;
}
