// Series from a start to a stop by a step, both ends included. Arguments come with strides: bytes from one row to the next, 0 for a
// constant. `validity` has a byte a row, or is 0; a row whose byte is 0 has no series. Counts are i64 a row; kernels that count
// answer with 0, or with the number (from 1) of a row whose step is zero or whose start is infinite.
import { divideUnsigned, high, mulWideSigned } from '../expression/int128';
import {
  floor_divide,
  is_infinite,
  LAST_TIMESTAMP,
  FIRST_TIMESTAMP,
  MICROS_PER_DAY,
  move_months,
} from '../function/civil';

/** Steps of months are counted one by one; more of them there are not between the first and the last timestamp. */
const MOST_MONTHS: i64 = 4000000;

// @ts-ignore: decorator
@inline
function loadInteger(at: usize, width: i32): i64 {
  return width == 4 ? <i64>load<i32>(at) : load<i64>(at);
}

// @ts-ignore: decorator
@inline
function countOf(start: i64, stop: i64, step: i64): i64 {
  if (step > 0 ? start > stop : start < stop) return 0;
  const distance = step > 0 ? <u64>stop - <u64>start : <u64>start - <u64>stop;
  const size = step > 0 ? <u64>step : 0 - <u64>step;
  const steps = distance / size;
  return steps >= <u64>i64.MAX_VALUE ? i64.MAX_VALUE : <i64>steps + 1;
}

export function series_counts_integer(
  out: usize,
  start: usize,
  startStride: usize,
  stop: usize,
  stopStride: usize,
  step: usize,
  stepStride: usize,
  validity: usize,
  n: i32,
  width: i32,
): i32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    let count: i64 = 0;
    if (validity == 0 || load<u8>(validity + i) != 0) {
      const by = loadInteger(step + i * stepStride, width);
      if (by == 0) return <i32>i + 1;
      count = countOf(loadInteger(start + i * startStride, width), loadInteger(stop + i * stopStride, width), by);
    }
    store<i64>(out + (i << 3), count);
  }
  return 0;
}

/** The values with these numbers of the series of these rows; `valid` is 0 behind the end of a series. The answer is how many are. */
export function series_values_integer(
  out: usize,
  valid: usize,
  rows: usize,
  numbers: usize,
  n: i32,
  counts: usize,
  start: usize,
  startStride: usize,
  step: usize,
  stepStride: usize,
  width: i32,
): i32 {
  let missing = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = <usize>load<u32>(rows + (i << 2));
    const number = load<i64>(numbers + (i << 3));
    const has = number < load<i64>(counts + (row << 3));
    const value = has
      ? loadInteger(start + row * startStride, width) + number * loadInteger(step + row * stepStride, width)
      : 0;
    if (width == 4) store<i32>(out + (i << 2), <i32>value);
    else store<i64>(out + (i << 3), value);
    store<u8>(valid + i, has ? 1 : 0);
    missing += has ? 0 : 1;
  }
  return missing;
}

// @ts-ignore: decorator
@inline
function less(alo: u64, ahi: u64, blo: u64, bhi: u64): bool {
  return <i64>ahi < <i64>bhi || (ahi == bhi && alo < blo);
}

export function series_counts_i128(
  out: usize,
  start: usize,
  startStride: usize,
  stop: usize,
  stopStride: usize,
  step: usize,
  stepStride: usize,
  validity: usize,
  n: i32,
): i32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    let count: i64 = 0;
    if (validity == 0 || load<u8>(validity + i) != 0) {
      let dlo = load<u64>(step + i * stepStride);
      let dhi = load<u64>(step + i * stepStride, 8);
      if (dlo == 0 && dhi == 0) return <i32>i + 1;
      let alo = load<u64>(start + i * startStride);
      let ahi = load<u64>(start + i * startStride, 8);
      let blo = load<u64>(stop + i * stopStride);
      let bhi = load<u64>(stop + i * stopStride, 8);
      if (<i64>dhi < 0) {
        dhi = 0 - dhi - <u64>(dlo != 0);
        dlo = 0 - dlo;
        const lo = alo;
        const hi = ahi;
        alo = blo;
        ahi = bhi;
        blo = lo;
        bhi = hi;
      }
      if (!less(blo, bhi, alo, ahi)) {
        const steps = divideUnsigned(blo - alo, bhi - ahi - <u64>(blo < alo), dlo, dhi);
        count = high != 0 || <i64>steps < 0 || steps == <u64>i64.MAX_VALUE ? i64.MAX_VALUE : <i64>steps + 1;
      }
    }
    store<i64>(out + (i << 3), count);
  }
  return 0;
}

