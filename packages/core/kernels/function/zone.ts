import { is_infinite, MICROS_PER_DAY, MICROS_PER_SECOND } from './civil';
import { row_counts } from './row';

// A time zone is a list of transitions: `starts` (i64 microseconds UTC, ascending, the first is i64.MIN_VALUE) and `offsets`
// (i32 seconds east of Greenwich) that hold from each start on. src/expression/scalar/datetime/time-zone.ts makes the list.

// The list ends in 2437. The Gregorian calendar repeats itself every 400 years, and so do the rules of zones from 2037 on.
const CYCLE: i64 = 146097 * MICROS_PER_DAY;
/** 2437-01-01. */
const LIST_END: i64 = 170569 * MICROS_PER_DAY;

/** The same time of an earlier cycle, when `micros` lies after the list. */
@inline
function fold(micros: i64): i64 {
  return micros < LIST_END ? micros : micros - ((micros - LIST_END) / CYCLE + 1) * CYCLE;
}

/** The transition in force at `utc`. */
function transition_at(utc: i64, starts: usize, num_starts: i32): i32 {
  let low = 0;
  let high = num_starts;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<i64>(starts + <usize>middle * 8) <= utc) low = middle;
    else high = middle;
  }
  return low;
}

/** Offset in seconds at `utc`. */
export function offset_at(utc: i64, starts: usize, offsets: usize, num_starts: i32): i64 {
  if (num_starts == 1) return load<i32>(offsets);
  return load<i32>(offsets + <usize>transition_at(fold(utc), starts, num_starts) * 4);
}

/** UTC to local time. */
export function utc_to_local(utc: i64, starts: usize, offsets: usize, num_starts: i32): i64 {
  if (is_infinite(utc)) return utc;
  return utc + offset_at(utc, starts, offsets, num_starts) * MICROS_PER_SECOND;
}

/**
 * Local time to UTC. As in PostgreSQL, a time that a change leaves out counts by the offset before the change, and one that
 * it repeats by the offset after: either way the new offset holds from its own local start on.
 */
export function local_to_utc(local: i64, starts: usize, offsets: usize, num_starts: i32): i64 {
  if (is_infinite(local)) return local;
  const folded = fold(local);
  let low = 0;
  let high = num_starts;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const start = load<i64>(starts + <usize>middle * 8) + load<i32>(offsets + <usize>middle * 4) * MICROS_PER_SECOND;
    if (start <= folded) low = middle;
    else high = middle;
  }
  return local - load<i32>(offsets + <usize>low * 4) * MICROS_PER_SECOND;
}

/** Timestamps UTC to local ones; with `out_offsets` not 0 also the offsets in seconds (i32). */
export function zone_utc_to_local(
  data: usize, stride: usize, rows: usize, starts: usize, offsets: usize, num_starts: i32, out: usize, out_offsets: usize,
): void {
  let at = 0;
  let from = i64.MAX_VALUE;
  let to = i64.MIN_VALUE;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const utc = load<i64>(data);
    const folded = fold(utc);
    // Rows that lie near each other mostly lie between the same transitions.
    if (folded < from || folded >= to) {
      at = transition_at(folded, starts, num_starts);
      from = load<i64>(starts + <usize>at * 8);
      to = at + 1 < num_starts ? load<i64>(starts + <usize>(at + 1) * 8) : i64.MAX_VALUE;
    }
    const offset = load<i32>(offsets + <usize>at * 4);
    store<i64>(out + i * 8, is_infinite(utc) ? utc : utc + <i64>offset * MICROS_PER_SECOND);
    if (out_offsets != 0) store<i32>(out_offsets + i * 4, offset);
  }
}

/** Local timestamps to UTC. */
export function zone_local_to_utc(
  data: usize, stride: usize, rows: usize, starts: usize, offsets: usize, num_starts: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    store<i64>(out + i * 8, local_to_utc(load<i64>(data), starts, offsets, num_starts));
  }
}

/** The smallest (`which` 0) or largest finite timestamp, rounded down to days since 1970-01-01; 0 when there is none. */
export function timestamp_extreme_day(data: usize, stride: usize, validity: usize, rows: usize, which: i32): i32 {
  let lowest = i64.MAX_VALUE;
  let highest = i64.MIN_VALUE;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const v = load<i64>(data);
    if (is_infinite(v)) continue;
    lowest = min(lowest, v);
    highest = max(highest, v);
  }
  if (lowest > highest) return 0;
  const extreme = which ? highest : lowest;
  return <i32>(extreme / 86400000000) - (extreme < 0 ? 1 : 0);
}

/** offset / divisor % modulus of offsets (i32), as i64. */
export function offset_parts(offsets: usize, rows: usize, divisor: i32, modulus: i32, out: usize): void {
  for (let i: usize = 0; i < rows; i++) store<i64>(out + i * 8, (load<i32>(offsets + i * 4) / divisor) % modulus);
}
