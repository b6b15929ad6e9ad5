/** `out = a AND b`, bytes of 0 and 1. May write up to 15 bytes past the end. */
export function and_bytes(out: usize, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i += 16) v128.store(out + i, v128.and(v128.load(a + i), v128.load(b + i)));
}

/** `out = 1 - a`, bytes of 0 and 1. May write up to 15 bytes past the end. */
export function invert_bytes(out: usize, a: usize, n: i32): void {
  const one = i8x16.splat(1);
  for (let i = 0; i < n; i += 16) v128.store(out + i, v128.xor(v128.load(a + i), one));
}

/** How many of `n` bytes are not 0. */
export function count_true(a: usize, n: i32): i32 {
  const zero = i8x16.splat(0);
  let count = 0;
  let i = 0;
  for (; i + 16 <= n; i += 16) count += popcnt(i8x16.bitmask(i8x16.ne(v128.load(a + i), zero)));
  for (; i < n; i++) count += <i32>(load<u8>(a + i) != 0);
  return count;
}

/** Puts 0 (no address, no bytes) into the `ref`s of null rows. */
export function clear_null_refs(refs: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = refs + (<usize>i << 3);
    store<u64>(at, load<u64>(at) & -<u64>(load<u8>(validity + i) != 0));
  }
}

/** Puts code 0 into the null rows of a dictionary vector. */
export function clear_null_codes(codes: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = codes + (<usize>i << 2);
    store<u32>(at, load<u32>(at) & -<u32>(load<u8>(validity + i) != 0));
  }
}
