import { INVALID_VALUE, OVERFLOW } from '../vector/status';
import { failure, row_counts } from './row';

@inline
function load_integer(at: usize, width: i32): i64 {
  return width == 4 ? <i64>load<i32>(at) : load<i64>(at);
}

@inline
function store_integer(at: usize, width: i32, v: i64): void {
  if (width == 4) store<i32>(at, <i32>v);
  else store<i64>(at, v);
}

function gcd_of(a: u64, b: u64): u64 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

@inline
function magnitude_of(v: i64): u64 {
  return v < 0 ? -<u64>v : <u64>v;
}

/** Greatest common divisor, or least common multiple, of integers of 4 or 8 bytes. OVERFLOW when it does not fit. */
export function gcd_lcm(
  data: usize, stride: usize, others: usize, other_stride: usize, width: i32, validity: usize, rows: usize, lcm: i32,
  out: usize,
): i32 {
  const limit: u64 = width == 4 ? <u64>i32.MAX_VALUE : <u64>i64.MAX_VALUE;
  for (let i: usize = 0; i < rows; i++, data += stride, others += other_stride) {
    if (!row_counts(validity, i)) continue;
    const a = magnitude_of(load_integer(data, width));
    const b = magnitude_of(load_integer(others, width));
    let result = gcd_of(a, b);
    if (lcm && result != 0) {
      const factor = a / result;
      if (b != 0 && factor > limit / b) return failure(i, OVERFLOW);
      result = factor * b;
    }
    if (result > limit) return failure(i, OVERFLOW);
    store_integer(out + i * <usize>width, width, <i64>result);
  }
  return 0;
}

/** n! as i128; 33! is the largest with 38 digits or less. INVALID_VALUE below 0, OVERFLOW above 33. */
export function factorial(data: usize, stride: usize, validity: usize, rows: usize, out: usize): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const n = load<i64>(data);
    if (n < 0) return failure(i, INVALID_VALUE);
    if (n > 33) return failure(i, OVERFLOW);
    // Four limbs of 32 bits.
    let a: u64 = 1;
    let b: u64 = 0;
    let c: u64 = 0;
    let d: u64 = 0;
    for (let k: u64 = 2; k <= <u64>n; k++) {
      a *= k;
      b = b * k + (a >> 32);
      c = c * k + (b >> 32);
      d = d * k + (c >> 32);
      a &= 0xffffffff;
      b &= 0xffffffff;
      c &= 0xffffffff;
    }
    store<u64>(out + i * 16, a | (b << 32));
    store<u64>(out + i * 16, c | (d << 32), 8);
  }
  return 0;
}

/** Bit operations on integers of 4 or 8 bytes: 0 and, 1 or, 2 xor, 3 left shift, 4 right shift; the shift is an i32. */
export function bit_operation(
  data: usize, stride: usize, others: usize, other_stride: usize, width: i32, rows: usize, operation: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, others += other_stride) {
    const a = load_integer(data, width);
    let result: i64;
    if (operation >= 3) {
      // As in C on the usual machines, only the lowest bits of the distance count.
      const distance = <i64>(load<i32>(others) & (width * 8 - 1));
      result = operation == 3 ? a << distance : a >> distance;
    } else {
      const b = load_integer(others, width);
      result = operation == 0 ? a & b : operation == 1 ? a | b : a ^ b;
    }
    store_integer(out + i * <usize>width, width, result);
  }
}

/** The bits of integers of 4 or 8 bytes turned over. */
export function bit_not(data: usize, stride: usize, width: i32, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    store_integer(out + i * <usize>width, width, ~load_integer(data, width));
  }
}

/** Keeps the lowest 16 bits of i32 values, with their sign: what is left of a shift of a smallint. */
export function wrap_int16(data: usize, rows: usize): void {
  for (let i: usize = 0; i < rows; i++) store<i32>(data + i * 4, <i32>load<i16>(data + i * 4));
}
