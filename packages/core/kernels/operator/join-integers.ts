// Join tables over one integer key. Rows with equal keys are chained in ascending order: `next` holds, for each row, the next one of its key
// (row plus 1, 0 at the end), and the table the first one.
//
// A dense table is an array by key: `heads` has a u32 (row plus 1, 0 for none) for each key from the least to the greatest. Keys that come
// in order, as those of a foreign key often do, then walk through memory in order, too. A sparse table is open addressing with linear
// probing over slots of 16 bytes: the key and the first row; a probe mostly touches one cache line, and no key has to be compared again.
import { finish } from './hash';

// @ts-ignore: decorator
@inline
function isUsable(usable: usize, i: i32): bool {
  return usable == 0 || load<u8>(usable + <usize>i) != 0;
}

// @ts-ignore: decorator
@inline
function integerBounds<T>(values: usize, usable: usize, n: i32, bounds: usize): i32 {
  let least: i64 = i64.MAX_VALUE;
  let greatest: i64 = i64.MIN_VALUE;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (!isUsable(usable, i)) continue;
    const value = <i64>load<T>(values + <usize>i * sizeof<T>());
    least = min(least, value);
    greatest = max(greatest, value);
    count++;
  }
  if (count == 0) {
    least = 0;
    greatest = 0;
  }
  store<i64>(bounds, least);
  store<i64>(bounds, greatest, 8);
  store<f64>(bounds, <f64>(<u64>greatest - <u64>least), 16);
  return count;
}

// Least and greatest (i64) of the `n` values whose byte at `usable` is not 0 (0: all), then their distance (f64), to `bounds`: 24 bytes. The
// answer is how many there are; without any both are 0.

export function integer_bounds_i32(values: usize, usable: usize, n: i32, bounds: usize): i32 {
  return integerBounds<i32>(values, usable, n, bounds);
}

export function integer_bounds_i64(values: usize, usable: usize, n: i32, bounds: usize): i32 {
  return integerBounds<i64>(values, usable, n, bounds);
}

// @ts-ignore: decorator
@inline
function chainDense<T>(heads: usize, bounds: usize, next: usize, values: usize, usable: usize, n: i32): i32 {
  const least = load<i64>(bounds);
  let others: u32 = 0;
  for (let i = n - 1; i >= 0; i--) {
    if (!isUsable(usable, i)) continue;
    const head = heads + (<usize>(<i64>load<T>(values + <usize>i * sizeof<T>()) - least) << 2);
    const row = load<u32>(head);
    store<u32>(next + (<usize>i << 2), row);
    store<u32>(head, i + 1);
    others |= row;
  }
  return <i32>(others != 0);
}

// Puts `n` rows into a dense table, whose `heads` are 0. The answer is whether a key has more than one row.

export function chain_dense_i32(heads: usize, bounds: usize, next: usize, values: usize, usable: usize, n: i32): i32 {
  return chainDense<i32>(heads, bounds, next, values, usable, n);
}

export function chain_dense_i64(heads: usize, bounds: usize, next: usize, values: usize, usable: usize, n: i32): i32 {
  return chainDense<i64>(heads, bounds, next, values, usable, n);
}

// @ts-ignore: decorator
@inline
function chainSparse<T>(slots: usize, mask: u32, next: usize, values: usize, usable: usize, n: i32): i32 {
  let others: u32 = 0;
  for (let i = n - 1; i >= 0; i--) {
    if (!isUsable(usable, i)) continue;
    const value = <i64>load<T>(values + <usize>i * sizeof<T>());
    let position = <u32>finish(<u64>value) & mask;
    for (;;) {
      const slot = slots + (<usize>position << 4);
      const row = load<u32>(slot, 8);
      if (row == 0 || load<i64>(slot) == value) {
        store<i64>(slot, value);
        store<u32>(slot, i + 1, 8);
        store<u32>(next + (<usize>i << 2), row);
        others |= row;
        break;
      }
      position = (position + 1) & mask;
    }
  }
  return <i32>(others != 0);
}

// Puts `n` rows into a sparse table of `mask + 1` slots, which are 0 and more than there are rows. The answer is whether a key has more than
// one row.

export function chain_sparse_i32(slots: usize, mask: u32, next: usize, values: usize, usable: usize, n: i32): i32 {
  return chainSparse<i32>(slots, mask, next, values, usable, n);
}

export function chain_sparse_i64(slots: usize, mask: u32, next: usize, values: usize, usable: usize, n: i32): i32 {
  return chainSparse<i64>(slots, mask, next, values, usable, n);
}