/** See `series_values_integer`. */
export function series_values_i128(
  out: usize,
  valid: usize,
  rows: usize,
  numbers: usize,
  n: i32,
  counts: usize,
  start: usize,
  startStride: usize,
  step: usize,
  stepStride: usize,
): i32 {
  let missing = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = <usize>load<u32>(rows + (i << 2));
    const number = load<i64>(numbers + (i << 3));
    const has = number < load<i64>(counts + (row << 3));
    let lo: u64 = 0;
    let hi: u64 = 0;
    if (has) {
      const by = step + row * stepStride;
      const from = start + row * startStride;
      // Modulo 2^128; the product is in range because the value is.
      const product = mulWideSigned(number, load<i64>(by));
      let upper = high + <u64>number * load<u64>(by, 8);
      if (load<i64>(by) < 0) upper += <u64>number;
      lo = load<u64>(from) + product;
      hi = load<u64>(from, 8) + upper + <u64>(lo < product);
    }
    store<u64>(out + (i << 4), lo);
    store<u64>(out + (i << 4), hi, 8);
    store<u8>(valid + i, has ? 1 : 0);
    missing += has ? 0 : 1;
  }
  return missing;
}

/** The microseconds of the days and microseconds of an interval. */
// @ts-ignore: decorator
@inline
function microsOf(interval: usize): i64 {
  return <i64>load<i32>(interval, 4) * MICROS_PER_DAY + load<i64>(interval, 8);
}

/** One step on; beyond the range of timestamps the last one or the first one. */
function advance(t: i64, interval: usize): i64 {
  const months = <i64>load<i32>(interval);
  if (months != 0) {
    const day = floor_divide(t, MICROS_PER_DAY);
    t = move_months(day, months) * MICROS_PER_DAY + (t - day * MICROS_PER_DAY);
  }
  return t + microsOf(interval);
}

/** 1 for a step forward, -1 for one back, 0 for none; a month counts 30 days, as where intervals are compared. */
// @ts-ignore: decorator
@inline
function signOf(interval: usize): i32 {
  const days = <i64>load<i32>(interval) * 30 + <i64>load<i32>(interval, 4);
  const micros = load<i64>(interval, 8);
  const whole = days + micros / MICROS_PER_DAY;
  const rest = micros % MICROS_PER_DAY;
  if (whole != 0) return whole > 0 ? 1 : -1;
  return <i32>(rest > 0) - <i32>(rest < 0);
}

export function series_counts_timestamp(
  out: usize,
  start: usize,
  startStride: usize,
  stop: usize,
  stopStride: usize,
  step: usize,
  stepStride: usize,
  validity: usize,
  n: i32,
): i32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    let count: i64 = 0;
    if (validity == 0 || load<u8>(validity + i) != 0) {
      const by = step + i * stepStride;
      const from = load<i64>(start + i * startStride);
      const sign = signOf(by);
      if (sign == 0 || is_infinite(from)) return <i32>i + 1;
      const to = max(FIRST_TIMESTAMP, min(LAST_TIMESTAMP, load<i64>(stop + i * stopStride)));
      if (load<i32>(by) == 0) {
        count = countOf(from, to, microsOf(by));
      } else {
        for (let t = from; sign > 0 ? t <= to : t >= to; t = advance(t, by)) {
          if (++count > MOST_MONTHS) return <i32>i + 1;
        }
      }
    }
    store<i64>(out + (i << 3), count);
  }
  return 0;
}

/**
 * See `series_values_integer`. A step of months goes from one value to the next, so that a day moved back to the end of a short month
 * stays there: `state` has the value given last.
 */
export function series_values_timestamp(
  out: usize,
  valid: usize,
  rows: usize,
  numbers: usize,
  n: i32,
  counts: usize,
  start: usize,
  startStride: usize,
  step: usize,
  stepStride: usize,
  state: usize,
): i32 {
  let missing = 0;
  let last = load<i64>(state);
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = <usize>load<u32>(rows + (i << 2));
    const number = load<i64>(numbers + (i << 3));
    const has = number < load<i64>(counts + (row << 3));
    if (has) {
      const by = step + row * stepStride;
      const from = load<i64>(start + row * startStride);
      if (load<i32>(by) == 0) last = from + number * microsOf(by);
      else last = number == 0 ? from : advance(last, by);
    }
    store<i64>(out + (i << 3), last);
    store<u8>(valid + i, has ? 1 : 0);
    missing += has ? 0 : 1;
  }
  store<i64>(state, last);
  return missing;
}
