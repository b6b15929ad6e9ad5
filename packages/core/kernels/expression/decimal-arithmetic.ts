// Decimal arithmetic on unscaled 128-bit integers (64-bit decimals of one scale are added and subtracted as integers). `_vv`
// takes two vectors; in `_vc` the second, in `_cv` the first operand is the address of one value. Rows whose `validity` byte is
// 0 never fail. The answer is a status.
import { DIVISION_BY_ZERO, OK, OVERFLOW } from '../vector/status';
import {
  divideUnsigned,
  exceedsPrecision,
  high,
  magnitude,
  multiplySigned,
  mulWide,
  mulWideSigned,
  powerOfTen,
  productHigh,
  productLow,
  remainderHigh,
  remainderLow,
} from './int128';
import { magnitudeBits, productFits, wideMagnitudeBits } from './magnitude-bits';

/** No decimal has more digits. */
const MAX_PRECISION: i32 = 38;

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

@inline
function tooWide(lo: u64, hi: u64): bool {
  const l = magnitude(lo, hi);
  return exceedsPrecision(l, high, MAX_PRECISION);
}

/** Sums and differences; `checked` 0 where the type's digits prove that no sum is too wide. */
@inline
function addSub(subtract: bool, out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32, ac: bool, bc: bool): i32 {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    const p = ac ? a : a + at;
    const q = bc ? b : b + at;
    const al = load<u64>(p);
    const ah = load<u64>(p, 8);
    const bl = load<u64>(q);
    const bh = load<u64>(q, 8);
    const lo = subtract ? al - bl : al + bl;
    const hi = subtract ? ah - bh - <u64>(al < bl) : ah + bh + <u64>(lo < al);
    store<u64>(out + at, lo);
    store<u64>(out + at, hi, 8);
    if (checked) {
      const wrapped = subtract ? <i64>((ah ^ bh) & (ah ^ hi)) < 0 : <i64>((ah ^ hi) & (bh ^ hi)) < 0;
      if ((wrapped || tooWide(lo, hi)) && !isNull(validity, i)) return OVERFLOW;
    }
  }
  return OK;
}

export function add_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(false, out, a, b, validity, n, checked, false, false);
}
export function add_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(false, out, a, b, validity, n, checked, false, true);
}
export function sub_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, false, false);
}
export function sub_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, false, true);
}
export function sub_i128_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, true, false);
}

@inline
function bitsOf(x: i64): i64 {
  return 64 - clz(x ^ (x >> 63));
}

/** Two products that fit 64 bits, as 128-bit numbers. */
@inline
function storeProducts(out: usize, x: v128, y: v128): void {
  const product = i64x2.mul(x, y);
  const sign = i64x2.shr_s(product, 63);
  v128.store(out, v128.shuffle<i64>(product, sign, 0, 2));
  v128.store(out, v128.shuffle<i64>(product, sign, 1, 3), 16);
}

/** The low halves of two 128-bit numbers, or two 64-bit numbers. */
@inline
function lowHalves(at: usize, wide: bool): v128 {
  return wide ? v128.shuffle<i64>(v128.load(at), v128.load(at, 16), 0, 2) : v128.load(at);
}

