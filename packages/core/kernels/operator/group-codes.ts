// Grouping by the codes of dictionary columns: the codes of all keys make one number, which is a place in a table of groups. Codes and
// validity are by row number; the `n` rows are those listed at `rows` (u32), or 0 to `n` - 1 when it is 0. All else is by place in that
// list.

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: i32): usize {
  return rows == 0 ? <usize>i : <usize>load<u32>(rows + (<usize>i << 2));
}

/** The digit of a row: 0 for a null, its code plus 1 otherwise. */
// @ts-ignore: decorator
@inline
function digitOf(codes: usize, validity: usize, row: usize): u32 {
  if (validity != 0 && load<u8>(validity + row) == 0) return 0;
  return load<u32>(codes + (row << 2)) + 1;
}

/** `out[i] = out[i] * size + digit`. With `first` the old content of `out` is not read. */
export function combine_codes(
  out: usize,
  codes: usize,
  validity: usize,
  rows: usize,
  n: i32,
  size: u32,
  first: i32,
): void {
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 2);
    const digit = digitOf(codes, validity, rowAt(rows, i));
    store<u32>(at, first ? digit : load<u32>(at) * size + digit);
  }
}

/** Like {@link combine_codes} for booleans: 0 null, 1 false, 2 true. */
export function combine_bools(
  out: usize,
  values: usize,
  validity: usize,
  rows: usize,
  n: i32,
  size: u32,
  first: i32,
): void {
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 2);
    const row = rowAt(rows, i);
    let digit = <u32>(load<u8>(values + row) != 0) + 1;
    if (validity != 0 && load<u8>(validity + row) == 0) digit = 0;
    store<u32>(at, first ? digit : load<u32>(at) * size + digit);
  }
}

/** {@link combine_codes} of two columns in one pass. */
export function combine_two_codes(
  out: usize,
  codesA: usize,
  validityA: usize,
  codesB: usize,
  validityB: usize,
  rows: usize,
  n: i32,
  sizeB: u32,
): void {
  if (validityA == 0 && validityB == 0 && rows == 0) {
    const size = i32x4.splat(sizeB);
    const offset = i32x4.splat(sizeB + 1);
    for (let i = 0; i < n; i += 4) {
      const at = <usize>i << 2;
      const product = i32x4.mul(v128.load(codesA + at), size);
      v128.store(out + at, i32x4.add(i32x4.add(product, v128.load(codesB + at)), offset));
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    const row = rowAt(rows, i);
    const digits = digitOf(codesA, validityA, row) * sizeB + digitOf(codesB, validityB, row);
    store<u32>(out + (<usize>i << 2), digits);
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

/** The first rows with a digit whose place in the table is 0, which becomes 1; the answer is how many. They go to `unseen`, by place in the list. */
export function unseen_codes(codes: usize, validity: usize, rows: usize, n: i32, table: usize, unseen: usize): i32 {
  let end = unseen;
  for (let i = 0; i < n; i++) {
    const place = table + (<usize>digitOf(codes, validity, rowAt(rows, i)) << 2);
    const isNew = load<u32>(place) == 0;
    store<u32>(place, 1);
    store<u32>(end, i);
    end += <usize>isNew << 2;
  }
  return <i32>((end - unseen) >> 2);
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
