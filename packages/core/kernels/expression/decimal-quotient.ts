// Quotients and remainders of decimals as unscaled 128-bit integers. `_vv` takes two vectors; in `_vc` the second, in `_cv` the first
// operand is the address of one value. Rows whose `validity` byte is 0 never fail. The answer is a status.
import { DIVISION_BY_ZERO, OK, OVERFLOW } from '../vector/status';
import {
  divideUnsigned,
  high,
  magnitude,
  multiplySigned,
  powerOfTen,
  productHigh,
  productLow,
  remainderHigh,
  remainderLow,
} from './int128';
import { divideLimbs, divideProduct, LIMBS, multiplyIntoLimbs, quotientHigh, quotientLow } from './wide-product';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

/** `a * 10^k / b`, rounded half away from zero, or truncated when `rounded` is 0. */
@inline
function divide(out: usize, a: usize, b: usize, validity: usize, n: i32, k: i32, rounded: i32, ac: bool, bc: bool): i32 {
  const factor = powerOfTen(k);
  const fl = load<u64>(factor);
  const fh = load<u64>(factor, 8);
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    if (isNull(validity, i)) {
      store<u64>(out + at, 0);
      store<u64>(out + at, 0, 8);
      continue;
    }
    const p = ac ? a : a + at;
    const q = bc ? b : b + at;
    const ahi = load<u64>(p, 8);
    const bhi = load<u64>(q, 8);
    const bl = magnitude(load<u64>(q), bhi);
    const bh = high;
    if ((bl | bh) == 0) return DIVISION_BY_ZERO;
    const al = magnitude(load<u64>(p), ahi);
    const ah = high;
    if (!divideProduct(al, ah, fl, fh, bl, bh, <i64>(ahi ^ bhi) < 0, rounded != 0)) return OVERFLOW;
    store<u64>(out + at, quotientLow);
    store<u64>(out + at, quotientHigh, 8);
  }
  return OK;
}

export function div_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, k: i32, rounded: i32): i32 {
  return divide(out, a, b, validity, n, k, rounded, false, false);
}
export function div_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, k: i32, rounded: i32): i32 {
  return divide(out, a, b, validity, n, k, rounded, false, true);
}
export function div_i128_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, k: i32, rounded: i32): i32 {
  return divide(out, a, b, validity, n, k, rounded, true, false);
}

/** Leaves the remainder of the unsigned `a * 10^k` by `d`. */
function remainderOfProduct(al: u64, ah: u64, k: i32, dl: u64, dh: u64): void {
  if (k == 0) {
    divideUnsigned(al, ah, dl, dh);
    return;
  }
  const factor = powerOfTen(k);
  multiplyIntoLimbs(al, ah, load<u64>(factor), load<u64>(factor, 8));
  divideUnsigned(load<u64>(LIMBS, 16), load<u64>(LIMBS, 24), dl, dh);
  store<u64>(LIMBS, remainderLow, 16);
  store<u64>(LIMBS, remainderHigh, 24);
  divideLimbs(dl, dh);
}

/**
 * Remainder of the truncated quotient of `a * 10^aShift` by `b * 10^bShift` (one of the shifts is 0), with the sign of the
 * dividend.
 */
@inline
function remainder(out: usize, a: usize, b: usize, validity: usize, n: i32, aShift: i32, bShift: i32, ac: bool, bc: bool): i32 {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    let lo: u64 = 0;
    let hi: u64 = 0;
    if (!isNull(validity, i)) {
      const p = ac ? a : a + at;
      const q = bc ? b : b + at;
      let bl = magnitude(load<u64>(q), load<u64>(q, 8));
      let bh = high;
      if ((bl | bh) == 0) return DIVISION_BY_ZERO;
      const ahi = load<u64>(p, 8);
      lo = magnitude(load<u64>(p), ahi);
      hi = high;
      let isInRange = true;
      if (bShift != 0) {
        // A divisor beyond 128 bits is greater than every dividend, which is then the remainder.
        const factor = powerOfTen(bShift);
        isInRange = multiplySigned(bl, bh, load<u64>(factor), load<u64>(factor, 8));
        bl = productLow;
        bh = productHigh;
      }
      if (isInRange) {
        remainderOfProduct(lo, hi, aShift, bl, bh);
        lo = remainderLow;
        hi = remainderHigh;
      }
      if (<i64>ahi < 0) {
        hi = 0 - hi - <u64>(lo != 0);
        lo = 0 - lo;
      }
    }
    store<u64>(out + at, lo);
    store<u64>(out + at, hi, 8);
  }
  return OK;
}

export function mod_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, aShift: i32, bShift: i32): i32 {
  return remainder(out, a, b, validity, n, aShift, bShift, false, false);
}
export function mod_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, aShift: i32, bShift: i32): i32 {
  return remainder(out, a, b, validity, n, aShift, bShift, false, true);
}
export function mod_i128_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, aShift: i32, bShift: i32): i32 {
  return remainder(out, a, b, validity, n, aShift, bShift, true, false);
}

