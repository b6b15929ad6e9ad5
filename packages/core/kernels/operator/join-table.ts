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

/**
 * Pairs of probe rows and rows with the same bucket and tag, at most `capacity`; their keys have still to be compared. `cursor`
 * is two u32: the probe row to go on with and the row (plus 1) of its chain to go on with, 0 to begin it; it ends at `n`, 0. Probe
 * rows whose byte at `usable` is 0 are passed over. The answer is the number of pairs.
 */
export function probe_chains(
  buckets: usize,
  mask: u32,
  entries: usize,
  hashes: usize,
  usable: usize,
  n: i32,
  cursor: usize,
  probeRows: usize,
  buildRows: usize,
  capacity: i32,
): i32 {
  let row = load<i32>(cursor);
  let chained = load<u32>(cursor, 4);
  let count = 0;
  for (; row < n; row++) {
    if (usable != 0 && load<u8>(usable + <usize>row) == 0) continue;
    const hash = load<u64>(hashes + (<usize>row << 3));
    const tag = <u32>(hash >> 32);
    if (chained == 0) chained = load<u32>(buckets + (<usize>(<u32>hash & mask) << 2));
    while (chained != 0) {
      const entry = entries + (<usize>(chained - 1) << 3);
      if (load<u32>(entry) == tag) {
        if (count == capacity) {
          store<i32>(cursor, row);
          store<u32>(cursor, chained, 4);
          return count;
        }
        store<u32>(probeRows + (<usize>count << 2), row);
        store<u32>(buildRows + (<usize>count << 2), chained - 1);
        count++;
      }
      chained = load<u32>(entry, 4);
    }
  }
  store<i32>(cursor, row);
  store<u32>(cursor, 0, 4);
  return count;
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
