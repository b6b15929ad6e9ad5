// `out[i] = a[i] op b[i]` as bytes of 0 and 1, over dense rows, nulls included (their bytes mean nothing). In `_vc` kernels `b` is
// the address of one value. `op` is a code of comparison-mask.ts.
import { compare16, compareAt, compareNumbers, EQ, I128, INTERVAL, LE, LT, REF } from './comparison-mask';

@inline
function compareLoop<T>(op: i32, out: usize, a: usize, b: usize, n: i32, isConstant: bool, flip: v128): void {
  const constant = isConstant ? v128.splat<T>(load<T>(b)) : i8x16.splat(0);
  const one = i8x16.splat(1);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    const offset = <usize>i * sizeof<T>();
    const mask = compare16<T>(op, a + offset, b + offset, constant, isConstant);
    v128.store(out + i, v128.and(v128.xor(mask, flip), one));
  }
  const flipByte = v128.extract_lane<u8>(flip, 0) & 1;
  for (; i < n; i++) {
    const offset = <usize>i * sizeof<T>();
    const holds = compareNumbers<T>(op, load<T>(a + offset), load<T>(isConstant ? b : b + offset));
    store<u8>(out + i, <u8>holds ^ flipByte);
  }
}

@inline
function compareNumeric<T>(op: i32, out: usize, a: usize, b: usize, n: i32, isConstant: bool): void {
  const flip = i8x16.splat(<i8>-(op & 1));
  switch (op & ~1) {
    case EQ:
      compareLoop<T>(EQ, out, a, b, n, isConstant, flip);
      break;
    case LT:
      compareLoop<T>(LT, out, a, b, n, isConstant, flip);
      break;
    default:
      compareLoop<T>(LE, out, a, b, n, isConstant, flip);
  }
}

@inline
function compareValueLoop(kind: i32, op: i32, out: usize, a: usize, b: usize, n: i32, isConstant: bool, flip: u8): void {
  const width: usize = kind == REF ? 8 : 16;
  for (let i = 0; i < n; i++) {
    const offset = <usize>i * width;
    store<u8>(out + i, <u8>compareAt(kind, op, a + offset, isConstant ? b : b + offset) ^ flip);
  }
}

@inline
function compareValues(kind: i32, op: i32, out: usize, a: usize, b: usize, n: i32, isConstant: bool): void {
  const flip = <u8>(op & 1);
  switch (op & ~1) {
    case EQ:
      compareValueLoop(kind, EQ, out, a, b, n, isConstant, flip);
      break;
    case LT:
      compareValueLoop(kind, LT, out, a, b, n, isConstant, flip);
      break;
    default:
      compareValueLoop(kind, LE, out, a, b, n, isConstant, flip);
  }
}

export function compare_bool_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<u8>(op, out, a, b, n, false);
}
export function compare_bool_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<u8>(op, out, a, b, n, true);
}
export function compare_i32_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<i32>(op, out, a, b, n, false);
}
export function compare_i32_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<i32>(op, out, a, b, n, true);
}
export function compare_i64_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<i64>(op, out, a, b, n, false);
}
export function compare_i64_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<i64>(op, out, a, b, n, true);
}
export function compare_f64_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<f64>(op, out, a, b, n, false);
}
export function compare_f64_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareNumeric<f64>(op, out, a, b, n, true);
}
export function compare_i128_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(I128, op, out, a, b, n, false);
}
export function compare_i128_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(I128, op, out, a, b, n, true);
}
export function compare_ref_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(REF, op, out, a, b, n, false);
}
export function compare_ref_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(REF, op, out, a, b, n, true);
}
export function compare_interval_vv(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(INTERVAL, op, out, a, b, n, false);
}
export function compare_interval_vc(op: i32, out: usize, a: usize, b: usize, n: i32): void {
  compareValues(INTERVAL, op, out, a, b, n, true);
}
