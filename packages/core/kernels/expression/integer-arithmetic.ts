// Integer arithmetic that detects overflow. `_vv` takes two vectors; in `_vc` the second, in `_cv` the first operand is the
// address of one value. Rows whose `validity` byte is 0 never fail. The answer is a status.
import { DIVISION_BY_ZERO, OK, OVERFLOW } from '../vector/status';
import { high, mulWideSigned } from './int128';
import { magnitudeBits, productFits } from './magnitude-bits';

const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

@inline
function result32(op: i32, x: i64, y: i64): i64 {
  if (op == ADD) return x + y;
  if (op == SUB) return x - y;
  return x * y;
}

@inline
function lanes32(at: usize, constant: v128, isConstant: bool): v128 {
  return isConstant ? constant : v128.load(at);
}

/** 32-bit integers and narrower ones, whose results must lie between `low` and `highest`. */
@inline
function arithmetic32(op: i32, out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32, ac: bool, bc: bool): i32 {
  const lo = <i64>low;
  const hi = <i64>highest;
  const ax = <i64>load<i32>(a);
  const bx = <i64>load<i32>(b);
  const as = i32x4.splat(<i32>ax);
  const bs = i32x4.splat(<i32>bx);
  const lows = i32x4.splat(low);
  const highs = i32x4.splat(highest);
  let outside = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize>i << 2;
    const x = lanes32(a + at, as, ac);
    const y = lanes32(b + at, bs, bc);
    let r: v128;
    if (op == MUL) {
      const p = i64x2.extmul_low_i32x4_s(x, y);
      const q = i64x2.extmul_high_i32x4_s(x, y);
      r = v128.shuffle<i32>(p, q, 0, 2, 4, 6);
      // The upper half of a product that fits is a copy of its sign.
      outside = v128.or(outside, v128.xor(v128.shuffle<i32>(p, q, 1, 3, 5, 7), i32x4.shr_s(r, 31)));
    } else {
      r = op == ADD ? i32x4.add(x, y) : i32x4.sub(x, y);
      const wrapped = v128.and(v128.xor(x, r), op == ADD ? v128.xor(y, r) : v128.xor(x, y));
      outside = v128.or(outside, i32x4.shr_s(wrapped, 31));
    }
    outside = v128.or(outside, v128.or(i32x4.lt_s(r, lows), i32x4.gt_s(r, highs)));
    v128.store(out + at, r);
  }
  let bad = v128.any_true(outside);
  for (; i < n; i++) {
    const at = <usize>i << 2;
    const r = result32(op, ac ? ax : <i64>load<i32>(a + at), bc ? bx : <i64>load<i32>(b + at));
    store<i32>(out + at, <i32>r);
    bad = bad || r < lo || r > hi;
  }
  if (!bad) return OK;
  if (validity == 0) return OVERFLOW;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 2;
    const r = result32(op, ac ? ax : <i64>load<i32>(a + at), bc ? bx : <i64>load<i32>(b + at));
    if (load<u8>(validity + i) != 0 && (r < lo || r > hi)) return OVERFLOW;
  }
  return OK;
}

@inline
function overflows64(op: i32, x: i64, y: i64, r: i64): bool {
  if (op == ADD) return ((x ^ r) & (y ^ r)) < 0;
  if (op == SUB) return ((x ^ y) & (x ^ r)) < 0;
  const low = mulWideSigned(x, y);
  return <i64>high != <i64>low >> 63;
}

@inline
function lanes64(at: usize, constant: v128, isConstant: bool): v128 {
  return isConstant ? constant : v128.load(at);
}

@inline
function arithmetic64(op: i32, out: usize, a: usize, b: usize, validity: usize, n: i32, ac: bool, bc: bool): i32 {
  const ax = load<i64>(a);
  const bx = load<i64>(b);
  if (op == MUL && !productFits(magnitudeBits(a, n, ac), magnitudeBits(b, n, bc))) {
    for (let i = 0; i < n; i++) {
      const at = <usize>i << 3;
      const x = ac ? ax : load<i64>(a + at);
      const y = bc ? bx : load<i64>(b + at);
      store<i64>(out + at, x * y);
      if (overflows64(MUL, x, y, 0) && !isNull(validity, i)) return OVERFLOW;
    }
    return OK;
  }
  const as = i64x2.splat(ax);
  const bs = i64x2.splat(bx);
  let overflow = i64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const at = <usize>i << 3;
    const x = lanes64(a + at, as, ac);
    const y = lanes64(b + at, bs, bc);
    if (op == MUL) {
      v128.store(out + at, i64x2.mul(x, y));
    } else {
      const r = op == ADD ? i64x2.add(x, y) : i64x2.sub(x, y);
      overflow = v128.or(overflow, v128.and(v128.xor(x, r), op == ADD ? v128.xor(y, r) : v128.xor(x, y)));
      v128.store(out + at, r);
    }
  }
  let bad = (i64x2.extract_lane(overflow, 0) | i64x2.extract_lane(overflow, 1)) < 0;
  if (i < n) {
    const at = <usize>i << 3;
    const x = ac ? ax : load<i64>(a + at);
    const y = bc ? bx : load<i64>(b + at);
    const r = op == MUL ? x * y : op == ADD ? x + y : x - y;
    store<i64>(out + at, r);
    if (op != MUL) bad = bad || overflows64(op, x, y, r);
  }
  if (op == MUL || !bad) return OK;
  if (validity == 0) return OVERFLOW;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    const r = load<i64>(out + at);
    const x = ac ? ax : load<i64>(a + at);
    const y = bc ? bx : load<i64>(b + at);
    if (load<u8>(validity + i) != 0 && overflows64(op, x, y, r)) return OVERFLOW;
  }
  return OK;
}

