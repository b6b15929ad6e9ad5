// Conversions from and to floats. Rows whose `validity` byte is 0 never fail. A row that fails clears its byte of `failures`,
// or, when that is 0, ends the kernel with OVERFLOW.
import { OK, OVERFLOW } from '../vector/status';
import { divideUnsigned, exceedsPrecision, high, magnitude, mulWide, powerOfTen, remainderHigh, remainderLow } from './int128';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

/** float64 of 32-bit integers; each is exact. May write 8 bytes past the end. */
export function f64_from_i32(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) {
    v128.store(out + (<usize>i << 3), f64x2.convert_low_i32x4_s(v128.load64_zero(a + (<usize>i << 2))));
  }
}

/** Nearest float64 of 64-bit integers, or, with `narrow`, nearest float32. */
export function f64_from_i64(out: usize, a: usize, n: i32, narrow: i32): void {
  for (let i = 0; i < n; i++) {
    const x = load<i64>(a + (<usize>i << 3));
    store<f64>(out + (<usize>i << 3), narrow ? <f64>(<f32>x) : <f64>x);
  }
}

/** 2^53: float64 holds every integer of at most this magnitude. */
const EXACT: u64 = 9007199254740992;

/** Floats hold powers of ten up to 10^22 exactly. */
const EXACT_POWERS: i32 = 22;

const POWERS: usize = memory.data(23 * 8, 8);

let power: f64 = 1;
for (let k: usize = 0; k < 23; k++) {
  store<f64>(POWERS + (k << 3), power);
  power *= 10;
}

/** The float64 nearest to `mantissa * 2^exponent`, a bit below the last marking that something non-zero was cut off. */
function composeFloat(mantissa: u64, exponent: i32): f64 {
  // At most 64 bits with a sticky one: one rounding to 53 bits; the powers of two are exact in the range of decimals.
  return <f64>mantissa * reinterpret<f64>(<u64>(1023 + exponent) << 52);
}

/** Nearest float64 of `magnitude / 10^scale`. */
function quotientFloat(lo: u64, hi: u64, scale: i32): f64 {
  if (hi == 0 && lo <= EXACT && scale <= EXACT_POWERS) return <f64>lo / load<f64>(POWERS + (<usize>scale << 3));
  const divisor = powerOfTen(scale);
  const dl = load<u64>(divisor);
  const dh = load<u64>(divisor, 8);
  let ql = divideUnsigned(lo, hi, dl, dh);
  let qh = high;
  let rl = remainderLow;
  let rh = remainderHigh;
  let exponent = 0;
  if (qh != 0) {
    // Wider than 64 bits: keep the leading 64, the last of them sticky.
    const shift = <i32>(64 - clz(qh));
    const lost = (ql << (64 - shift)) | rl | rh;
    ql = (qh << (64 - shift)) | (ql >> shift) | <u64>(lost != 0);
    return composeFloat(ql, shift);
  }
  // Narrower than 55 bits: append bits of the quotient until rounding to 53 is decided.
  while (ql >> 55 == 0 && (rl | rh) != 0) {
    rh = (rh << 1) | (rl >> 63);
    rl <<= 1;
    ql <<= 1;
    exponent--;
    if (rh > dh || (rh == dh && rl >= dl)) {
      rh -= dh + <u64>(rl < dl);
      rl -= dl;
      ql |= 1;
    }
  }
  return composeFloat(ql | <u64>((rl | rh) != 0), exponent);
}

/** Nearest float of decimals: `a` (8 or 16 bytes wide) over 10^scale; with `narrow`, rounded to float32. */
export function f64_from_decimal(out: usize, a: usize, n: i32, width: i32, scale: i32, narrow: i32): void {
  for (let i = 0; i < n; i++) {
    let r: f64;
    let negative: bool;
    if (width == 8) {
      const x = load<i64>(a + (<usize>i << 3));
      negative = x < 0;
      r = quotientFloat(negative ? <u64>(0 - x) : <u64>x, 0, scale);
    } else {
      const hi = load<u64>(a + (<usize>i << 4), 8);
      negative = <i64>hi < 0;
      const lo = magnitude(load<u64>(a + (<usize>i << 4)), hi);
      r = quotientFloat(lo, high, scale);
    }
    if (negative) r = -r;
    store<f64>(out + (<usize>i << 3), narrow ? <f64>(<f32>r) : r);
  }
}

