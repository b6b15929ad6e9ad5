// Grouping by the codes of dictionary columns: the codes of all keys make one number, which is a place in a table of groups.

/**
 * `out[i] = out[i] * size + digit`, where the digit of a row is 0 for a null and its code plus 1 otherwise. With `first`
 * the old content of `out` is not read.
 */
export function combine_codes(out: usize, codes: usize, validity: usize, n: i32, size: u32, first: i32): void {
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 2);
    let digit = load<u32>(codes + (<usize>i << 2)) + 1;
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) digit = 0;
    store<u32>(at, first ? digit : load<u32>(at) * size + digit);
  }
}

/** Like {@link combine_codes} for booleans: 0 null, 1 false, 2 true. */
export function combine_bools(out: usize, values: usize, validity: usize, n: i32, size: u32, first: i32): void {
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 2);
    let digit = <u32>(load<u8>(values + <usize>i) != 0) + 1;
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) digit = 0;
    store<u32>(at, first ? digit : load<u32>(at) * size + digit);
  }
}

/**
 * `groups[i]` from the table (group number plus 1, 0 where it is not known yet). Rows that are not known go to `unknown`; the
 * answer is how many.
 */
export function lookup_groups(groups: usize, places: usize, table: usize, n: i32, unknown: usize): i32 {
  let end = unknown;
  for (let i = 0; i < n; i++) {
    const entry = load<u32>(table + (<usize>load<u32>(places + (<usize>i << 2)) << 2));
    store<u32>(groups + (<usize>i << 2), entry - 1);
    store<u32>(end, i);
    end += <usize>(entry == 0) << 2;
  }
  return <i32>((end - unknown) >> 2);
}

/** Takes over the groups that were found for the rows in `unknown`: into `groups` and into the table. */
export function learn_groups(groups: usize, places: usize, table: usize, n: i32, unknown: usize, found: usize): void {
  for (let i = 0; i < n; i++) {
    const row = <usize>load<u32>(unknown + (<usize>i << 2));
    const group = load<u32>(found + (<usize>i << 2));
    store<u32>(groups + (row << 2), group);
    store<u32>(table + (<usize>load<u32>(places + (row << 2)) << 2), group + 1);
  }
}
