/** `n` copies of the 4 bytes at `value`. May write up to 12 bytes past the end. */
export function fill_4(out: usize, value: usize, n: i32): void {
  const v = v128.load32_splat(value);
  const end = out + (<usize>n << 2);
  for (; out < end; out += 16) v128.store(out, v);
}

/** `n` copies of the 8 bytes at `value`. May write up to 8 bytes past the end. */
export function fill_8(out: usize, value: usize, n: i32): void {
  const v = v128.load64_splat(value);
  const end = out + (<usize>n << 3);
  for (; out < end; out += 16) v128.store(out, v);
}

/** `n` copies of the 16 bytes at `value`. */
export function fill_16(out: usize, value: usize, n: i32): void {
  const v = v128.load(value);
  const end = out + (<usize>n << 4);
  for (; out < end; out += 16) v128.store(out, v);
}

/** The u32 numbers `start`, `start + 1`, ... May write up to 12 bytes past the end. */
export function sequence_u32(out: usize, start: i32, n: i32): void {
  let v = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  const four = i32x4.splat(4);
  const end = out + (<usize>n << 2);
  for (; out < end; out += 16) {
    v128.store(out, v);
    v = i32x4.add(v, four);
  }
}
