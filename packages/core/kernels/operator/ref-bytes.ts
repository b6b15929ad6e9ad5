// Refs ({address u32, length u32}) and the bytes they point to.

/** Above this many bytes the engine's own copy beats a loop. */
const LONG_COPY: usize = 128;

/** Copies `n` bytes forward; may read and write up to 15 bytes past both ends. */
// @ts-ignore: decorator
@inline
export function copyForward(target: usize, source: usize, n: usize): void {
  if (n > LONG_COPY) {
    memory.copy(target, source, n);
    return;
  }
  for (let i: usize = 0; i < n; i += 16) v128.store(target + i, v128.load(source + i));
}

/** Bytes that `n` refs point to, as an unsigned 32-bit number; 0xffffffff when it is that or more. */
export function sum_ref_bytes(refs: usize, n: i32): i32 {
  let sum: u64 = 0;
  for (let i = 0; i < n; i++) sum += <u64>load<u32>(refs + (<usize>i << 3), 4);
  return sum > 0xffffffff ? -1 : <i32>sum;
}

/**
 * Copies what `n` refs point to, back to back, to `target` and points the refs there. A ref without an address stays what it
 * is. May write up to 15 bytes past the end.
 */
export function copy_ref_bytes(refs: usize, n: i32, target: usize): void {
  for (let i = 0; i < n; i++) {
    const ref = refs + (<usize>i << 3);
    const address = <usize>load<u32>(ref);
    if (address == 0) continue;
    const length = <usize>load<u32>(ref, 4);
    copyForward(target, address, length);
    store<u32>(ref, <u32>target);
    target += length;
  }
}
