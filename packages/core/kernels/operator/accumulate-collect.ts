// Collected values by group: rows are kept in columns, and those of a group are chained in order. `heads` and `tails` have one u32 a
// group, `next` one a row: row numbers plus 1, 0 for none.
import { copyForward } from './ref-bytes';

/** Chains rows `firstRow` to `firstRow + n - 1`, which are of the groups at `groups` (0: all of group 0). */
export function chain_values(heads: usize, tails: usize, next: usize, groups: usize, firstRow: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const group: usize = groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
    const row = <u32>(firstRow + i) + 1;
    const tail = load<u32>(tails + (group << 2));
    if (tail == 0) store<u32>(heads + (group << 2), row);
    else store<u32>(next + (<usize>(tail - 1) << 2), row);
    store<u32>(next + (<usize>(row - 1) << 2), 0);
    store<u32>(tails + (group << 2), row);
  }
}

// @ts-ignore: decorator
@inline
function refAddress(refs: usize, row: usize): usize {
  return <usize>load<u32>(refs + (row << 3));
}

// @ts-ignore: decorator
@inline
function refLength(refs: usize, row: usize): usize {
  return <usize>load<u32>(refs + (row << 3), 4);
}

/** Bytes of the strings of `n` groups with the delimiter of each value but a group's first before it. */
export function joined_bytes(heads: usize, next: usize, values: usize, delimiters: usize, n: i32): f64 {
  let total: u64 = 0;
  for (let group = 0; group < n; group++) {
    const head = load<u32>(heads + (<usize>group << 2));
    for (let at = head; at != 0; at = load<u32>(next + (<usize>(at - 1) << 2))) {
      const row = <usize>(at - 1);
      total += <u64>refLength(values, row);
      if (at != head) total += <u64>refLength(delimiters, row);
    }
  }
  return <f64>total;
}

/** Writes these strings to `target` and refs to them to `out`; 0/0 for a group without values. */
export function join_values(
  out: usize,
  target: usize,
  heads: usize,
  next: usize,
  values: usize,
  delimiters: usize,
  n: i32,
): void {
  for (let group = 0; group < n; group++) {
    const head = load<u32>(heads + (<usize>group << 2));
    const start = target;
    for (let at = head; at != 0; at = load<u32>(next + (<usize>(at - 1) << 2))) {
      const row = <usize>(at - 1);
      if (at != head) {
        const length = refLength(delimiters, row);
        copyForward(target, refAddress(delimiters, row), length);
        target += length;
      }
      const length = refLength(values, row);
      copyForward(target, refAddress(values, row), length);
      target += length;
    }
    const ref = out + (<usize>group << 3);
    store<u32>(ref, head == 0 ? 0 : <u32>start);
    store<u32>(ref, head == 0 ? 0 : <u32>(target - start), 4);
  }
}

/** Refs of each group's first delimiter; 0/0 for a group without values. */
export function first_delimiters(out: usize, heads: usize, delimiters: usize, n: i32): void {
  for (let group = 0; group < n; group++) {
    const head = load<u32>(heads + (<usize>group << 2));
    store<u64>(out + (<usize>group << 3), head == 0 ? 0 : load<u64>(delimiters + (<usize>(head - 1) << 3)));
  }
}

// Lists in the nested encoding (src/vector/nested-encoding.ts): a byte 1, the number of elements, the elements. How an element is
// written: a width of 1 to 16 bytes copies a value of that kind, the others are these.
const STRING: i32 = 0;
/** The value is the encoding of one nested element. */
const NESTED: i32 = -1;
/** The value is the encoding of a list whose elements are taken. */
const LIST: i32 = -2;

const LIST_HEADER: usize = 5;

// @ts-ignore: decorator
@inline
function isValid(validity: usize, row: usize): bool {
  return validity == 0 || load<u8>(validity + row) != 0;
}

// @ts-ignore: decorator
@inline
function elementBytes(form: i32, values: usize, validity: usize, row: usize): usize {
  if (form == LIST) return isValid(validity, row) ? refLength(values, row) - LIST_HEADER : 0;
  if (!isValid(validity, row)) return 1;
  if (form == NESTED) return refLength(values, row);
  return form == STRING ? 5 + refLength(values, row) : 1 + <usize>form;
}

/** Bytes of the lists of `n` groups; a group without values has none. */
export function list_bytes(heads: usize, next: usize, values: usize, validity: usize, form: i32, n: i32): f64 {
  let total: u64 = 0;
  for (let group = 0; group < n; group++) {
    const head = load<u32>(heads + (<usize>group << 2));
    if (head != 0) total += <u64>LIST_HEADER;
    for (let at = head; at != 0; at = load<u32>(next + (<usize>(at - 1) << 2))) {
      total += <u64>elementBytes(form, values, validity, <usize>(at - 1));
    }
  }
  return <f64>total;
}

/** Writes these lists to `target` and refs to them to `out`; 0/0 for a group without values. */
export function list_values(
  out: usize,
  target: usize,
  heads: usize,
  next: usize,
  values: usize,
  validity: usize,
  form: i32,
  n: i32,
): void {
  for (let group = 0; group < n; group++) {
    const head = load<u32>(heads + (<usize>group << 2));
    const ref = out + (<usize>group << 3);
    if (head == 0) {
      store<u64>(ref, 0);
      continue;
    }
    const start = target;
    let count: u32 = 0;
    target += LIST_HEADER;
    for (let at = head; at != 0; at = load<u32>(next + (<usize>(at - 1) << 2))) {
      const row = <usize>(at - 1);
      const bytes = elementBytes(form, values, validity, row);
      if (form == LIST) {
        if (!isValid(validity, row)) continue;
        const source = refAddress(values, row);
        count += load<u32>(source, 1);
        copyForward(target, source + LIST_HEADER, bytes);
      } else {
        count++;
        if (!isValid(validity, row)) store<u8>(target, 0);
        else if (form == NESTED) copyForward(target, refAddress(values, row), bytes);
        else if (form == STRING) {
          store<u8>(target, 1);
          store<u32>(target, <u32>(bytes - 5), 1);
          copyForward(target + 5, refAddress(values, row), bytes - 5);
        } else {
          store<u8>(target, 1);
          copyForward(target + 1, values + row * <usize>form, <usize>form);
        }
      }
      target += bytes;
    }
    store<u8>(start, 1);
    store<u32>(start, count, 1);
    store<u32>(ref, <u32>start);
    store<u32>(ref, <u32>(target - start), 4);
  }
}

/** One byte a group: whether it has values. The answer is how many have. */
export function chained_groups(out: usize, heads: usize, n: i32): i32 {
  let count = 0;
  for (let group = 0; group < n; group++) {
    const has = <i32>(load<u32>(heads + (<usize>group << 2)) != 0);
    store<u8>(out + <usize>group, <u8>has);
    count += has;
  }
  return count;
}

/** One byte a ref: whether it has an address. The answer is how many have. */
export function refs_validity(out: usize, refs: usize, n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) {
    const has = <i32>(load<u32>(refs + (<usize>i << 3)) != 0);
    store<u8>(out + <usize>i, <u8>has);
    count += has;
  }
  return count;
}
