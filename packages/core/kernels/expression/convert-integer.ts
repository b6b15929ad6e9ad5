// Conversions between integers and decimals of every width: `out = a * 10^delta` for a delta of either sign (digits that fall
// away are rounded, halves away from zero), which must lie between the 128-bit bounds at `low` and `high`. Rows whose
// `validity` byte is 0 never fail. A row that fails clears its byte of `failures`, or, when that is 0, ends the kernel with
// OVERFLOW. `from` and `to` are widths in bytes: 4, 8 or 16.
import { OK, OVERFLOW } from '../vector/status';
import { divideUnsigned, high, magnitude, mulWide, powerOfTen, remainderHigh, remainderLow } from './int128';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

@inline
function load64<T>(a: usize, i: i32): i64 {
  return <i64>load<T>(a + <usize>i * sizeof<T>());
}

/** A 128-bit bound as 64 bits, moved to the nearest end where it does not fit. */
@inline
function clamp64(at: usize): i64 {
  const lo = load<i64>(at);
  const hi = load<i64>(at, 8);
  if (hi == lo >> 63) return lo;
  return hi < 0 ? i64.MIN_VALUE : i64.MAX_VALUE;
}

@inline
function scaleNarrow<From, To>(out: usize, a: usize, validity: usize, n: i32, delta: i32, low: usize, highest: usize, failures: usize): i32 {
  const lo = clamp64(low);
  const hi = clamp64(highest);
  if (delta >= 0) {
    // x * factor lies within the bounds exactly when x lies within the bounds divided by it.
    const factor = load<i64>(powerOfTen(delta));
    const least = lo / factor;
    const most = hi / factor;
    for (let i = 0; i < n; i++) {
      const x = load64<From>(a, i);
      store<To>(out + <usize>i * sizeof<To>(), <To>(x * factor));
      if (x < least || x > most) {
        if (isNull(validity, i)) continue;
        if (failures == 0) return OVERFLOW;
        store<u8>(failures + i, 0);
      }
    }
    return OK;
  }
  const divisor = load<i64>(powerOfTen(-delta));
  const half = divisor >> 1;
  for (let i = 0; i < n; i++) {
    const x = load64<From>(a, i);
    const quotient = x / divisor;
    const rest = x - quotient * divisor;
    const r = quotient + <i64>(rest >= half) - <i64>(rest <= -half);
    store<To>(out + <usize>i * sizeof<To>(), <To>r);
    if (r < lo || r > hi) {
      if (isNull(validity, i)) continue;
      if (failures == 0) return OVERFLOW;
      store<u8>(failures + i, 0);
    }
  }
  return OK;
}

let scaledLow: u64 = 0;
let scaledHigh: u64 = 0;

/** Whether the number times 10^delta fits 128 bits; it is left in `scaledLow` and `scaledHigh`. */
function scaleWide(lo: u64, hi: u64, delta: i32): bool {
  const negative = <i64>hi < 0;
  let l = magnitude(lo, hi);
  let h = high;
  if (delta > 0) {
    const factor = powerOfTen(delta);
    const fl = load<u64>(factor);
    const fh = load<u64>(factor, 8);
    if (h != 0 && fh != 0) return false;
    const productLow = mulWide(l, fl);
    const upper = high;
    const cross = h != 0 ? mulWide(h, fl) : mulWide(l, fh);
    if (high != 0) return false;
    h = upper + cross;
    if (h < upper || <i64>h < 0) return false;
    l = productLow;
  } else if (delta < 0) {
    const divisor = powerOfTen(-delta);
    const dl = load<u64>(divisor);
    const dh = load<u64>(divisor, 8);
    l = divideUnsigned(l, h, dl, dh);
    h = high;
    // Half or more of the divisor is left: r >= d - r.
    const restLow = dl - remainderLow;
    const restHigh = dh - remainderHigh - <u64>(dl < remainderLow);
    if (remainderHigh > restHigh || (remainderHigh == restHigh && remainderLow >= restLow)) {
      l++;
      h += <u64>(l == 0);
    }
  }
  if (negative) {
    h = 0 - h - <u64>(l != 0);
    l = 0 - l;
  }
  scaledLow = l;
  scaledHigh = h;
  return true;
}

@inline
function below(alo: u64, ahi: u64, blo: u64, bhi: u64): bool {
  return <i64>ahi < <i64>bhi || (ahi == bhi && alo < blo);
}

