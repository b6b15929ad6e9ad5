// Arithmetic on float64 vectors; with `narrow` 1 each result is rounded to float32 (exact for one operation on float32 values:
// Figueroa, "When is double rounding innocuous?", 1995). A finite result that leaves the range is an overflow, as in PostgreSQL.
import { DIVISION_BY_ZERO, OK, OVERFLOW } from '../vector/status';

const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;
const DIV: i32 = 3;

@inline
function result(op: i32, x: f64, y: f64, narrow: bool): f64 {
  const r = op == ADD ? x + y : op == SUB ? x - y : op == MUL ? x * y : x / y;
  return narrow ? <f64>(<f32>r) : r;
}

/** Whether the result of finite, not zero operands left the range: infinite, or 0 where the true result is not. */
@inline
function leftRange(op: i32, x: f64, y: f64, r: f64): bool {
  if (abs(r) == Infinity) return abs(x) != Infinity && (op == DIV || abs(y) != Infinity);
  if (op == MUL) return r == 0 && x != 0 && y != 0;
  if (op == DIV) return r == 0 && x != 0 && abs(y) != Infinity;
  return false;
}

@inline
function arithmetic(op: i32, out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: bool, ac: bool, bc: bool): i32 {
  const ax = load<f64>(a);
  const bx = load<f64>(b);
  const as = f64x2.splat(ax);
  const bs = f64x2.splat(bx);
  const infinity = f64x2.splat(Infinity);
  const zero = f64x2.splat(0);
  let suspect = i64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const at = <usize>i << 3;
    const x = ac ? as : v128.load(a + at);
    const y = bc ? bs : v128.load(b + at);
    let r = op == ADD ? f64x2.add(x, y) : op == SUB ? f64x2.sub(x, y) : op == MUL ? f64x2.mul(x, y) : f64x2.div(x, y);
    if (narrow) r = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(r));
    suspect = v128.or(suspect, f64x2.eq(f64x2.abs(r), infinity));
    if (op == MUL) suspect = v128.or(suspect, v128.and(f64x2.eq(r, zero), v128.and(f64x2.ne(x, zero), f64x2.ne(y, zero))));
    if (op == DIV) suspect = v128.or(suspect, v128.or(f64x2.eq(y, zero), v128.and(f64x2.eq(r, zero), f64x2.ne(x, zero))));
    v128.store(out + at, r);
  }
  if (i < n) {
    const at = <usize>i << 3;
    const x = ac ? ax : load<f64>(a + at);
    const y = bc ? bx : load<f64>(b + at);
    const r = result(op, x, y, narrow);
    store<f64>(out + at, r);
    if (abs(r) == Infinity || r == 0 || y == 0) suspect = i64x2.splat(-1);
  }
  if (!v128.any_true(suspect)) return OK;
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + i) == 0) continue;
    const at = <usize>i << 3;
    const x = ac ? ax : load<f64>(a + at);
    const y = bc ? bx : load<f64>(b + at);
    if (op == DIV && y == 0 && x == x) return DIVISION_BY_ZERO;
    if (leftRange(op, x, y, load<f64>(out + at))) return OVERFLOW;
  }
  return OK;
}

@inline
function widthOf(op: i32, out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32, ac: bool, bc: bool): i32 {
  return narrow
    ? arithmetic(op, out, a, b, validity, n, true, ac, bc)
    : arithmetic(op, out, a, b, validity, n, false, ac, bc);
}

export function add_f64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(ADD, out, a, b, validity, n, narrow, false, false);
}
export function add_f64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(ADD, out, a, b, validity, n, narrow, false, true);
}
export function sub_f64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(SUB, out, a, b, validity, n, narrow, false, false);
}
export function sub_f64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(SUB, out, a, b, validity, n, narrow, false, true);
}
export function sub_f64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(SUB, out, a, b, validity, n, narrow, true, false);
}
export function mul_f64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(MUL, out, a, b, validity, n, narrow, false, false);
}
export function mul_f64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(MUL, out, a, b, validity, n, narrow, false, true);
}
export function div_f64_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(DIV, out, a, b, validity, n, narrow, false, false);
}
export function div_f64_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(DIV, out, a, b, validity, n, narrow, false, true);
}
export function div_f64_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, narrow: i32): i32 {
  return widthOf(DIV, out, a, b, validity, n, narrow, true, false);
}

/** `out = -a`. May write 8 bytes past the end. */
export function neg_f64(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) v128.store(out + (<usize>i << 3), f64x2.neg(v128.load(a + (<usize>i << 3))));
}

/** `out = |a|`. May write 8 bytes past the end. */
export function abs_f64(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) v128.store(out + (<usize>i << 3), f64x2.abs(v128.load(a + (<usize>i << 3))));
}
