// Rows that become none, one or many: counts of rows to give (i64 a row), and which row gives which.

export function fill_counts(out: usize, n: i32, value: i32): void {
  for (let i = 0; i < n; i++) store<i64>(out + (<usize>i << 3), <i64>value);
}

export function widen_counts(out: usize, counts: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i64>(out + (<usize>i << 3), <i64>load<u32>(counts + (<usize>i << 2)));
}

/** The greater count of each row. */
export function greater_counts(into: usize, counts: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = into + (<usize>i << 3);
    const count = load<i64>(counts + (<usize>i << 3));
    if (count > load<i64>(at)) store<i64>(at, count);
  }
}

/** `outer` elements (u32 a row) of so many elements each: how many of those each row has, in `out` (u32). */
export function counts_of_nested(out: usize, outer: usize, n: i32, inner: usize): void {
  for (let i = 0; i < n; i++) {
    let sum: u32 = 0;
    for (let k = load<u32>(outer + (<usize>i << 2)); k > 0; k--, inner += 4) sum += load<u32>(inner);
    store<u32>(out + (<usize>i << 2), sum);
  }
}

/** Where the elements of each row start (u32), when those of all rows lie behind each other. */
export function starts_of_counts(out: usize, counts: usize, n: i32): void {
  let start: u32 = 0;
  for (let i = 0; i < n; i++) {
    store<u32>(out + (<usize>i << 2), start);
    start += <u32>load<i64>(counts + (<usize>i << 3));
  }
}

/**
 * The next `capacity` rows to give: the row that each comes from (u32) and which of its rows it is (i64, from 0). `state` has the row
 * and the number to go on from (two i64); the answer is how many there are, fewer than `capacity` at the end only.
 */
export function expand_rows(counts: usize, n: i32, state: usize, rows: usize, numbers: usize, capacity: i32): i32 {
  let row = <i32>load<i64>(state);
  let number = load<i64>(state, 8);
  let given = 0;
  while (row < n && given < capacity) {
    const count = load<i64>(counts + (<usize>row << 3));
    const end = given + <i32>min(count - number, <i64>(capacity - given));
    for (; given < end; given++, number++) {
      store<u32>(rows + (<usize>given << 2), row);
      store<i64>(numbers + (<usize>given << 3), number);
    }
    if (number >= count) {
      row++;
      number = 0;
    }
  }
  store<i64>(state, <i64>row);
  store<i64>(state, number, 8);
  return given;
}

/** Which element each row shows (u32), and whether there is one (a byte, 1 or 0); the answer is how many rows have none. */
export function pick_elements(
  out: usize,
  valid: usize,
  rows: usize,
  numbers: usize,
  n: i32,
  counts: usize,
  starts: usize,
): i32 {
  let missing = 0;
  for (let i = 0; i < n; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const number = load<i64>(numbers + (<usize>i << 3));
    const has = number < load<i64>(counts + (row << 3));
    store<u32>(out + (<usize>i << 2), has ? load<u32>(starts + (row << 2)) + <u32>number : 0);
    store<u8>(valid + <usize>i, has ? 1 : 0);
    missing += has ? 0 : 1;
  }
  return missing;
}

/** Numbers from 0 as numbers from 1. */
export function ordinals_of_numbers(out: usize, numbers: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i64>(out + (<usize>i << 3), load<i64>(numbers + (<usize>i << 3)) + 1);
}