/** float64 to float32 precision; finite values that become infinite or 0 fail. */
export function f64_narrow(out: usize, a: usize, validity: usize, n: i32, failures: usize): i32 {
  for (let i = 0; i < n; i++) {
    const x = load<f64>(a + (<usize>i << 3));
    const r = <f64>(<f32>x);
    store<f64>(out + (<usize>i << 3), r);
    if ((abs(r) == Infinity && abs(x) != Infinity) || (r == 0 && x != 0)) {
      if (isNull(validity, i)) continue;
      if (failures == 0) return OVERFLOW;
      store<u8>(failures + i, 0);
    }
  }
  return OK;
}

/**
 * Integers (4, 8 or 16 bytes wide; those of 16 are unsigned 64-bit numbers), halves rounded to even; `least <= r < limit` or
 * the row fails, as do NaN and the infinities.
 */
export function f64_to_integer(out: usize, a: usize, validity: usize, n: i32, width: i32, least: f64, limit: f64, failures: usize): i32 {
  for (let i = 0; i < n; i++) {
    let r = nearest(load<f64>(a + (<usize>i << 3)));
    if (!(r >= least && r < limit)) {
      if (!isNull(validity, i)) {
        if (failures == 0) return OVERFLOW;
        store<u8>(failures + i, 0);
      }
      r = 0;
    }
    if (width == 4) {
      store<i32>(out + (<usize>i << 2), <i32>r);
    } else if (width == 8) {
      store<i64>(out + (<usize>i << 3), <i64>r);
    } else {
      store<u64>(out + (<usize>i << 4), <u64>r);
      store<u64>(out + (<usize>i << 4), 0, 8);
    }
  }
  return OK;
}

/** Five 64-bit limbs, least significant first. */
const LIMBS: usize = memory.data(40, 16);

function multiplyLimbs(factor: u64): void {
  let carry: u64 = 0;
  for (let limb: usize = 0; limb < 40; limb += 8) {
    const lo = mulWide(load<u64>(LIMBS + limb), factor);
    const sum = lo + carry;
    carry = high + <u64>(sum < lo);
    store<u64>(LIMBS + limb, sum);
  }
}

/** `mantissa * 2^-shift * 10^k` as an integer, halves to even; the result is known to fit 64 bits. `k` is 0 to 56. */
function scaledMantissa(mantissa: u64, shift: i32, k: i32): u64 {
  memory.fill(LIMBS, 0, 40);
  store<u64>(LIMBS, mantissa);
  for (; k >= 18; k -= 18) multiplyLimbs(1000000000000000000);
  if (k > 0) multiplyLimbs(load<u64>(powerOfTen(k)));
  if (shift <= 0) return load<u64>(LIMBS) << <u64>-shift;
  if (shift >= 320) return 0;
  // The bits below the binary point: their first one is the half, the others break the tie.
  const half = <usize>(shift - 1);
  let below: u64 = 0;
  for (let limb: usize = 0; limb < half >> 6; limb++) below |= load<u64>(LIMBS + (limb << 3));
  const word = load<u64>(LIMBS + ((half >> 6) << 3));
  const bit = half & 63;
  below |= word & (((<u64>1) << bit) - 1);
  const isHalf = (word >> bit) & 1;
  const first = <usize>shift >> 6;
  const offset = <u64>shift & 63;
  let r = first < 5 ? load<u64>(LIMBS + (first << 3)) >> offset : 0;
  if (offset != 0 && first + 1 < 5) r |= load<u64>(LIMBS + ((first + 1) << 3)) << (64 - offset);
  return r + (isHalf & (<u64>(below != 0) | (r & 1)));
}

/**
 * Decimals (8 or 16 bytes wide), as PostgreSQL makes them: the value's first `digits` significant digits (15 for float64, 6
 * for float32), then rounded to `scale`, halves away from zero. More than `precision` digits fail, as do NaN and infinities.
 */