// @ts-ignore: decorator
@inline
function probeDense<T>(
  rows: usize,
  firsts: usize,
  heads: usize,
  bounds: usize,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  const least = load<i64>(bounds);
  const span = <u64>(load<i64>(bounds, 8) - least);
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    const place = <u64>(<i64>load<T>(values + <usize>i * sizeof<T>()) - least);
    const isInside = place <= span;
    const row = load<u32>(heads + (<usize>(isInside ? place : 0) << 2));
    store<u32>(rows + (count << 2), i);
    store<u32>(firsts + (count << 2), row - 1);
    count += <usize>((<i32>isInside) & (<i32>(row != 0)) & (<i32>isUsable(usable, i)));
  }
  return <i32>count;
}

// The rows of 0 to `n` - 1 that have a match in a dense table go to `rows`, the first rows of the table that they match to `firsts`. The
// answer is how many.

export function probe_dense_i32(
  rows: usize,
  firsts: usize,
  heads: usize,
  bounds: usize,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return probeDense<i32>(rows, firsts, heads, bounds, values, usable, n);
}

export function probe_dense_i64(
  rows: usize,
  firsts: usize,
  heads: usize,
  bounds: usize,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return probeDense<i64>(rows, firsts, heads, bounds, values, usable, n);
}

// @ts-ignore: decorator
@inline
function notePresent<T>(bits: usize, bounds: usize, values: usize, usable: usize, n: i32): void {
  const least = load<i64>(bounds);
  for (let i = 0; i < n; i++) {
    if (!isUsable(usable, i)) continue;
    const place = <usize>(<i64>load<T>(values + <usize>i * sizeof<T>()) - least);
    const byte = bits + (place >> 3);
    store<u8>(byte, load<u8>(byte) | <u8>((<u32>1) << (<u32>place & 7)));
  }
}

// Sets the bit of each key, counted from the least one. The bits are 0, and reach up to the greatest.

export function note_present_i32(bits: usize, bounds: usize, values: usize, usable: usize, n: i32): void {
  notePresent<i32>(bits, bounds, values, usable, n);
}

export function note_present_i64(bits: usize, bounds: usize, values: usize, usable: usize, n: i32): void {
  notePresent<i64>(bits, bounds, values, usable, n);
}

// @ts-ignore: decorator
@inline
function rowsPresent<T>(rows: usize, bits: usize, bounds: usize, values: usize, usable: usize, n: i32): i32 {
  const least = load<i64>(bounds);
  const span = <u64>(load<i64>(bounds, 8) - least);
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    const place = <u64>(<i64>load<T>(values + <usize>i * sizeof<T>()) - least);
    const isInside = place <= span;
    const at = <usize>(isInside ? place : 0);
    const bit = (<u32>load<u8>(bits + (at >> 3)) >> (<u32>at & 7)) & 1;
    store<u32>(rows + (count << 2), i);
    count += <usize>(bit & <u32>isInside & <u32>isUsable(usable, i));
  }
  return <i32>count;
}

// The rows of 0 to `n` - 1 whose key has its bit set go to `rows`; the answer is how many.

export function rows_present_i32(
  rows: usize,
  bits: usize,
  bounds: usize,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return rowsPresent<i32>(rows, bits, bounds, values, usable, n);
}

export function rows_present_i64(
  rows: usize,
  bits: usize,
  bounds: usize,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return rowsPresent<i64>(rows, bits, bounds, values, usable, n);
}

/**
 * Of rows that are known to have a match: the first row of the table, for the `n` of them in `rows`. Most find it in the slot that they hit
 * first.
 */
// @ts-ignore: decorator
@inline
function findPresent<T>(rows: usize, firsts: usize, slots: usize, mask: u32, values: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const i = <usize>load<u32>(rows + (<usize>k << 2));
    const value = <i64>load<T>(values + i * sizeof<T>());
    let position = <u32>finish(<u64>value) & mask;
    let slot = slots + (<usize>position << 4);
    // A slot of the key 0 and an empty one differ in their row.
    while (load<i64>(slot) != value || load<u32>(slot, 8) == 0) {
      position = (position + 1) & mask;
      slot = slots + (<usize>position << 4);
    }
    store<u32>(firsts + (<usize>k << 2), load<u32>(slot, 8) - 1);
  }
}

export function find_present_i32(
  rows: usize,
  firsts: usize,
  slots: usize,
  mask: u32,
  values: usize,
  n: i32,
): void {
  findPresent<i32>(rows, firsts, slots, mask, values, n);
}

export function find_present_i64(
  rows: usize,
  firsts: usize,
  slots: usize,
  mask: u32,
  values: usize,
  n: i32,
): void {
  findPresent<i64>(rows, firsts, slots, mask, values, n);
}

/**
 * Three passes: the slot that each row hits first, without a branch that depends on it, so that many cache misses are under way at once;
 * the rows whose slot has another key, one by one; those with a match, in order.
 */
