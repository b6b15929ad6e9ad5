// Results of exact sums and means.
import {
  divideUnsigned,
  exceedsPrecision,
  high,
  magnitude,
  multiplySigned,
  powerOfTen,
  productHigh,
  productLow,
  remainderLow,
} from '../expression/int128';
import { OK, OVERFLOW } from '../vector/status';

const MAX_PRECISION: i32 = 38;

// @ts-ignore: decorator
@inline
function tooWide(lo: u64, hi: u64): bool {
  const low = magnitude(lo, hi);
  return exceedsPrecision(low, high, MAX_PRECISION);
}

/** `OVERFLOW` when one of `n` i128, of those that `validity` lets count, has more than 38 digits. */
export function check_decimal_38(values: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) continue;
    const at = values + (<usize>i << 4);
    if (tooWide(load<u64>(at), load<u64>(at, 8))) return OVERFLOW;
  }
  return OK;
}

/**
 * `out = sum * 10^shift / count`, rounded half away from zero, for i128 sums and i64 counts; 0 where the count is 0. With
 * `shift` at most 19 only the result itself can overflow.
 */
export function mean_i128(out: usize, sums: usize, counts: usize, n: i32, shift: i32): i32 {
  const power = powerOfTen(shift);
  for (let i = 0; i < n; i++) {
    const to = out + (<usize>i << 4);
    const count = load<u64>(counts + (<usize>i << 3));
    if (count == 0) {
      store<u64>(to, 0);
      store<u64>(to, 0, 8);
      continue;
    }
    const from = sums + (<usize>i << 4);
    const negative = load<i64>(from, 8) < 0;
    const sumLow = magnitude(load<u64>(from), load<u64>(from, 8));
    const sumHigh = high;
    // sum = whole * count + rest, so sum * p / count = whole * p + rest * p / count, and rest * p fits 128 bits.
    const wholeLow = divideUnsigned(sumLow, sumHigh, count, 0);
    const wholeHigh = high;
    const rest = remainderLow;
    if (!multiplySigned(wholeLow, wholeHigh, load<u64>(power), load<u64>(power, 8))) return OVERFLOW;
    let low = productLow;
    let upper = productHigh;
    multiplySigned(rest, 0, load<u64>(power), load<u64>(power, 8));
    let part = divideUnsigned(productLow, productHigh, count, 0);
    // Twice the remainder at least the count, without overflow; the part is below 10^shift, so 64 bits hold it.
    if (remainderLow >= count - remainderLow) part++;
    low += part;
    upper += <u64>(low < part);
    if (exceedsPrecision(low, upper, MAX_PRECISION)) return OVERFLOW;
    if (negative) {
      store<u64>(to, 0 - low);
      store<u64>(to, 0 - upper - <u64>(low != 0), 8);
    } else {
      store<u64>(to, low);
      store<u64>(to, upper, 8);
    }
  }
  return OK;
}

/** `out = sum / count`; 0 where the count is 0. */
export function mean_f64(out: usize, sums: usize, counts: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const count = load<i64>(counts + (<usize>i << 3));
    store<f64>(out + (<usize>i << 3), count == 0 ? 0 : load<f64>(sums + (<usize>i << 3)) / <f64>count);
  }
}

/** `n` f64, each rounded to what 32 bits can hold. */
export function round_f64_to_f32(values: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = values + (<usize>i << 3);
    store<f64>(at, <f64>(<f32>load<f64>(at)));
  }
}

/** Counts (i64) as f64. */
export function counts_to_f64(out: usize, counts: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), <f64>load<i64>(counts + (<usize>i << 3)));
}
