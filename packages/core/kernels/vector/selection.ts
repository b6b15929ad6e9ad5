import { emitRows16 } from './emit-selection';

/** The bits of up to 16 rows that are not 0 in `mask` and, when `validity` is an address, in `validity`. */
@inline
function trueBits(mask: usize, validity: usize, negate: bool): i32 {
  const zero = i8x16.splat(0);
  let bits = negate ? i8x16.eq(v128.load(mask), zero) : i8x16.ne(v128.load(mask), zero);
  if (validity != 0) bits = v128.and(bits, i8x16.ne(v128.load(validity), zero));
  return i8x16.bitmask(bits);
}

@inline
function select(out: usize, mask: usize, validity: usize, n: i32, negate: bool): i32 {
  let end = out;
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    end = emitRows16(trueBits(mask + i, validity != 0 ? validity + i : 0, negate), i, end);
  }
  if (i < n) {
    const bits = trueBits(mask + i, validity != 0 ? validity + i : 0, negate);
    end = emitRows16(bits & ((1 << (n - i)) - 1), i, end);
  }
  return <i32>((end - out) >> 2);
}

/** Row numbers of the rows that are true and not null; the answer is their count. Needs 32 bytes past `4 * n`. */
export function select_true(out: usize, mask: usize, validity: usize, n: i32): i32 {
  return select(out, mask, validity, n, false);
}

/** Row numbers of the rows that are false and not null; the answer is their count. */
export function select_false(out: usize, mask: usize, validity: usize, n: i32): i32 {
  return select(out, mask, validity, n, true);
}

/** Row numbers of the rows that are false or null; the answer is their count. */
export function select_not_true(out: usize, mask: usize, validity: usize, n: i32): i32 {
  let k = out;
  for (let i = 0; i < n; i++) {
    store<i32>(k, i);
    const isTrue = <i32>(load<u8>(mask + i) != 0) & (validity == 0 ? 1 : <i32>(load<u8>(validity + i) != 0));
    k += <usize>((isTrue ^ 1) << 2);
  }
  return <i32>((k - out) >> 2);
}

/** Row numbers of the rows that are true or null; the answer is their count. */
export function select_not_false(out: usize, mask: usize, validity: usize, n: i32): i32 {
  let k = out;
  for (let i = 0; i < n; i++) {
    store<i32>(k, i);
    const isFalse = <i32>(load<u8>(mask + i) == 0) & (validity == 0 ? 1 : <i32>(load<u8>(validity + i) != 0));
    k += <usize>((isFalse ^ 1) << 2);
  }
  return <i32>((k - out) >> 2);
}

/** Row numbers of the null rows (`validity` 0); the answer is their count. */
export function select_null(out: usize, validity: usize, n: i32): i32 {
  return select(out, validity, 0, n, true);
}

/**
 * `out` gets `selection[i]` for each `i` whose `mask[i]` is true and not null: mask and validity stand in the order of the
 * selection. `out` may be `selection`. The answer is the count.
 */
export function refine_true(out: usize, selection: usize, mask: usize, validity: usize, n: i32): i32 {
  let k = out;
  if (validity == 0) {
    for (let i = 0; i < n; i++) {
      store<u32>(k, load<u32>(selection + (<usize>i << 2)));
      k += <usize>(load<u8>(mask + i) != 0) << 2;
    }
  } else {
    for (let i = 0; i < n; i++) {
      store<u32>(k, load<u32>(selection + (<usize>i << 2)));
      k += <usize>(<i32>(load<u8>(mask + i) != 0) & <i32>(load<u8>(validity + i) != 0)) << 2;
    }
  }
  return <i32>((k - out) >> 2);
}

/**
 * Rows (of `selection`, or of 0 to n - 1 when it is 0) with `mask[codes[row]]` true. Null rows (`validity` 0) are taken when
 * `nullIsTrue` is 1. `out` may be `selection`. The answer is the count.
 */
export function select_by_code(
  out: usize,
  selection: usize,
  codes: usize,
  mask: usize,
  validity: usize,
  n: i32,
  nullIsTrue: i32,
): i32 {
  let k = out;
  for (let i = 0; i < n; i++) {
    const row = selection == 0 ? i : load<i32>(selection + (<usize>i << 2));
    store<i32>(k, row);
    let taken: i32;
    if (validity != 0 && load<u8>(validity + <usize>row) == 0) taken = nullIsTrue;
    else taken = <i32>(load<u8>(mask + <usize>load<u32>(codes + (<usize>row << 2))) != 0);
    k += <usize>(taken << 2);
  }
  return <i32>((k - out) >> 2);
}

/** Rows (of `selection`, or of 0 to n - 1 when it is 0) whose byte at `validity` is `wanted` (0 or 1). The answer is the count. */
export function select_validity(out: usize, selection: usize, validity: usize, n: i32, wanted: i32): i32 {
  let k = out;
  for (let i = 0; i < n; i++) {
    const row = selection == 0 ? i : load<i32>(selection + (<usize>i << 2));
    store<i32>(k, row);
    k += <usize>((<i32>(load<u8>(validity + <usize>row) != 0) ^ wanted ^ 1) << 2);
  }
  return <i32>((k - out) >> 2);
}