// @ts-ignore: decorator
@inline
function probeSparse<T>(
  rows: usize,
  firsts: usize,
  slots: usize,
  mask: u32,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  let numMissed: usize = 0;
  for (let i = 0; i < n; i++) {
    const value = <i64>load<T>(values + <usize>i * sizeof<T>());
    const slot = slots + (<usize>(<u32>finish(<u64>value) & mask) << 4);
    const row = load<u32>(slot, 8);
    const isHit = load<i64>(slot) == value;
    store<u32>(firsts + (<usize>i << 2), isHit ? row : 0);
    store<u32>(rows + (numMissed << 2), i);
    numMissed += <usize>((<i32>!isHit) & (<i32>(row != 0)));
  }
  for (let k: usize = 0; k < numMissed; k++) {
    const i = <usize>load<u32>(rows + (k << 2));
    const value = <i64>load<T>(values + i * sizeof<T>());
    let position = <u32>finish(<u64>value) & mask;
    let row: u32 = 0;
    for (;;) {
      position = (position + 1) & mask;
      const slot = slots + (<usize>position << 4);
      row = load<u32>(slot, 8);
      if (row == 0 || load<i64>(slot) == value) break;
    }
    store<u32>(firsts + (i << 2), row);
  }
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    const row = load<u32>(firsts + (<usize>i << 2));
    store<u32>(rows + (count << 2), i);
    store<u32>(firsts + (count << 2), row - 1);
    count += <usize>((<i32>(row != 0)) & (<i32>isUsable(usable, i)));
  }
  return <i32>count;
}

// The same for a sparse table.

export function probe_sparse_i32(
  rows: usize,
  firsts: usize,
  slots: usize,
  mask: u32,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return probeSparse<i32>(rows, firsts, slots, mask, values, usable, n);
}

export function probe_sparse_i64(
  rows: usize,
  firsts: usize,
  slots: usize,
  mask: u32,
  values: usize,
  usable: usize,
  n: i32,
): i32 {
  return probeSparse<i64>(rows, firsts, slots, mask, values, usable, n);
}

/**
 * All pairs of the probe rows from `from` to `n` in `rows`: each with the chain that starts at its row in `firsts`. Stops when there are
 * `capacity` pairs. The answer is their number; `state` gets the place in `rows` to go on with, whose row in `firsts` says where.
 */
export function expand_chains(
  rows: usize,
  firsts: usize,
  from: i32,
  n: i32,
  next: usize,
  probeRows: usize,
  buildRows: usize,
  capacity: i32,
  state: usize,
): i32 {
  let numPairs = 0;
  for (; from < n; from++) {
    const row = load<u32>(rows + (<usize>from << 2));
    let match = load<u32>(firsts + (<usize>from << 2));
    for (;;) {
      if (numPairs == capacity) {
        store<u32>(firsts + (<usize>from << 2), match);
        store<u32>(state, from);
        return numPairs;
      }
      store<u32>(probeRows + (<usize>numPairs << 2), row);
      store<u32>(buildRows + (<usize>numPairs << 2), match);
      numPairs++;
      const following = load<u32>(next + (<usize>match << 2));
      if (following == 0) break;
      match = following - 1;
    }
  }
  store<u32>(state, from);
  return numPairs;
}

// @ts-ignore: decorator
@inline
function packKeys<T>(
  out: usize,
  usable: usize,
  values: usize,
  validity: usize,
  n: i32,
  bounds: usize,
  first: i32,
): void {
  const least = load<i64>(bounds);
  const span = <u64>(load<i64>(bounds, 8) - least);
  for (let i = 0; i < n; i++) {
    const place = <u64>(<i64>load<T>(values + <usize>i * sizeof<T>()) - least);
    const packed = first ? place : load<u64>(out + (<usize>i << 3)) * (span + 1) + place;
    store<u64>(out + (<usize>i << 3), packed);
    const isInside = (<i32>(place <= span)) & (<i32>isUsable(validity, i));
    const before = first ? 1 : <i32>load<u8>(usable + <usize>i);
    store<u8>(usable + <usize>i, isInside & before);
  }
}

// Makes one number out of several keys, a key at a time: `out = out * keys there are + place of the key`, from 0 for the `first`. `usable` gets 1
// for the rows whose keys are all valid and within their `bounds`; the numbers of the others mean nothing. The product of the distances, each
// plus 1, must be less than 2^63.

export function pack_keys_i32(
  out: usize,
  usable: usize,
  values: usize,
  validity: usize,
  n: i32,
  bounds: usize,
  first: i32,
): void {
  packKeys<i32>(out, usable, values, validity, n, bounds, first);
}

export function pack_keys_i64(
  out: usize,
  usable: usize,
  values: usize,
  validity: usize,
  n: i32,
  bounds: usize,
  first: i32,
): void {
  packKeys<i64>(out, usable, values, validity, n, bounds, first);
}
