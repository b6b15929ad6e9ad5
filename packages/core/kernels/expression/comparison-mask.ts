// Comparisons of 16 rows at a time as SIMD masks, shared by the kernels that make byte masks and those that make selections.
import { equalRef, orderF64, orderI128, orderInterval, orderRef } from './value-order';

// The operators, in pairs whose second is the negation of the first: an odd code is its even neighbour inverted. Kept equal
// with COMPARISON in src/expression/operator/comparison-code.ts.
export const EQ: i32 = 0;
export const NE: i32 = 1;
export const LT: i32 = 2;
export const GE: i32 = 3;
export const LE: i32 = 4;
export const GT: i32 = 5;

// What lies at an address, for comparisons without SIMD.
export const I128: i32 = 0;
export const REF: i32 = 1;
export const INTERVAL: i32 = 2;

/** `x op y` on the lanes of two vectors, with `op` one of EQ, LT, LE; floats in PostgreSQL's order. */
@inline
function compareLanes<T>(op: i32, x: v128, y: v128): v128 {
  if (isFloat<T>()) {
    const yIsNan = v128.ne<T>(y, y);
    if (op == EQ) return v128.or(v128.eq<T>(x, y), v128.and(v128.ne<T>(x, x), yIsNan));
    // x < y unless x >= y or x is NaN; x <= y when x <= y or y is NaN.
    if (op == LT) return v128.andnot(v128.eq<T>(x, x), v128.ge<T>(x, y));
    return v128.or(v128.le<T>(x, y), yIsNan);
  }
  if (op == EQ) return v128.eq<T>(x, y);
  if (op == LT) return v128.lt<T>(x, y);
  return v128.le<T>(x, y);
}

/** `x op y` for one pair of numbers. */
@inline
export function compareNumbers<T>(op: i32, x: T, y: T): bool {
  if (isFloat<T>()) {
    const order = orderF64(<f64>x, <f64>y);
    if (op == EQ) return order == 0;
    if (op == LT) return order < 0;
    return order <= 0;
  }
  if (op == EQ) return x == y;
  if (op == LT) return x < y;
  return x <= y;
}

/** `x op y` for one pair of values in memory. */
@inline
export function compareAt(kind: i32, op: i32, x: usize, y: usize): bool {
  if (kind == REF && op == EQ) return equalRef(x, y);
  const order = kind == I128 ? orderI128(x, y) : kind == REF ? orderRef(x, y) : orderInterval(x, y);
  if (op == EQ) return order == 0;
  if (op == LT) return order < 0;
  return order <= 0;
}

@inline
function loadLanes<T>(at: usize, constant: v128, isConstant: bool): v128 {
  return isConstant ? constant : v128.load(at);
}

/** Masks of 64-bit lanes as the lanes of one vector of 32-bit masks. */
@inline
function narrow64(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** Masks of 32-bit lanes (4 times 4 rows) as 16 bytes of 0 or 255. */
@inline
function narrow32(m0: v128, m1: v128, m2: v128, m3: v128): v128 {
  return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3));
}

/** 16 bytes of 0 or 255: `a[i] op b[i]`, where the second operand may be a constant. */
@inline
export function compare16<T>(op: i32, a: usize, b: usize, constant: v128, isConstant: bool): v128 {
  if (sizeof<T>() == 1) return compareLanes<T>(op, v128.load(a), loadLanes<T>(b, constant, isConstant));
  if (sizeof<T>() == 4) {
    return narrow32(
      compareLanes<T>(op, v128.load(a), loadLanes<T>(b, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 16), loadLanes<T>(b + 16, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 32), loadLanes<T>(b + 32, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 48), loadLanes<T>(b + 48, constant, isConstant)),
    );
  }
  return narrow32(
    narrow64(
      compareLanes<T>(op, v128.load(a), loadLanes<T>(b, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 16), loadLanes<T>(b + 16, constant, isConstant)),
    ),
    narrow64(
      compareLanes<T>(op, v128.load(a, 32), loadLanes<T>(b + 32, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 48), loadLanes<T>(b + 48, constant, isConstant)),
    ),
    narrow64(
      compareLanes<T>(op, v128.load(a, 64), loadLanes<T>(b + 64, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 80), loadLanes<T>(b + 80, constant, isConstant)),
    ),
    narrow64(
      compareLanes<T>(op, v128.load(a, 96), loadLanes<T>(b + 96, constant, isConstant)),
      compareLanes<T>(op, v128.load(a, 112), loadLanes<T>(b + 112, constant, isConstant)),
    ),
  );
}

/** 16 bytes of 0 or 255: `low <= a[i] AND a[i] <= high`. */
@inline
export function between16<T>(a: usize, low: v128, high: v128): v128 {
  if (sizeof<T>() == 4) {
    return narrow32(
      betweenLanes<T>(v128.load(a), low, high),
      betweenLanes<T>(v128.load(a, 16), low, high),
      betweenLanes<T>(v128.load(a, 32), low, high),
      betweenLanes<T>(v128.load(a, 48), low, high),
    );
  }
  return narrow32(
    narrow64(betweenLanes<T>(v128.load(a), low, high), betweenLanes<T>(v128.load(a, 16), low, high)),
    narrow64(betweenLanes<T>(v128.load(a, 32), low, high), betweenLanes<T>(v128.load(a, 48), low, high)),
    narrow64(betweenLanes<T>(v128.load(a, 64), low, high), betweenLanes<T>(v128.load(a, 80), low, high)),
    narrow64(betweenLanes<T>(v128.load(a, 96), low, high), betweenLanes<T>(v128.load(a, 112), low, high)),
  );
}

@inline
function betweenLanes<T>(x: v128, low: v128, high: v128): v128 {
  return v128.and(compareLanes<T>(LE, low, x), compareLanes<T>(LE, x, high));
}