/** 64-bit factors, 128-bit product: never too wide for the type, which has the digits of both. */
@inline
function multiply64(out: usize, a: usize, b: usize, n: i32, bc: bool): void {
  const constant = load<i64>(b);
  if (productFits(magnitudeBits(a, n, false), magnitudeBits(b, n, bc))) {
    const constants = i64x2.splat(constant);
    let i = 0;
    for (; i + 2 <= n; i += 2) {
      const y = bc ? constants : v128.load(b + (<usize>i << 3));
      storeProducts(out + (<usize>i << 4), v128.load(a + (<usize>i << 3)), y);
    }
    if (i < n) {
      const product = load<i64>(a + (<usize>i << 3)) * (bc ? constant : load<i64>(b + (<usize>i << 3)));
      store<i64>(out + (<usize>i << 4), product);
      store<i64>(out + (<usize>i << 4), product >> 63, 8);
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    const x = load<i64>(a + (<usize>i << 3));
    const y = bc ? constant : load<i64>(b + (<usize>i << 3));
    const at = out + (<usize>i << 4);
    // Most factors are small: then one multiplication does.
    if (bitsOf(x) + bitsOf(y) <= 63) {
      const product = x * y;
      store<i64>(at, product);
      store<i64>(at, product >> 63, 8);
    } else {
      store<u64>(at, mulWideSigned(x, y));
      store<u64>(at, high, 8);
    }
  }
}

export function mul_i64_i128_vv(out: usize, a: usize, b: usize, n: i32): void {
  multiply64(out, a, b, n, false);
}
export function mul_i64_i128_vc(out: usize, a: usize, b: usize, n: i32): void {
  multiply64(out, a, b, n, true);
}

/**
 * 128-bit factor `a` and 64-bit or 128-bit factor `b`. The product is divided by 10^`drop` (0 for none), halves away from zero.
 */
@inline
function multiply128(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32, wideB: bool, ac: bool, bc: bool): i32 {
  let i = 0;
  if (
    drop == 0 &&
    productFits(
      wideMagnitudeBits(a, n, ac),
      wideB ? wideMagnitudeBits(b, n, bc) : magnitudeBits(b, n, bc),
    )
  ) {
    const as = i64x2.splat(load<i64>(a));
    const bs = i64x2.splat(load<i64>(b));
    for (; i + 2 <= n; i += 2) {
      const x = ac ? as : lowHalves(a + (<usize>i << 4), true);
      const y = bc ? bs : lowHalves(b + (<usize>i << (wideB ? 4 : 3)), wideB);
      storeProducts(out + (<usize>i << 4), x, y);
    }
  }
  for (; i < n; i++) {
    const at = out + (<usize>i << 4);
    const p = ac ? a : a + (<usize>i << 4);
    const q = bc ? b : b + (<usize>i << (wideB ? 4 : 3));
    const al = load<u64>(p);
    const ah = load<u64>(p, 8);
    const bl = load<u64>(q);
    const bh = wideB ? load<u64>(q, 8) : <u64>(<i64>bl >> 63);
    if (drop == 0 && ah == <u64>(<i64>al >> 63) && bh == <u64>(<i64>bl >> 63)) {
      // Both fit 64 bits, so the product has at most 126 and fits 38 digits.
      if (bitsOf(<i64>al) + bitsOf(<i64>bl) <= 63) {
        const product = <i64>al * <i64>bl;
        store<i64>(at, product);
        store<i64>(at, product >> 63, 8);
      } else {
        store<u64>(at, mulWideSigned(<i64>al, <i64>bl));
        store<u64>(at, high, 8);
      }
      continue;
    }
    if (isNull(validity, i)) {
      store<u64>(at, 0);
      store<u64>(at, 0, 8);
      continue;
    }
    let ok: bool;
    if (drop == 0) {
      ok = multiplySigned(al, ah, bl, bh);
      if (!ok || tooWide(productLow, productHigh)) return OVERFLOW;
      store<u64>(at, productLow);
      store<u64>(at, productHigh, 8);
    } else {
      ok = multiplyDivide(al, ah, bl, bh, powerOfTen(drop));
      if (!ok) return OVERFLOW;
      store<u64>(at, quotientLow);
      store<u64>(at, quotientHigh, 8);
    }
  }
  return OK;
}

export function mul_i128_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32): i32 {
  return multiply128(out, a, b, validity, n, drop, false, false, false);
}
export function mul_i128_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32): i32 {
  return multiply128(out, a, b, validity, n, drop, false, false, true);
}
export function mul_i128_i64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32): i32 {
  return multiply128(out, a, b, validity, n, drop, false, true, false);
}
export function mul_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32): i32 {
  return multiply128(out, a, b, validity, n, drop, true, false, false);
}
export function mul_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, drop: i32): i32 {
  return multiply128(out, a, b, validity, n, drop, true, false, true);
}

/** The four 64-bit limbs of a product, least significant first. */
const LIMBS: usize = memory.data(32, 16);

let quotientLow: u64 = 0;
let quotientHigh: u64 = 0;

/** `a * b / d` rounded half away from zero (`d` unsigned, at the address); whether it has at most 38 digits. */
function multiplyDivide(alo: u64, ahi: u64, blo: u64, bhi: u64, d: usize): bool {
  const negative = <i64>(ahi ^ bhi) < 0;
  const al = magnitude(alo, ahi);
  const ah = high;
  const bl = magnitude(blo, bhi);
  const bh = high;
  return divideProduct(al, ah, bl, bh, load<u64>(d), load<u64>(d, 8), negative, true);
}

