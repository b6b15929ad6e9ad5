/** Copies `n` bytes; the ranges may overlap. */
export function copy_bytes(target: usize, source: usize, n: usize): void {
  memory.copy(target, source, n);
}

/** Sets `n` bytes to `value`. */
export function fill_bytes(target: usize, value: i32, n: usize): void {
  memory.fill(target, <u8>value, n);
}