/** Truncating division, or its remainder with the sign of the dividend. */
@inline
function divide<T>(remainder: bool, out: usize, a: usize, b: usize, validity: usize, n: i32, low: T, highest: T, ac: bool, bc: bool): i32 {
  const ax = load<T>(a);
  const bx = load<T>(b);
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    let r: T = 0;
    if (!isNull(validity, i)) {
      const x = ac ? ax : load<T>(a + at);
      const y = bc ? bx : load<T>(b + at);
      if (y == 0) return DIVISION_BY_ZERO;
      if (remainder) {
        r = y == -1 ? 0 : x % y;
      } else if (y == -1) {
        if (x == i32.MIN_VALUE && sizeof<T>() == 4) return OVERFLOW;
        if (<i64>x == i64.MIN_VALUE) return OVERFLOW;
        r = -x;
      } else {
        r = x / y;
      }
      if (r < low || r > highest) return OVERFLOW;
    }
    store<T>(out + at, r);
  }
  return OK;
}

@inline
function negate<T>(absolute: bool, out: usize, a: usize, validity: usize, n: i32, low: T, highest: T): i32 {
  const smallest = sizeof<T>() == 4 ? <T>i32.MIN_VALUE : <T>i64.MIN_VALUE;
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const x = load<T>(a + at);
    const r = absolute && x >= 0 ? x : -x;
    if ((x == smallest || r < low || r > highest) && !isNull(validity, i)) return OVERFLOW;
    store<T>(out + at, r);
  }
  return OK;
}

export function add_i32_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(ADD, out, a, b, validity, n, low, highest, false, false);
}
export function add_i32_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(ADD, out, a, b, validity, n, low, highest, false, true);
}
export function sub_i32_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(SUB, out, a, b, validity, n, low, highest, false, false);
}
export function sub_i32_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(SUB, out, a, b, validity, n, low, highest, false, true);
}
export function sub_i32_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(SUB, out, a, b, validity, n, low, highest, true, false);
}
export function mul_i32_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(MUL, out, a, b, validity, n, low, highest, false, false);
}
export function mul_i32_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return arithmetic32(MUL, out, a, b, validity, n, low, highest, false, true);
}
export function add_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(ADD, out, a, b, validity, n, false, false);
}
export function add_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(ADD, out, a, b, validity, n, false, true);
}
export function sub_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(SUB, out, a, b, validity, n, false, false);
}
export function sub_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(SUB, out, a, b, validity, n, false, true);
}
export function sub_i64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(SUB, out, a, b, validity, n, true, false);
}
export function mul_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(MUL, out, a, b, validity, n, false, false);
}
export function mul_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return arithmetic64(MUL, out, a, b, validity, n, false, true);
}
export function div_i32_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(false, out, a, b, validity, n, low, highest, false, false);
}
export function div_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(false, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, false, false);
}
export function div_i32_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(false, out, a, b, validity, n, low, highest, false, true);
}
export function div_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(false, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, false, true);
}
export function div_i32_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(false, out, a, b, validity, n, low, highest, true, false);
}
export function div_i64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(false, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, true, false);
}
export function mod_i32_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(true, out, a, b, validity, n, low, highest, false, false);
}
export function mod_i64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(true, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, false, false);
}
export function mod_i32_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(true, out, a, b, validity, n, low, highest, false, true);
}
export function mod_i64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(true, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, false, true);
}
export function mod_i32_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return divide<i32>(true, out, a, b, validity, n, low, highest, true, false);
}
export function mod_i64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32): i32 {
  return divide<i64>(true, out, a, b, validity, n, i64.MIN_VALUE, i64.MAX_VALUE, true, false);
}
export function neg_i32(out: usize, a: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return negate<i32>(false, out, a, validity, n, low, highest);
}
export function neg_i64(out: usize, a: usize, validity: usize, n: i32): i32 {
  return negate<i64>(false, out, a, validity, n, i64.MIN_VALUE, i64.MAX_VALUE);
}
export function abs_i32(out: usize, a: usize, validity: usize, n: i32, low: i32, highest: i32): i32 {
  return negate<i32>(true, out, a, validity, n, low, highest);
}
export function abs_i64(out: usize, a: usize, validity: usize, n: i32): i32 {
  return negate<i64>(true, out, a, validity, n, i64.MIN_VALUE, i64.MAX_VALUE);
}
