import { intervalDays, intervalMicrosOfDay, orderF64, orderI128 } from '../expression/value-order';
import { row_counts } from './row';

// The order of encoded nested values (src/vector/nested-encoding.ts). A type is described in bytes: the code of its kind for a value
// without parts, LIST and the description of the elements, STRUCT, a number and that many descriptions.

const BOOL = 0;
const I32 = 1;
const I64 = 2;
const F64 = 3;
const I128 = 4;
const REF = 5;
const INTERVAL = 6;
export const LIST = 7;
const STRUCT = 8;

function after_order_desc(desc: usize): usize {
  const code = load<u8>(desc);
  if (code == LIST) return after_order_desc(desc + 1);
  if (code != STRUCT) return desc + 1;
  let next = desc + 2;
  for (let i = load<u8>(desc, 1); i > 0; i--) next = after_order_desc(next);
  return next;
}

/** Where the value at `at`, which begins with its flag, ends. */
export function value_end(at: usize, desc: usize): usize {
  if (load<u8>(at++) == 0) return at;
  const code = load<u8>(desc);
  if (code == LIST) {
    const count = load<u32>(at);
    at += 4;
    for (let i: u32 = 0; i < count; i++) at = value_end(at, desc + 1);
    return at;
  }
  if (code == STRUCT) {
    let field = desc + 2;
    for (let i = load<u8>(desc, 1); i > 0; i--) {
      at = value_end(at, field);
      field = after_order_desc(field);
    }
    return at;
  }
  if (code == REF) return at + 4 + <usize>load<u32>(at);
  if (code == BOOL) return at + 1;
  if (code == I32) return at + 4;
  return at + (code == I64 || code == F64 ? 8 : 16);
}

let p: usize = 0;
let q: usize = 0;

function order_lists(desc: usize): i32 {
  const m = load<u32>(p);
  const n = load<u32>(q);
  p += 4;
  q += 4;
  for (let i = min(m, n); i > 0; i--) {
    const order = order_parts(desc);
    if (order != 0) return order;
  }
  return <i32>(m > n) - <i32>(m < n);
}

function order_refs(): i32 {
  const m = <usize>load<u32>(p);
  const n = <usize>load<u32>(q);
  const order = memory.compare(p + 4, q + 4, min(m, n));
  p += 4 + m;
  q += 4 + n;
  return order != 0 ? order : <i32>(m > n) - <i32>(m < n);
}

/** Orders the values at `p` and `q`; when they are equal, both stand behind them afterwards. Null equals null and comes last. */
function order_parts(desc: usize): i32 {
  const a = load<u8>(p++);
  const b = load<u8>(q++);
  if (a == 0 || b == 0) return <i32>b - <i32>a;
  const code = load<u8>(desc);
  if (code == LIST) return order_lists(desc + 1);
  if (code == STRUCT) {
    let field = desc + 2;
    for (let i = load<u8>(desc, 1); i > 0; i--) {
      const order = order_parts(field);
      if (order != 0) return order;
      field = after_order_desc(field);
    }
    return 0;
  }
  if (code == REF) return order_refs();
  const x = p;
  const y = q;
  const width: usize = code == BOOL ? 1 : code == I32 ? 4 : code == I64 || code == F64 ? 8 : 16;
  p += width;
  q += width;
  if (code == BOOL) return <i32>load<u8>(x) - <i32>load<u8>(y);
  if (code == I32) return <i32>(load<i32>(x) > load<i32>(y)) - <i32>(load<i32>(x) < load<i32>(y));
  if (code == I64) return <i32>(load<i64>(x) > load<i64>(y)) - <i32>(load<i64>(x) < load<i64>(y));
  if (code == F64) return orderF64(load<f64>(x), load<f64>(y));
  if (code == I128) return orderI128(x, y);
  const days = intervalDays(x) - intervalDays(y);
  if (days != 0) return days < 0 ? -1 : 1;
  const micros = intervalMicrosOfDay(x) - intervalMicrosOfDay(y);
  return <i32>(micros > 0) - <i32>(micros < 0);
}

/** Less than 0, 0 or more than 0: the values at `a` and `b`, which begin with their flags. */
export function order_values(a: usize, b: usize, desc: usize): i32 {
  p = a;
  q = b;
  return order_parts(desc);
}

/** One byte a row: `a op b`, with the operators numbered as in src/expression/comparison-code.ts. */
export function compare_nested(
  operator: i32, a: usize, a_stride: usize, b: usize, b_stride: usize, validity: usize, rows: usize, desc: usize,
  out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, a += a_stride, b += b_stride) {
    if (!row_counts(validity, i)) {
      store<u8>(out + i, 0);
      continue;
    }
    const left = <usize>load<u32>(a);
    const right = <usize>load<u32>(b);
    // Under a null there is no address.
    const order = left == 0 || right == 0 ? <i32>(left != right) : order_values(left, right, desc);
    let holds: bool;
    if (operator == 0) holds = order == 0;
    else if (operator == 1) holds = order != 0;
    else if (operator == 2) holds = order < 0;
    else if (operator == 3) holds = order >= 0;
    else if (operator == 4) holds = order <= 0;
    else holds = order > 0;
    store<u8>(out + i, <u8>holds);
  }
}
