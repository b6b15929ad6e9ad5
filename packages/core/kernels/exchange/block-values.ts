// Strings in exchange blocks: u32 lengths, then the bytes back to back.
import { copyForward } from '../operator/ref-bytes';

/** The lengths of `n` refs and, back to back, the bytes that they point to. May write up to 15 bytes past the end. */
export function refs_to_lengths(lengths: usize, bytes: usize, refs: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const ref = refs + (<usize>i << 3);
    const length = load<u32>(ref, 4);
    store<u32>(lengths + (<usize>i << 2), length);
    copyForward(bytes, <usize>load<u32>(ref), <usize>length);
    bytes += <usize>length;
  }
}

/** Refs into `bytes` from lengths; 0/0 where `validity` is 0. The answer is the sum of the lengths. */
export function lengths_to_refs(refs: usize, lengths: usize, bytes: usize, validity: usize, n: i32): i32 {
  let at = <u32>bytes;
  for (let i = 0; i < n; i++) {
    const ref = refs + (<usize>i << 3);
    const length = load<u32>(lengths + (<usize>i << 2));
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) store<u64>(ref, 0);
    else {
      store<u32>(ref, at);
      store<u32>(ref, length, 4);
    }
    at += length;
  }
  return <i32>(at - <u32>bytes);
}
