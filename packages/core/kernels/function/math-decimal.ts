import { DIVISION_BY_ZERO, OVERFLOW } from '../vector/status';
import {
  divideUnsigned,
  exceedsPrecision,
  high,
  lessUnsigned,
  magnitude,
  mulWide,
  powerOfTen,
  remainderHigh,
  remainderLow,
} from '../expression/int128';
import { failure, row_counts } from './row';

// Decimals are i64 (`width` 8) or i128 (16), unscaled.

let value_low: u64 = 0;
let value_high: u64 = 0;
let negative: bool = false;

/** Reads a decimal as sign and magnitude. */
function load_decimal(at: usize, width: i32): void {
  const low = load<u64>(at);
  const upper = width == 16 ? load<u64>(at, 8) : <u64>(<i64>low >> 63);
  negative = <i64>upper < 0;
  value_low = magnitude(low, upper);
  value_high = high;
}

/** Writes sign and magnitude; false when it has more than `precision` digits. */
function store_decimal(at: usize, width: i32, precision: i32): bool {
  if (exceedsPrecision(value_low, value_high, precision)) return false;
  let low = value_low;
  let upper = value_high;
  if (negative) {
    low = -low;
    upper = ~upper + <u64>(low == 0);
  }
  store<u64>(at, low);
  if (width == 16) store<u64>(at, upper, 8);
  return true;
}

/** Multiplies the magnitude by 10^power; false when it leaves 128 bits. */
function scale_up(power: i32): bool {
  if (power == 0 || (value_low | value_high) == 0) return true;
  if (power > 38) return false;
  // Anything at or above 10^38 / 10^power has too many digits afterwards.
  if (exceedsPrecision(value_low, value_high, 38 - power)) return false;
  const factor = powerOfTen(power);
  const factor_low = load<u64>(factor);
  const low = mulWide(value_low, factor_low);
  value_high = high + value_low * load<u64>(factor, 8) + value_high * factor_low;
  value_low = low;
  return true;
}

export const ROUND = 0;
export const TRUNCATE = 1;
export const FLOOR = 2;
export const CEILING = 3;

/** Divides the magnitude by 10^power, rounded as `mode` says. */
function scale_down(power: i32, mode: i32): void {
  if (power > 38) {
    const rest = (value_low | value_high) != 0;
    value_low = <u64>(rest && ((mode == FLOOR && negative) || (mode == CEILING && !negative)));
    value_high = 0;
    return;
  }
  const divisor = powerOfTen(power);
  const divisor_low = load<u64>(divisor);
  const divisor_high = load<u64>(divisor, 8);
  const low = divideUnsigned(value_low, value_high, divisor_low, divisor_high);
  value_low = low;
  value_high = high;
  let up: bool;
  if (mode == ROUND) {
    // rest >= divisor - rest, without leaving 128 bits.
    const left_low = divisor_low - remainderLow;
    const left_high = divisor_high - remainderHigh - <u64>(divisor_low < remainderLow);
    up = !lessUnsigned(remainderLow, remainderHigh, left_low, left_high);
  } else {
    up = (remainderLow | remainderHigh) != 0 && ((mode == FLOOR && negative) || (mode == CEILING && !negative));
  }
  if (up) {
    value_low++;
    if (value_low == 0) value_high++;
  }
}

/**
 * Decimals of scale `scale` rounded to `digits` (i32 a row) after the point, or before it when negative; the result has the scale `out_scale`.
 * OVERFLOW when it has more than `out_precision` digits.
 */
export function decimal_round(
  data: usize, stride: usize, width: i32, scale: i32, digits: usize, digit_stride: usize, mode: i32,
  validity: usize, rows: usize, out: usize, out_width: i32, out_scale: i32, out_precision: i32,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, digits += digit_stride, out += <usize>out_width) {
    if (!row_counts(validity, i)) continue;
    load_decimal(data, width);
    const wanted = load<i32>(digits);
    let have = scale;
    if (wanted < scale) {
      // Far to the left of the point there is nothing but zero, or one unit.
      const places = max(wanted, -40);
      scale_down(scale - places, mode);
      have = places;
    }
    if (have > out_scale) {
      scale_down(have - out_scale, TRUNCATE);
      have = out_scale;
    }
    if (!scale_up(out_scale - have) || !store_decimal(out, out_width, out_precision)) return failure(i, OVERFLOW);
  }
  return 0;
}

/** -1, 0 or 1 as i64. */
export function decimal_sign(data: usize, stride: usize, width: i32, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    load_decimal(data, width);
    store<i64>(out + i * 8, negative ? -1 : (value_low | value_high) != 0 ? 1 : 0);
  }
}

/** The whole part of a quotient of decimals, as i128. DIVISION_BY_ZERO, or OVERFLOW when the scales differ too much. */
export function decimal_div(
  data: usize, stride: usize, width: i32, scale: i32, divisors: usize, divisor_stride: usize, divisor_width: i32,
  divisor_scale: i32, validity: usize, rows: usize, out: usize, out_width: i32, out_precision: i32,
): i32 {
  const common = max(scale, divisor_scale);
  for (let i: usize = 0; i < rows; i++, data += stride, divisors += divisor_stride, out += <usize>out_width) {
    if (!row_counts(validity, i)) continue;
    load_decimal(divisors, divisor_width);
    if ((value_low | value_high) == 0) return failure(i, DIVISION_BY_ZERO);
    if (!scale_up(common - divisor_scale)) return failure(i, OVERFLOW);
    const divisor_low = value_low;
    const divisor_high = value_high;
    const divisor_negative = negative;
    load_decimal(data, width);
    if (!scale_up(common - scale)) return failure(i, OVERFLOW);
    const low = divideUnsigned(value_low, value_high, divisor_low, divisor_high);
    value_low = low;
    value_high = high;
    negative = negative != divisor_negative;
    if (!store_decimal(out, out_width, out_precision)) return failure(i, OVERFLOW);
  }
  return 0;
}

/** The fewest digits after the point that hold each decimal, as i32. */
export function decimal_min_scale(data: usize, stride: usize, width: i32, scale: i32, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    load_decimal(data, width);
    let digits = scale;
    while (digits > 0) {
      const low = divideUnsigned(value_low, value_high, 10, 0);
      if (remainderLow != 0) break;
      value_low = low;
      value_high = high;
      digits--;
    }
    store<i32>(out + i * 4, digits);
  }
}
