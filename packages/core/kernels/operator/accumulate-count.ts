// Counters (i64) by group. `groups` is one u32 a row, or 0 when all rows are of group 0.

/** Adds 1 for each row. */
export function count_rows(counts: usize, groups: usize, n: i32): void {
  if (groups == 0) {
    store<i64>(counts, load<i64>(counts) + n);
    return;
  }
  for (let i = 0; i < n; i++) {
    const at = counts + (<usize>load<u32>(groups + (<usize>i << 2)) << 3);
    store<i64>(at, load<i64>(at) + 1);
  }
}

/** Adds 1 for each null of the rows listed at `rows` (0: rows 0 to `n` - 1). */
export function count_nulls(counts: usize, groups: usize, rows: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = counts + (groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2)) << 3);
    const row = rows == 0 ? <usize>i : <usize>load<u32>(rows + (<usize>i << 2));
    store<i64>(at, load<i64>(at) + <i64>(load<u8>(validity + row) == 0));
  }
}

/** `out = rows - nulls` for `n` groups; without nulls `out = rows`. */
export function count_values(out: usize, rows: usize, nulls: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    store<i64>(out + at, load<i64>(rows + at) - (nulls == 0 ? 0 : load<i64>(nulls + at)));
  }
}

/** One byte a group: whether it counts at least `least`. The answer is how many do. */
export function has_count(out: usize, counts: usize, n: i32, least: i32): i32 {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const enough = <i32>(load<i64>(counts + (<usize>i << 3)) >= <i64>least);
    store<u8>(out + <usize>i, <u8>enough);
    sum += enough;
  }
  return sum;
}
