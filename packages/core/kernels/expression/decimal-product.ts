// Products of decimals as unscaled integers. `_vv` takes two vectors; in `_vc` the second, in `_cv` the first operand is the address
// of one value. Rows whose `validity` byte is 0 never fail. The answer is a status.
import { OK, OVERFLOW } from '../vector/status';
import { high, magnitude, multiplySigned, mulWideSigned, powerOfTen, productHigh, productLow } from './int128';
import { magnitudeBits, productFits, wideMagnitudeBits } from './magnitude-bits';
import { divideProduct, isTooWide, quotientHigh, quotientLow } from './wide-product';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
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

/** `a * b / d` rounded half away from zero (`d` unsigned, at the address); whether it has at most 38 digits. */
function multiplyDivide(alo: u64, ahi: u64, blo: u64, bhi: u64, d: usize): bool {
  const negative = <i64>(ahi ^ bhi) < 0;
  const al = magnitude(alo, ahi);
  const ah = high;
  const bl = magnitude(blo, bhi);
  const bh = high;
  return divideProduct(al, ah, bl, bh, load<u64>(d), load<u64>(d, 8), negative, true);
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
      if (!ok || isTooWide(productLow, productHigh)) return OVERFLOW;
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

