// Selection in, selection out: the rows (of `selection`, or 0 to n - 1 when it is 0) that are not null and for which
// `a[row] op constant` holds. `out` needs 32 bytes past `4 * n` and may be `selection`. The answer is the count.
import { emitRows16 } from '../vector/emit-selection';
import { between16, compare16, compareAt, compareNumbers, EQ, I128, INTERVAL, LE, LT, REF } from './comparison-mask';

@inline
function validBits(validity: usize, i: i32): i32 {
  if (validity == 0) return 0xffff;
  return i8x16.bitmask(i8x16.ne(v128.load(validity + i), i8x16.splat(0)));
}

@inline
function isValid(validity: usize, row: i32): i32 {
  return validity == 0 ? 1 : <i32>(load<u8>(validity + row) != 0);
}

@inline
function selectLoop<T>(op: i32, out: usize, selection: usize, a: usize, validity: usize, at: usize, n: i32, flip: i32): i32 {
  let k = out;
  if (selection == 0) {
    const constant = v128.splat<T>(load<T>(at));
    const flipBits = -flip & 0xffff;
    let i = 0;
    for (; i + 16 <= n; i += 16) {
      const mask = compare16<T>(op, a + <usize>i * sizeof<T>(), 0, constant, true);
      k = emitRows16((i8x16.bitmask(mask) ^ flipBits) & validBits(validity, i), i, k);
    }
    for (; i < n; i++) {
      store<i32>(k, i);
      const holds = <i32>compareNumbers<T>(op, load<T>(a + <usize>i * sizeof<T>()), load<T>(at)) ^ flip;
      k += <usize>(holds & isValid(validity, i)) << 2;
    }
  } else {
    const constant = load<T>(at);
    for (let i = 0; i < n; i++) {
      const row = load<i32>(selection + (<usize>i << 2));
      store<i32>(k, row);
      const holds = <i32>compareNumbers<T>(op, load<T>(a + <usize>row * sizeof<T>()), constant) ^ flip;
      k += <usize>(holds & isValid(validity, row)) << 2;
    }
  }
  return <i32>((k - out) >> 2);
}

@inline
function selectNumeric<T>(op: i32, out: usize, selection: usize, a: usize, validity: usize, at: usize, n: i32): i32 {
  switch (op & ~1) {
    case EQ:
      return selectLoop<T>(EQ, out, selection, a, validity, at, n, op & 1);
    case LT:
      return selectLoop<T>(LT, out, selection, a, validity, at, n, op & 1);
    default:
      return selectLoop<T>(LE, out, selection, a, validity, at, n, op & 1);
  }
}

@inline
function selectValueLoop(kind: i32, op: i32, out: usize, selection: usize, a: usize, validity: usize, at: usize, n: i32, flip: i32): i32 {
  const width: usize = kind == REF ? 8 : 16;
  let k = out;
  for (let i = 0; i < n; i++) {
    const row = selection == 0 ? i : load<i32>(selection + (<usize>i << 2));
    store<i32>(k, row);
    const holds = <i32>compareAt(kind, op, a + <usize>row * width, at) ^ flip;
    k += <usize>(holds & isValid(validity, row)) << 2;
  }
  return <i32>((k - out) >> 2);
}

@inline
function selectValues(kind: i32, op: i32, out: usize, selection: usize, a: usize, validity: usize, at: usize, n: i32): i32 {
  switch (op & ~1) {
    case EQ:
      return selectValueLoop(kind, EQ, out, selection, a, validity, at, n, op & 1);
    case LT:
      return selectValueLoop(kind, LT, out, selection, a, validity, at, n, op & 1);
    default:
      return selectValueLoop(kind, LE, out, selection, a, validity, at, n, op & 1);
  }
}

@inline
function selectBetween<T>(out: usize, selection: usize, a: usize, validity: usize, low: usize, high: usize, n: i32): i32 {
  let k = out;
  const lowest = load<T>(low);
  const highest = load<T>(high);
  if (selection == 0) {
    const lows = v128.splat<T>(load<T>(low));
    const highs = v128.splat<T>(load<T>(high));
    let i = 0;
    for (; i + 16 <= n; i += 16) {
      const mask = between16<T>(a + <usize>i * sizeof<T>(), lows, highs);
      k = emitRows16(i8x16.bitmask(mask) & validBits(validity, i), i, k);
    }
    for (; i < n; i++) {
      store<i32>(k, i);
      const value = load<T>(a + <usize>i * sizeof<T>());
      const holds = <i32>compareNumbers<T>(LE, lowest, value) & <i32>compareNumbers<T>(LE, value, highest);
      k += <usize>(holds & isValid(validity, i)) << 2;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const row = load<i32>(selection + (<usize>i << 2));
      store<i32>(k, row);
      const value = load<T>(a + <usize>row * sizeof<T>());
      const holds = <i32>compareNumbers<T>(LE, lowest, value) & <i32>compareNumbers<T>(LE, value, highest);
      k += <usize>(holds & isValid(validity, row)) << 2;
    }
  }
  return <i32>((k - out) >> 2);
}

export function select_bool_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectNumeric<u8>(op, out, selection, a, validity, constant, n);
}
export function select_i32_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectNumeric<i32>(op, out, selection, a, validity, constant, n);
}
export function select_i64_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectNumeric<i64>(op, out, selection, a, validity, constant, n);
}
export function select_f64_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectNumeric<f64>(op, out, selection, a, validity, constant, n);
}
export function select_i128_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectValues(I128, op, out, selection, a, validity, constant, n);
}
export function select_ref_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectValues(REF, op, out, selection, a, validity, constant, n);
}
export function select_interval_vc(op: i32, out: usize, selection: usize, a: usize, validity: usize, constant: usize, n: i32): i32 {
  return selectValues(INTERVAL, op, out, selection, a, validity, constant, n);
}

/** `low <= a[row] AND a[row] <= high`; both bounds are addresses of one value and belong to the range. */
export function select_between_i32(out: usize, selection: usize, a: usize, validity: usize, low: usize, high: usize, n: i32): i32 {
  return selectBetween<i32>(out, selection, a, validity, low, high, n);
}
export function select_between_i64(out: usize, selection: usize, a: usize, validity: usize, low: usize, high: usize, n: i32): i32 {
  return selectBetween<i64>(out, selection, a, validity, low, high, n);
}
export function select_between_f64(out: usize, selection: usize, a: usize, validity: usize, low: usize, high: usize, n: i32): i32 {
  return selectBetween<f64>(out, selection, a, validity, low, high, n);
}
