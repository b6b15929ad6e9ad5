// Three-valued logic over bytes of 0 and 1 with validity (0: none is null). The result's validity is written when either input
// has one; then the value under a null is 0. May write up to 15 bytes past the end.

@inline
function valid16(validity: usize, i: i32): v128 {
  return validity == 0 ? i8x16.splat(1) : v128.load(validity + i);
}

/** `a AND b`: false where either is false, else null where either is null. */
export function and_bool(out: usize, outValidity: usize, a: usize, aValidity: usize, b: usize, bValidity: usize, n: i32): void {
  for (let i = 0; i < n; i += 16) {
    const aValid = valid16(aValidity, i);
    const bValid = valid16(bValidity, i);
    const aTrue = v128.and(v128.load(a + i), aValid);
    const bTrue = v128.and(v128.load(b + i), bValid);
    const isFalse = v128.or(v128.xor(aTrue, aValid), v128.xor(bTrue, bValid));
    const isTrue = v128.and(aTrue, bTrue);
    v128.store(out + i, isTrue);
    if (outValidity != 0) v128.store(outValidity + i, v128.or(isFalse, isTrue));
  }
}

/** `a OR b`: true where either is true, else null where either is null. */
export function or_bool(out: usize, outValidity: usize, a: usize, aValidity: usize, b: usize, bValidity: usize, n: i32): void {
  for (let i = 0; i < n; i += 16) {
    const aValid = valid16(aValidity, i);
    const bValid = valid16(bValidity, i);
    const aTrue = v128.and(v128.load(a + i), aValid);
    const bTrue = v128.and(v128.load(b + i), bValid);
    const isTrue = v128.or(aTrue, bTrue);
    v128.store(out + i, isTrue);
    if (outValidity != 0) v128.store(outValidity + i, v128.or(isTrue, v128.and(aValid, bValid)));
  }
}

/** `a IS DISTINCT FROM b` (`negated` 0) or IS NOT DISTINCT FROM (1), given `notEqual` of the values; never null. */
export function distinct_from(out: usize, notEqual: usize, aValidity: usize, bValidity: usize, n: i32, negated: i32): void {
  const flip = i8x16.splat(<i8>negated);
  for (let i = 0; i < n; i += 16) {
    const aValid = valid16(aValidity, i);
    const bValid = valid16(bValidity, i);
    const differs = v128.and(v128.load(notEqual + i), v128.and(aValid, bValid));
    v128.store(out + i, v128.xor(v128.or(differs, v128.xor(aValid, bValid)), flip));
  }
}
