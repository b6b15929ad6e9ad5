// The hash table of a join: buckets (u32, the number plus 1 of the first row in them) and, for each row, an entry of 8 bytes: the high
// half of its hash and the next row of its bucket (number plus 1). Rows of a bucket are chained in ascending order.
import { equalAt } from './value-equality';

/** Chains `n` rows into `mask + 1` buckets, which are 0. Rows whose byte at `usable` is 0 (0: every row is) are left out. */
export function chain_rows(buckets: usize, mask: u32, entries: usize, hashes: usize, usable: usize, n: i32): void {
  for (let i = n - 1; i >= 0; i--) {
    if (usable != 0 && load<u8>(usable + <usize>i) == 0) continue;
    const hash = load<u64>(hashes + (<usize>i << 3));
    const bucket = buckets + (<usize>(<u32>hash & mask) << 2);
    const entry = entries + (<usize>i << 3);
    store<u32>(entry, <u32>(hash >> 32));
    store<u32>(entry, load<u32>(bucket), 4);
    store<u32>(bucket, i + 1);
  }
}

// A probe keeps a list of active rows: `rows` and, for each, where it stands in its chain (`chains`: row of the table plus 1). Two ways
// lead on. A round takes every active row one step: no branch depends on what is found, so that many cache misses are under way at
// once. A walk takes one row after the other to the end of its chain, for when few are left.

/** The active rows at the start: those of 0 to `n` - 1 whose bucket is not empty and whose byte at `usable` is not 0. */
export function start_probe(
  rows: usize,
  chains: usize,
  buckets: usize,
  mask: u32,
  hashes: usize,
  usable: usize,
  n: i32,
): i32 {
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    const head = load<u32>(buckets + (<usize>(load<u32>(hashes + (<usize>i << 3)) & mask) << 2));
    store<u32>(rows + (count << 2), i);
    store<u32>(chains + (count << 2), head);
    const isUsable = usable == 0 || load<u8>(usable + <usize>i) != 0;
    count += <usize>((<i32>(head != 0)) & <i32>isUsable);
  }
  return <i32>count;
}

/**
 * One step for each of `n` active rows. Rows and table rows of equal tags are appended at `probeRows` and `buildRows`: their keys
 * have still to be compared. `counts` gets the number of pairs and of rows that stay active; the lists are made shorter in place.
 */
export function probe_round(
  rows: usize,
  chains: usize,
  n: i32,
  entries: usize,
  hashes: usize,
  probeRows: usize,
  buildRows: usize,
  counts: usize,
): void {
  let numPairs: usize = 0;
  let numActive: usize = 0;
  for (let i = 0; i < n; i++) {
    const row = load<u32>(rows + (<usize>i << 2));
    const chained = load<u32>(chains + (<usize>i << 2));
    const entry = load<u64>(entries + (<usize>(chained - 1) << 3));
    const next = <u32>(entry >> 32);
    store<u32>(probeRows + (numPairs << 2), row);
    store<u32>(buildRows + (numPairs << 2), chained - 1);
    numPairs += <usize>(<u32>entry == load<u32>(hashes + (<usize>row << 3), 4));
    store<u32>(rows + (numActive << 2), row);
    store<u32>(chains + (numActive << 2), next);
    numActive += <usize>(next != 0);
  }
  store<u32>(counts, <u32>numPairs);
  store<u32>(counts, <u32>numActive, 4);
}

/**
 * Walks the chains of active rows `from` to `n` until `capacity` pairs are found. The answer is their number; `counts` gets the
 * active row to go on with, whose place in its chain is kept.
 */
export function probe_walk(
  rows: usize,
  chains: usize,
  from: i32,
  n: i32,
  entries: usize,
  hashes: usize,
  probeRows: usize,
  buildRows: usize,
  capacity: i32,
  counts: usize,
): i32 {
  let numPairs = 0;
  for (; from < n; from++) {
    const row = load<u32>(rows + (<usize>from << 2));
    const tag = load<u32>(hashes + (<usize>row << 3), 4);
    let chained = load<u32>(chains + (<usize>from << 2));
    while (chained != 0) {
      const entry = entries + (<usize>(chained - 1) << 3);
      if (load<u32>(entry) == tag) {
        if (numPairs == capacity) {
          store<u32>(chains + (<usize>from << 2), chained);
          store<u32>(counts, from);
          return numPairs;
        }
        store<u32>(probeRows + (<usize>numPairs << 2), row);
        store<u32>(buildRows + (<usize>numPairs << 2), chained - 1);
        numPairs++;
      }
      chained = load<u32>(entry, 4);
    }
  }
  store<u32>(counts, from);
  return numPairs;
}

// @ts-ignore: decorator
@inline
function equalPairs(
  kind: i32,
  probe: usize,
  probeValidity: usize,
  build: usize,
  buildValidity: usize,
  probeRows: usize,
  buildRows: usize,
  n: i32,
): i32 {
  let kept: usize = 0;
  for (let i = 0; i < n; i++) {
    const p = load<u32>(probeRows + (<usize>i << 2));
    const b = load<u32>(buildRows + (<usize>i << 2));
    const valid = probeValidity == 0 || load<u8>(probeValidity + <usize>p) != 0;
    let equal = valid == (buildValidity == 0 || load<u8>(buildValidity + <usize>b) != 0);
    if (equal && valid) equal = equalAt(kind, probe, <usize>p, build, <usize>b);
    store<u32>(probeRows + (kept << 2), p);
    store<u32>(buildRows + (kept << 2), b);
    kept += <usize>equal;
  }
  return <i32>kept;
}

// Of `n` pairs those whose values are equal stay (nulls are equal to nulls); the answer is how many.

export function equal_pairs_bool(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(1, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_i32(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(4, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_i64(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(8, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_i128(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(16, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_f64(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(64, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_interval(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(128, p, pv, b, bv, pr, br, n);
}

export function equal_pairs_ref(p: usize, pv: usize, b: usize, bv: usize, pr: usize, br: usize, n: i32): i32 {
  return equalPairs(0, p, pv, b, bv, pr, br, n);
}