export function f64_to_decimal(out: usize, a: usize, validity: usize, n: i32, width: i32, digits: i32, precision: i32, scale: i32, failures: usize): i32 {
  const limit = load<u64>(powerOfTen(digits));
  for (let i = 0; i < n; i++) {
    const x = load<f64>(a + (<usize>i << 3));
    let ql: u64 = 0;
    let qh: u64 = 0;
    let ok = true;
    if (!isNull(validity, i) && x != 0) {
      ok = abs(x) < 1e39;
      if (ok && abs(x) >= 1e-40) {
        const bits = reinterpret<u64>(x) & 0x7fffffffffffffff;
        const shift = 1075 - <i32>(bits >> 52);
        const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
        // Digits before the point, by the logarithm; one too few shows in the result having one digit too many.
        let before = <i32>Math.floor(Math.log10(abs(x))) + 1;
        let significant: u64 = 0;
        for (let attempt = 0; attempt < 3; attempt++) {
          const k = digits - before;
          if (k >= 0) {
            significant = scaledMantissa(mantissa, shift, k);
          } else {
            significant = integerDigits(mantissa, shift, -k);
          }
          if (significant >= limit && significant != limit) before++;
          else if (significant == limit) {
            significant /= 10;
            before++;
            break;
          } else if (significant < limit / 10) before--;
          else break;
        }
        // x = significant * 10^(before - digits), wanted times 10^scale.
        const delta = before - digits + scale;
        if (delta >= 0) {
          ok = delta <= 38;
          if (ok) {
            const factor = powerOfTen(delta);
            ql = mulWide(significant, load<u64>(factor));
            qh = high;
            const cross = mulWide(significant, load<u64>(factor, 8));
            ok = high == 0;
            qh += cross;
            ok = ok && qh >= cross;
          }
        } else if (delta >= -18) {
          const divisor = load<u64>(powerOfTen(-delta));
          ql = significant / divisor;
          if (significant - ql * divisor >= divisor - (significant - ql * divisor)) ql++;
        }
        ok = ok && !exceedsPrecision(ql, qh, precision);
        if (x < 0) {
          qh = 0 - qh - <u64>(ql != 0);
          ql = 0 - ql;
        }
      }
    }
    if (!ok) {
      if (failures == 0) return OVERFLOW;
      store<u8>(failures + i, 0);
      ql = 0;
      qh = 0;
    }
    if (width == 8) {
      store<u64>(out + (<usize>i << 3), ql);
    } else {
      store<u64>(out + (<usize>i << 4), ql);
      store<u64>(out + (<usize>i << 4), qh, 8);
    }
  }
  return OK;
}

/** `mantissa * 2^-shift / 10^k` as an integer, halves to even, for values of less than 2^130 and a quotient that fits 64 bits. */
function integerDigits(mantissa: u64, shift: i32, k: i32): u64 {
  const divisor = powerOfTen(k);
  const dl = load<u64>(divisor);
  const dh = load<u64>(divisor, 8);
  let lo = mantissa;
  let hi: u64 = 0;
  let cut: u64 = 0;
  if (shift > 0) {
    cut = shift < 64 ? mantissa & (((<u64>1) << shift) - 1) : mantissa;
    lo = shift < 64 ? mantissa >> shift : 0;
  } else if (shift < 0) {
    const left = -shift;
    hi = left >= 64 ? mantissa << (left - 64) : mantissa >> (64 - left);
    lo = left >= 64 ? 0 : mantissa << left;
  }
  const quotient = divideUnsigned(lo, hi, dl, dh);
  const restLow = dl - remainderLow;
  const restHigh = dh - remainderHigh - <u64>(dl < remainderLow);
  const above = remainderHigh > restHigh || (remainderHigh == restHigh && remainderLow > restLow);
  const equal = remainderHigh == restHigh && remainderLow == restLow;
  return quotient + <u64>(above || (equal && (cut != 0 || (quotient & 1) != 0)));
}
