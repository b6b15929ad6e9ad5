// The hash table of a grouping: open addressing with linear probing over a power of two of slots. A slot is 8 bytes: the high
// half of the group's hash (its tag) and the group's number plus 1; 0 is an empty slot. Groups are numbered from 0 in the
// order in which they were found; their keys lie in columns by group number, which the caller keeps.
import { finish } from './hash';
import { equalAt } from './value-equality';

/**
 * Looks rows up by their hashes. Each of the `n` rows in `rows` (all of 0 to n - 1 when it is 0) gets a group in `groups`:
 * - a new one, numbered from `numGroups` on, where the probe ends in an empty slot: the row goes to `newRows`;
 * - that of the first slot with the same tag otherwise: the row goes to `candidates`, and its slot to `positions`, because the
 *   keys have still to be compared.
 *
 * With `again` the rows go on behind the slots in `positions`. `counts` gets the lengths of `newRows` and `candidates`. There
 * must be more empty slots than rows.
 */
export function probe_groups(
  slots: usize,
  mask: u32,
  hashes: usize,
  rows: usize,
  n: i32,
  again: i32,
  positions: usize,
  groups: usize,
  numGroups: u32,
  newRows: usize,
  candidates: usize,
  counts: usize,
): void {
  let newEnd = newRows;
  let candidateEnd = candidates;
  for (let i = 0; i < n; i++) {
    const row = rows == 0 ? <u32>i : load<u32>(rows + (<usize>i << 2));
    const hash = load<u64>(hashes + (<usize>row << 3));
    const tag = <u32>(hash >> 32);
    let position = again ? (load<u32>(positions + (<usize>row << 2)) + 1) & mask : <u32>hash & mask;
    for (;;) {
      const slot = slots + (<usize>position << 3);
      const entry = load<u32>(slot, 4);
      if (entry == 0) {
        store<u32>(slot, tag);
        store<u32>(slot, numGroups + 1, 4);
        store<u32>(groups + (<usize>row << 2), numGroups);
        numGroups++;
        store<u32>(newEnd, row);
        newEnd += 4;
        break;
      }
      if (load<u32>(slot) == tag) {
        store<u32>(groups + (<usize>row << 2), entry - 1);
        store<u32>(positions + (<usize>row << 2), position);
        store<u32>(candidateEnd, row);
        candidateEnd += 4;
        break;
      }
      position = (position + 1) & mask;
    }
  }
  store<u32>(counts, <u32>((newEnd - newRows) >> 2));
  store<u32>(counts, <u32>((candidateEnd - candidates) >> 2), 4);
}

/** Puts groups `from` to `to` (exclusive) into the slots of a table that has room for them. */
export function insert_groups(slots: usize, mask: u32, hashes: usize, from: u32, to: u32): void {
  for (let group = from; group < to; group++) {
    const hash = load<u64>(hashes + (<usize>group << 3));
    let position = <u32>hash & mask;
    while (load<u32>(slots + (<usize>position << 3), 4) != 0) position = (position + 1) & mask;
    const slot = slots + (<usize>position << 3);
    store<u32>(slot, <u32>(hash >> 32));
    store<u32>(slot, group + 1, 4);
  }
}

// Comparing: of the `n` rows in `candidates` those whose value equals the key of their group stay, the others are appended at
// `mismatches`. Nulls are equal to nulls. The answer is how many stay.

// @ts-ignore: decorator
@inline
function validAt(validity: usize, i: usize): bool {
  return validity == 0 || load<u8>(validity + i) != 0;
}

// @ts-ignore: decorator
@inline
function match(
  kind: i32,
  values: usize,
  validity: usize,
  keys: usize,
  keyValidity: usize,
  candidates: usize,
  groups: usize,
  n: i32,
  mismatches: usize,
): i32 {
  let kept = candidates;
  for (let i = 0; i < n; i++) {
    const row = load<u32>(candidates + (<usize>i << 2));
    const group = <usize>load<u32>(groups + (<usize>row << 2));
    const valid = validAt(validity, <usize>row);
    let equal = valid == validAt(keyValidity, group);
    if (equal && valid) equal = equalAt(kind, values, <usize>row, keys, group);
    if (equal) {
      store<u32>(kept, row);
      kept += 4;
    } else {
      store<u32>(mismatches, row);
      mismatches += 4;
    }
  }
  return <i32>((kept - candidates) >> 2);
}

export function match_bool(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(1, v, vv, k, kv, c, g, n, m);
}

export function match_i32(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(4, v, vv, k, kv, c, g, n, m);
}

export function match_i64(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(8, v, vv, k, kv, c, g, n, m);
}

export function match_i128(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(16, v, vv, k, kv, c, g, n, m);
}

export function match_f64(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(64, v, vv, k, kv, c, g, n, m);
}

export function match_interval(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(128, v, vv, k, kv, c, g, n, m);
}

export function match_ref(v: usize, vv: usize, k: usize, kv: usize, c: usize, g: usize, n: i32, m: usize): i32 {
  return match(0, v, vv, k, kv, c, g, n, m);
}

// A single integer key without nulls, in one pass: the keys of new groups are written at once.

// @ts-ignore: decorator
@inline
function assignIntegers<T>(
  slots: usize,
  mask: u32,
  values: usize,
  n: i32,
  keys: usize,
  hashes: usize,
  groups: usize,
  numGroups: u32,
  newRows: usize,
): i32 {
  const width = sizeof<T>();
  let newEnd = newRows;
  for (let i = 0; i < n; i++) {
    const value = load<T>(values + <usize>i * width);
    const hash = finish(<u64>(<i64>value));
    const tag = <u32>(hash >> 32);
    let position = <u32>hash & mask;
    for (;;) {
      const slot = slots + (<usize>position << 3);
      const entry = load<u32>(slot, 4);
      if (entry == 0) {
        store<u32>(slot, tag);
        store<u32>(slot, numGroups + 1, 4);
        store<T>(keys + <usize>numGroups * width, value);
        store<u64>(hashes + (<usize>numGroups << 3), hash);
        store<u32>(groups + (<usize>i << 2), numGroups);
        numGroups++;
        store<u32>(newEnd, i);
        newEnd += 4;
        break;
      }
      if (load<u32>(slot) == tag && load<T>(keys + <usize>(entry - 1) * width) == value) {
        store<u32>(groups + (<usize>i << 2), entry - 1);
        break;
      }
      position = (position + 1) & mask;
    }
  }
  return <i32>((newEnd - newRows) >> 2);
}

/**
 * The group of each of `n` values. New groups are numbered from `numGroups` on; their values go to `keys` and their hashes to
 * `hashes`, which have room, and the rows that made them to `newRows`. The answer is how many.
 */
export function assign_groups_i32(
  slots: usize,
  mask: u32,
  values: usize,
  n: i32,
  keys: usize,
  hashes: usize,
  groups: usize,
  numGroups: u32,
  newRows: usize,
): i32 {
  return assignIntegers<i32>(slots, mask, values, n, keys, hashes, groups, numGroups, newRows);
}

/** See {@link assign_groups_i32}. */
export function assign_groups_i64(
  slots: usize,
  mask: u32,
  values: usize,
  n: i32,
  keys: usize,
  hashes: usize,
  groups: usize,
  numGroups: u32,
  newRows: usize,
): i32 {
  return assignIntegers<i64>(slots, mask, values, n, keys, hashes, groups, numGroups, newRows);
}
