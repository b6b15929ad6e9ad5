// How large the values of a vector are, so that one look at it can prove that no product of its values leaves 64 bits.

/** OR of `x ^ (x >> 63)` over `n` 64-bit numbers (or the one at `a`): its leading zeros bound every magnitude. */
@inline
export function magnitudeBits(a: usize, n: i32, isConstant: bool): u64 {
  if (isConstant) {
    const x = load<i64>(a);
    return <u64>(x ^ (x >> 63));
  }
  let bits = i64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const x = v128.load(a + (<usize>i << 3));
    bits = v128.or(bits, v128.xor(x, i64x2.shr_s(x, 63)));
  }
  let result = <u64>(i64x2.extract_lane(bits, 0) | i64x2.extract_lane(bits, 1));
  if (i < n) {
    const x = load<i64>(a + (<usize>i << 3));
    result |= <u64>(x ^ (x >> 63));
  }
  return result;
}

/** The same for 128-bit numbers; all bits when one of them does not fit 64 bits. */
@inline
export function wideMagnitudeBits(a: usize, n: i32, isConstant: bool): u64 {
  const count = isConstant ? 1 : n;
  let bits = i64x2.splat(0);
  let wide = i64x2.splat(0);
  for (let i = 0; i < count; i++) {
    const x = v128.load(a + (<usize>i << 4));
    const sign = i64x2.shr_s(x, 63);
    // Lane 0: the magnitude of the low half. Lane 1 of `wide`: where the high half is no copy of the low half's sign.
    bits = v128.or(bits, v128.xor(x, sign));
    wide = v128.or(wide, v128.xor(x, v128.shuffle<i64>(sign, sign, 0, 0)));
  }
  if (i64x2.extract_lane(wide, 1) != 0) return u64.MAX_VALUE;
  return <u64>i64x2.extract_lane(bits, 0);
}

/** Whether products of numbers so large fit 64 bits. */
@inline
export function productFits(aBits: u64, bBits: u64): bool {
  return clz(aBits) + clz(bBits) >= 66;
}
