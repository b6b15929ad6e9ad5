import { INVALID_VALUE, OVERFLOW } from '../vector/status';
import { failure, row_counts } from './row';
import { acosd, asind, atand, cosd, cotd, sind, tand } from './math-degrees';

// Functions of one double. Codes are kept equal with src/expression/scalar/math/float-functions.ts. Answers besides those of
// ../vector/status: what is wrong with a logarithm.
const LOG_OF_ZERO: i32 = 8;
const LOG_OF_NEGATIVE: i32 = 9;
const UNDERFLOW: i32 = 10;

const RADIANS_PER_DEGREE: f64 = 0.0174532925199432957692;

function apply(code: i32, x: f64): f64 {
  switch (code) {
    case 0:
      return ceil(x);
    case 1:
      return floor(x);
    case 2:
      return nearest(x);
    case 3:
      return trunc(x);
    case 4:
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    case 5:
      return sqrt(x);
    case 6:
      return Math.cbrt(x);
    case 7:
      return Math.exp(x);
    case 8:
      return Math.log(x);
    case 9:
      return Math.log10(x);
    case 10:
      return x / RADIANS_PER_DEGREE;
    case 11:
      return x * RADIANS_PER_DEGREE;
    case 12:
      return Math.sin(x);
    case 13:
      return Math.cos(x);
    case 14:
      return Math.tan(x);
    case 15:
      return 1 / Math.tan(x);
    case 16:
      return Math.asin(x);
    case 17:
      return Math.acos(x);
    case 18:
      return Math.atan(x);
    case 19:
      return Math.sinh(x);
    case 20:
      return Math.cosh(x);
    case 21:
      return Math.tanh(x);
    case 22:
      return Math.asinh(x);
    case 23:
      return Math.acosh(x);
    case 24:
      return Math.atanh(x);
    case 25:
      return sind(x);
    case 26:
      return cosd(x);
    case 27:
      return tand(x);
    case 28:
      return cotd(x);
    case 29:
      return asind(x);
    case 30:
      return acosd(x);
    default:
      return atand(x);
  }
}

/** What PostgreSQL refuses, 0 for nothing. */
function refuse(code: i32, x: f64, result: f64): i32 {
  if (x != x) return 0;
  switch (code) {
    case 5:
      return x < 0 ? INVALID_VALUE : 0;
    case 8:
    case 9:
      return x == 0 ? LOG_OF_ZERO : x < 0 ? LOG_OF_NEGATIVE : 0;
    case 7:
      if (result == Infinity && x != Infinity) return OVERFLOW;
      return result == 0 && x != -Infinity ? UNDERFLOW : 0;
    case 10:
      return abs(result) == Infinity && abs(x) != Infinity ? OVERFLOW : 0;
    case 12:
    case 13:
    case 14:
    case 15:
    case 25:
    case 26:
    case 27:
    case 28:
      return abs(x) == Infinity ? INVALID_VALUE : 0;
    case 16:
    case 17:
    case 24:
    case 29:
    case 30:
      return x < -1 || x > 1 ? INVALID_VALUE : 0;
    case 23:
      return x < 1 ? INVALID_VALUE : 0;
    default:
      return 0;
  }
}

/** Applies the function `code` to doubles. Fails with INVALID_VALUE, OVERFLOW, or one of the answers above. */
export function math_f64(
  data: usize, stride: usize, validity: usize, rows: usize, code: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const x = load<f64>(data);
    const result = apply(code, x);
    const status = refuse(code, x, result);
    if (status != 0) return failure(i, status);
    store<f64>(out + i * 8, result);
  }
  return 0;
}

/** `atan2(y, x)` in radians, or in degrees. */
export function atan2_f64(
  ys: usize, y_stride: usize, xs: usize, x_stride: usize, rows: usize, degrees: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, ys += y_stride, xs += x_stride) {
    const angle = Math.atan2(load<f64>(ys), load<f64>(xs));
    store<f64>(out + i * 8, degrees ? (angle / Math.atan(1)) * 45 : angle);
  }
}

/** The logarithm of `xs` to the base of `bases`. */
export function log_f64(
  bases: usize, base_stride: usize, xs: usize, x_stride: usize, validity: usize, rows: usize, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, bases += base_stride, xs += x_stride) {
    if (!row_counts(validity, i)) continue;
    const base = load<f64>(bases);
    const x = load<f64>(xs);
    if (base == 0 || x == 0) return failure(i, LOG_OF_ZERO);
    if (base < 0 || x < 0) return failure(i, LOG_OF_NEGATIVE);
    if (base == 1) return failure(i, 2);
    // Exact where the base is one that has a logarithm of its own.
    const result =
      base == 10 ? Math.log10(x) : base == 2 ? Math.log2(x) : Math.log(x) / Math.log(base);
    store<f64>(out + i * 8, result);
  }
  return 0;
}

/**
 * `width_bucket(x, low, high, count)`: 0 below, count + 1 from `high` on; bounds may be in falling order. Fails with INVALID_VALUE for a count below 1,
 * with LOG_OF_ZERO for equal bounds, with LOG_OF_NEGATIVE for NaN or infinite bounds, with OVERFLOW when count + 1 does not fit.
 */
export function width_bucket_f64(
  xs: usize, x_stride: usize, lows: usize, low_stride: usize, highs: usize, high_stride: usize,
  counts: usize, count_stride: usize, validity: usize, rows: usize, out: usize,
): i32 {
  for (
    let i: usize = 0;
    i < rows;
    i++, xs += x_stride, lows += low_stride, highs += high_stride, counts += count_stride
  ) {
    if (!row_counts(validity, i)) continue;
    const x = load<f64>(xs);
    const low = load<f64>(lows);
    const high = load<f64>(highs);
    const count = load<i32>(counts);
    if (count <= 0) return failure(i, INVALID_VALUE);
    if (x != x || !(abs(low) < Infinity) || !(abs(high) < Infinity)) return failure(i, LOG_OF_NEGATIVE);
    if (low == high) return failure(i, LOG_OF_ZERO);
    const rising = low < high;
    let bucket: i64;
    if (rising ? x < low : x > low) bucket = 0;
    else if (rising ? x >= high : x <= high) bucket = <i64>count + 1;
    else {
      bucket = <i64>(<f64>count * ((x - low) / (high - low)));
      // Rounding must not lead out of the last bucket.
      if (bucket >= count) bucket = <i64>count - 1;
      bucket++;
    }
    if (bucket > i32.MAX_VALUE) return failure(i, OVERFLOW);
    store<i32>(out + i * 4, <i32>bucket);
  }
  return 0;
}

