// Products of two 128-bit numbers, which have 256 bits, and their quotients.
import { divideUnsigned, exceedsPrecision, high, magnitude, mulWide, remainderHigh, remainderLow } from './int128';

/** No decimal has more digits. */
const MAX_PRECISION: i32 = 38;

/** Whether a signed number has more than 38 digits. */
@inline
export function isTooWide(lo: u64, hi: u64): bool {
  const l = magnitude(lo, hi);
  return exceedsPrecision(l, high, MAX_PRECISION);
}

/** The four 64-bit limbs of a product, least significant first. */
export const LIMBS: usize = memory.data(32, 16);

export let quotientLow: u64 = 0;
export let quotientHigh: u64 = 0;

/** Leaves the unsigned product of two 128-bit numbers in LIMBS, by schoolbook multiplication. */
export function multiplyIntoLimbs(al: u64, ah: u64, bl: u64, bh: u64): void {
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
export function divideProduct(al: u64, ah: u64, bl: u64, bh: u64, dl: u64, dh: u64, negative: bool, round: bool): bool {
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
export function divideLimbs(dl: u64, dh: u64): bool {
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

