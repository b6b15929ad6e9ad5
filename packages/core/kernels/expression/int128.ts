// 128-bit integers as two 64-bit halves, low first. WebAssembly functions answer with one value: the low half is the answer
// and the high half is left in `high`; a division leaves its remainder in `remainderLow` and `remainderHigh`. Each kernel
// reads them straight after the call.

export let high: u64 = 0;
export let remainderLow: u64 = 0;
export let remainderHigh: u64 = 0;

/** 10^0 to 10^38, 16 bytes each. */
const POWERS: usize = memory.data(39 * 16, 16);

store<u64>(POWERS, 1);
store<u64>(POWERS, 0, 8);
for (let k: usize = 1; k < 39; k++) {
  const previous = POWERS + ((k - 1) << 4);
  const low = mulWide(load<u64>(previous), 10);
  store<u64>(POWERS + (k << 4), low);
  store<u64>(POWERS + (k << 4), high + load<u64>(previous, 8) * 10, 8);
}

/** Address of 10^k, for k from 0 to 38. */
@inline
export function powerOfTen(k: i32): usize {
  return POWERS + (<usize>k << 4);
}

/** The unsigned 128-bit product of two unsigned 64-bit numbers. */
export function mulWide(a: u64, b: u64): u64 {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const low = al * bl;
  const middle = ah * bl + (low >> 32);
  const cross = al * bh + (middle & 0xffffffff);
  high = ah * bh + (middle >> 32) + (cross >> 32);
  return (cross << 32) | (low & 0xffffffff);
}

/** The signed 128-bit product of two signed 64-bit numbers. */
@inline
export function mulWideSigned(a: i64, b: i64): u64 {
  const low = mulWide(<u64>a, <u64>b);
  high -= (<u64>(a >> 63) & <u64>b) + (<u64>(b >> 63) & <u64>a);
  return low;
}

/** The magnitude of a signed number: low half, high half in `high`. */
@inline
export function magnitude(lo: u64, hi: u64): u64 {
  const sign = <u64>(<i64>hi >> 63);
  const low = (lo ^ sign) - sign;
  high = (hi ^ sign) - sign - <u64>((lo ^ sign) < sign);
  return low;
}

/** Whether a < b, unsigned. */
@inline
export function lessUnsigned(alo: u64, ahi: u64, blo: u64, bhi: u64): bool {
  return ahi < bhi || (ahi == bhi && alo < blo);
}

/** Whether the magnitude (unsigned) is at least 10^precision, so that the number has more digits than that. */
@inline
export function exceedsPrecision(lo: u64, hi: u64, precision: i32): bool {
  const limit = powerOfTen(precision);
  return !lessUnsigned(lo, hi, load<u64>(limit), load<u64>(limit, 8));
}

/** Quotient of `hi:lo` by `d` where `hi < d`; the remainder is left. Hacker's Delight, 2nd edition, figure 9-3 (divlu). */
export function divideWide(lo: u64, hi: u64, d: u64): u64 {
  const shift = clz(d);
  d <<= shift;
  const dh = d >> 32;
  const dl = d & 0xffffffff;
  const upper = shift == 0 ? hi : (hi << shift) | (lo >> (64 - shift));
  const lower = lo << shift;
  const lowerHigh = lower >> 32;
  const lowerLow = lower & 0xffffffff;
  let q1 = upper / dh;
  let rest = upper - q1 * dh;
  while (q1 >> 32 != 0 || q1 * dl > ((rest << 32) | lowerHigh)) {
    q1--;
    rest += dh;
    if (rest >> 32 != 0) break;
  }
  const next = ((upper << 32) | lowerHigh) - q1 * d;
  let q0 = next / dh;
  rest = next - q0 * dh;
  while (q0 >> 32 != 0 || q0 * dl > ((rest << 32) | lowerLow)) {
    q0--;
    rest += dh;
    if (rest >> 32 != 0) break;
  }
  remainderLow = (((next << 32) | lowerLow) - q0 * d) >> shift;
  remainderHigh = 0;
  return (q1 << 32) + q0;
}

/** Unsigned quotient of two 128-bit numbers, the divisor not 0; the remainder is left. */
export function divideUnsigned(nlo: u64, nhi: u64, dlo: u64, dhi: u64): u64 {
  if (dhi == 0) {
    if (nhi == 0) {
      const quotient = nlo / dlo;
      remainderLow = nlo - quotient * dlo;
      remainderHigh = 0;
      high = 0;
      return quotient;
    }
    const upper = nhi / dlo;
    const quotient = divideWide(nlo, nhi - upper * dlo, dlo);
    high = upper;
    return quotient;
  }
  if (lessUnsigned(nlo, nhi, dlo, dhi)) {
    remainderLow = nlo;
    remainderHigh = nhi;
    high = 0;
    return 0;
  }
  // The quotient fits 64 bits: an estimate from the leading 64 bits of the divisor is at most one too small.
  // Hacker's Delight, 2nd edition, figure 9-5 (udivdi3), one width up.
  const shift = clz(dhi);
  const leading = shift == 0 ? dhi : (dhi << shift) | (dlo >> (64 - shift));
  let quotient = divideWide((nhi << 63) | (nlo >> 1), nhi >> 1, leading);
  quotient >>= 63 - shift;
  if (quotient != 0) quotient--;
  const productLow = mulWide(quotient, dlo);
  const productHigh = high + quotient * dhi;
  remainderLow = nlo - productLow;
  remainderHigh = nhi - productHigh - <u64>(nlo < productLow);
  if (!lessUnsigned(remainderLow, remainderHigh, dlo, dhi)) {
    quotient++;
    const borrow = <u64>(remainderLow < dlo);
    remainderLow -= dlo;
    remainderHigh -= dhi + borrow;
  }
  high = 0;
  return quotient;
}

export let productLow: u64 = 0;
export let productHigh: u64 = 0;

/** Whether the product of two signed numbers has a magnitude below 2^127; it is left in `productLow` and `productHigh`. */
export function multiplySigned(alo: u64, ahi: u64, blo: u64, bhi: u64): bool {
  const negative = <i64>(ahi ^ bhi) < 0;
  const al = magnitude(alo, ahi);
  const ah = high;
  const bl = magnitude(blo, bhi);
  const bh = high;
  if (ah != 0 && bh != 0) return false;
  const low = mulWide(al, bl);
  let upper = high;
  const cross = ah != 0 ? mulWide(ah, bl) : mulWide(al, bh);
  if (high != 0) return false;
  const sum = upper + cross;
  if (sum < upper || <i64>sum < 0) return false;
  upper = sum;
  if (negative) {
    productLow = 0 - low;
    productHigh = 0 - upper - <u64>(low != 0);
  } else {
    productLow = low;
    productHigh = upper;
  }
  return true;
}