/** Leaves the unsigned product of two 128-bit numbers in LIMBS, by schoolbook multiplication. */
function multiplyIntoLimbs(al: u64, ah: u64, bl: u64, bh: u64): void {
  store<u64>(LIMBS, mulWide(al, bl));
  let l1 = high;
  const m0 = mulWide(al, bh);
  const m1 = high;
  const k0 = mulWide(ah, bl);
  const k1 = high;
  let l2 = mulWide(ah, bh);
  let l3 = high;
  l1 += m0;
  let carry = <u64>(l1 < m0);
  l1 += k0;
  carry += <u64>(l1 < k0);
  l2 += m1;
  let carry3 = <u64>(l2 < m1);
  l2 += k1;
  carry3 += <u64>(l2 < k1);
  l2 += carry;
  carry3 += <u64>(l2 < carry);
  l3 += carry3;
  store<u64>(LIMBS, l1, 8);
  store<u64>(LIMBS, l2, 16);
  store<u64>(LIMBS, l3, 24);
}

/** The unsigned product of `a` and `b`, divided by `d`, with the given sign; whether it has at most 38 digits. */
function divideProduct(al: u64, ah: u64, bl: u64, bh: u64, dl: u64, dh: u64, negative: bool, round: bool): bool {
  multiplyIntoLimbs(al, ah, bl, bh);
  let ql: u64;
  let qh: u64;
  if ((load<u64>(LIMBS, 16) | load<u64>(LIMBS, 24)) == 0) {
    ql = divideUnsigned(load<u64>(LIMBS), load<u64>(LIMBS, 8), dl, dh);
    qh = high;
  } else {
    if (!divideLimbs(dl, dh)) return false;
    ql = load<u64>(LIMBS);
    qh = load<u64>(LIMBS, 8);
  }
  if (round) {
    const restLow = dl - remainderLow;
    const restHigh = dh - remainderHigh - <u64>(dl < remainderLow);
    if (remainderHigh > restHigh || (remainderHigh == restHigh && remainderLow >= restLow)) {
      ql++;
      qh += <u64>(ql == 0);
    }
  }
  if (exceedsPrecision(ql, qh, MAX_PRECISION)) return false;
  if (negative) {
    qh = 0 - qh - <u64>(ql != 0);
    ql = 0 - ql;
  }
  quotientLow = ql;
  quotientHigh = qh;
  return true;
}

/** Divides the 256-bit number in LIMBS in place, bit by bit; whether the quotient fits 128 bits. `d` is below 2^127. */
function divideLimbs(dl: u64, dh: u64): bool {
  let rl = load<u64>(LIMBS, 16);
  let rh = load<u64>(LIMBS, 24);
  if (rh > dh || (rh == dh && rl >= dl)) return false;
  let nl = load<u64>(LIMBS);
  let nh = load<u64>(LIMBS, 8);
  // The quotient's bits move in from the right while the dividend's move out to the left.
  for (let bit = 0; bit < 128; bit++) {
    rh = (rh << 1) | (rl >> 63);
    rl = (rl << 1) | (nh >> 63);
    nh = (nh << 1) | (nl >> 63);
    nl <<= 1;
    if (rh > dh || (rh == dh && rl >= dl)) {
      rh -= dh + <u64>(rl < dl);
      rl -= dl;
      nl |= 1;
    }
  }
  remainderLow = rl;
  remainderHigh = rh;
  store<u64>(LIMBS, nl);
  store<u64>(LIMBS, nh, 8);
  return true;
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

/** `out = -a`, or with `absolute` 1 `|a|`. A decimal's negation always has its digits. */
export function neg_i128(out: usize, a: usize, n: i32, absolute: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    let lo = load<u64>(a + at);
    let hi = load<u64>(a + at, 8);
    if (!absolute || <i64>hi < 0) {
      hi = 0 - hi - <u64>(lo != 0);
      lo = 0 - lo;
    }
    store<u64>(out + at, lo);
    store<u64>(out + at, hi, 8);
  }
}
