// `out[i]` = whether `a[i]` is one of `numValues` (at least one) ascending values, in the order of value-order.ts; nulls are
// looked up too, and their bytes mean nothing.
import { equalRef, orderF64, orderI128, orderInterval, orderRef } from './value-order';

@inline
function inSortedNumbers<T>(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  for (let i = 0; i < n; i++) {
    const x = load<T>(a + <usize>i * sizeof<T>());
    let base = values;
    let length = numValues;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + <usize>half * sizeof<T>();
      const y = load<T>(middle);
      let notAfter: bool;
      if (isFloat<T>()) notAfter = orderF64(y, x) <= 0;
      else notAfter = y <= x;
      base = notAfter ? middle : base;
      length -= half;
    }
    const found = load<T>(base);
    if (isFloat<T>()) store<u8>(out + i, <u8>(orderF64(found, x) == 0));
    else store<u8>(out + i, <u8>(found == x));
  }
}

export function in_sorted_i32(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  inSortedNumbers<i32>(out, a, n, values, numValues);
}
export function in_sorted_i64(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  inSortedNumbers<i64>(out, a, n, values, numValues);
}
export function in_sorted_f64(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  inSortedNumbers<f64>(out, a, n, values, numValues);
}

export function in_sorted_ref(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  for (let i = 0; i < n; i++) {
    const x = a + (<usize>i << 3);
    let base = values;
    let length = numValues;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + (<usize>half << 3);
      if (orderRef(middle, x) <= 0) base = middle;
      length -= half;
    }
    store<u8>(out + i, <u8>equalRef(base, x));
  }
}

export function in_sorted_i128(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  for (let i = 0; i < n; i++) {
    const x = a + (<usize>i << 4);
    let base = values;
    let length = numValues;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + (<usize>half << 4);
      if (orderI128(middle, x) <= 0) base = middle;
      length -= half;
    }
    store<u8>(out + i, <u8>(orderI128(base, x) == 0));
  }
}

export function in_sorted_interval(out: usize, a: usize, n: i32, values: usize, numValues: i32): void {
  for (let i = 0; i < n; i++) {
    const x = a + (<usize>i << 4);
    let base = values;
    let length = numValues;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + (<usize>half << 4);
      if (orderInterval(middle, x) <= 0) base = middle;
      length -= half;
    }
    store<u8>(out + i, <u8>(orderInterval(base, x) == 0));
  }
}
