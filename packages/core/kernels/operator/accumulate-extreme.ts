// Least and greatest values by group. `has` is one byte a group: whether it has a value yet. `groups` is one u32 a row, or 0
// when all rows are of group 0; null rows are passed over. With `greatest` the greatest value is kept.
import { orderF64, orderI128, orderInterval, orderRef } from '../expression/value-order';

// @ts-ignore: decorator
@inline
function groupAt(groups: usize, i: i32): usize {
  return groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function validAt(validity: usize, i: i32): bool {
  return validity == 0 || load<u8>(validity + <usize>i) != 0;
}

// @ts-ignore: decorator
@inline
function extremeOf<T>(
  states: usize,
  has: usize,
  groups: usize,
  values: usize,
  validity: usize,
  n: i32,
  greatest: i32,
): void {
  const width = sizeof<T>();
  for (let i = 0; i < n; i++) {
    if (!validAt(validity, i)) continue;
    const group = groupAt(groups, i);
    const at = states + group * width;
    const value = load<T>(values + <usize>i * width);
    const state = load<T>(at);
    const order = isFloat<T>()
      ? orderF64(<f64>value, <f64>state)
      : <i32>(value > state) - <i32>(value < state);
    if (load<u8>(has + group) == 0 || (greatest ? order > 0 : order < 0)) {
      store<T>(at, value);
      store<u8>(has + group, 1);
    }
  }
}

export function extreme_bool(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeOf<u8>(s, h, g, v, validity, n, greatest);
}

export function extreme_i32(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeOf<i32>(s, h, g, v, validity, n, greatest);
}

export function extreme_i64(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeOf<i64>(s, h, g, v, validity, n, greatest);
}

export function extreme_f64(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeOf<f64>(s, h, g, v, validity, n, greatest);
}

// @ts-ignore: decorator
@inline
function extremeWide(
  isInterval: bool,
  states: usize,
  has: usize,
  groups: usize,
  values: usize,
  validity: usize,
  n: i32,
  greatest: i32,
): void {
  for (let i = 0; i < n; i++) {
    if (!validAt(validity, i)) continue;
    const group = groupAt(groups, i);
    const at = states + (group << 4);
    const value = values + (<usize>i << 4);
    if (load<u8>(has + group) != 0) {
      const order = isInterval ? orderInterval(value, at) : orderI128(value, at);
      if (greatest ? order <= 0 : order >= 0) continue;
    }
    v128.store(at, v128.load(value));
    store<u8>(has + group, 1);
  }
}

export function extreme_i128(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeWide(false, s, h, g, v, validity, n, greatest);
}

export function extreme_interval(s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32, greatest: i32): void {
  extremeWide(true, s, h, g, v, validity, n, greatest);
}

/**
 * The same for refs: the states point into the batch afterwards. The groups whose state is new go to `changed`, once each;
 * the answer is how many. `has` is 3 for them until {@link settle_changed}.
 */
export function extreme_ref(
  states: usize,
  has: usize,
  groups: usize,
  values: usize,
  validity: usize,
  n: i32,
  greatest: i32,
  changed: usize,
): i32 {
  let end = changed;
  for (let i = 0; i < n; i++) {
    if (!validAt(validity, i)) continue;
    const group = groupAt(groups, i);
    const at = states + (group << 3);
    const value = values + (<usize>i << 3);
    const state = load<u8>(has + group);
    if (state != 0) {
      const order = orderRef(value, at);
      if (greatest ? order <= 0 : order >= 0) continue;
    }
    store<u64>(at, load<u64>(value));
    if (state != 3) {
      store<u8>(has + group, 3);
      store<u32>(end, <u32>group);
      end += 4;
    }
  }
  return <i32>((end - changed) >> 2);
}

/** Marks the changed groups as settled. */
export function settle_changed(has: usize, changed: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(has + <usize>load<u32>(changed + (<usize>i << 2)), 1);
}

/**
 * The first row of each group that has no value yet: its number goes to `rows` and its group to `rowGroups`; the answer is how
 * many.
 */
export function first_rows(has: usize, groups: usize, validity: usize, n: i32, rows: usize, rowGroups: usize): i32 {
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    if (!validAt(validity, i)) continue;
    const group = groupAt(groups, i);
    if (load<u8>(has + group) != 0) continue;
    store<u8>(has + group, 1);
    store<u32>(rows + (count << 2), i);
    store<u32>(rowGroups + (count << 2), <u32>group);
    count++;
  }
  return <i32>count;
}