/** Between any widths; also for deltas beyond 18 digits. */
export function convert_wide(out: usize, a: usize, validity: usize, n: i32, from: i32, to: i32, delta: i32, low: usize, highest: usize, failures: usize): i32 {
  const lowLow = load<u64>(low);
  const lowHigh = load<u64>(low, 8);
  const highLow = load<u64>(highest);
  const highHigh = load<u64>(highest, 8);
  for (let i = 0; i < n; i++) {
    let ok = !isNull(validity, i);
    if (!ok) {
      scaledLow = 0;
      scaledHigh = 0;
    } else {
      let lo: u64;
      let hi: u64;
      if (from == 16) {
        lo = load<u64>(a + (<usize>i << 4));
        hi = load<u64>(a + (<usize>i << 4), 8);
      } else {
        const x = from == 8 ? load64<i64>(a, i) : load64<i32>(a, i);
        lo = <u64>x;
        hi = <u64>(x >> 63);
      }
      ok =
        scaleWide(lo, hi, delta) &&
        !below(scaledLow, scaledHigh, lowLow, lowHigh) &&
        !below(highLow, highHigh, scaledLow, scaledHigh);
      if (!ok) {
        if (failures == 0) return OVERFLOW;
        store<u8>(failures + i, 0);
      }
    }
    if (to == 16) {
      store<u64>(out + (<usize>i << 4), scaledLow);
      store<u64>(out + (<usize>i << 4), scaledHigh, 8);
    } else if (to == 8) {
      store<u64>(out + (<usize>i << 3), scaledLow);
    } else {
      store<u32>(out + (<usize>i << 2), <u32>scaledLow);
    }
  }
  return OK;
}

/** Between widths of 4 and 8 bytes, for deltas of up to 18 digits. */
export function convert_narrow(out: usize, a: usize, validity: usize, n: i32, from: i32, to: i32, delta: i32, low: usize, highest: usize, failures: usize): i32 {
  if (from == 4) {
    return to == 4
      ? scaleNarrow<i32, i32>(out, a, validity, n, delta, low, highest, failures)
      : scaleNarrow<i32, i64>(out, a, validity, n, delta, low, highest, failures);
  }
  return to == 4
    ? scaleNarrow<i64, i32>(out, a, validity, n, delta, low, highest, failures)
    : scaleNarrow<i64, i64>(out, a, validity, n, delta, low, highest, failures);
}

/** `out` (8 bytes) = `a` (4 bytes). May write 8 bytes past the end. */
export function widen_i32_i64(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) {
    v128.store(out + (<usize>i << 3), v128.load32x2_s(a + (<usize>i << 2)));
  }
}

/** `out` (16 bytes) = `a` (4 bytes). */
export function widen_i32_i128(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const x = <i64>load<i32>(a + (<usize>i << 2));
    store<i64>(out + (<usize>i << 4), x);
    store<i64>(out + (<usize>i << 4), x >> 63, 8);
  }
}

/** `out` (16 bytes) = `a` (8 bytes). */
export function widen_i64_i128(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const x = load<i64>(a + (<usize>i << 3));
    store<i64>(out + (<usize>i << 4), x);
    store<i64>(out + (<usize>i << 4), x >> 63, 8);
  }
}

/** `out` (4 bytes) = `a` (1 byte, 0 or 1). */
export function widen_bool_i32(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(out + (<usize>i << 2), <i32>(load<u8>(a + i) != 0));
}

/**
 * `out[i]` = the comparison `op` (a code of comparison-mask.ts) of `a * 10^delta` with `b`, 128-bit numbers `aStride` and
 * `bStride` bytes apart (0 for a constant). A product beyond 128 bits is farther from 0 than any number.
 */
export function compare_i128_scaled(op: i32, out: usize, a: usize, b: usize, n: i32, aStride: usize, bStride: usize, delta: i32): void {
  for (let i = 0; i < n; i++) {
    const p = a + <usize>i * aStride;
    const q = b + <usize>i * bStride;
    const hi = load<u64>(p, 8);
    let order: i32;
    if (scaleWide(load<u64>(p), hi, delta)) {
      const ql = load<u64>(q);
      const qh = load<u64>(q, 8);
      order = scaledLow == ql && scaledHigh == qh ? 0 : below(scaledLow, scaledHigh, ql, qh) ? -1 : 1;
    } else {
      order = <i64>hi < 0 ? -1 : 1;
    }
    const base = op & ~1;
    const holds = base == 0 ? order == 0 : base == 2 ? order < 0 : order <= 0;
    store<u8>(out + i, <u8>holds ^ <u8>(op & 1));
  }
}
