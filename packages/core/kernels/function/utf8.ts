// UTF-8 as the string kernels see it: a character starts at every byte that is no continuation byte (10xxxxxx). Broken
// input therefore never leads past its end, and every kernel counts its characters in the same way.

/** Which of the 16 bytes at `at` start a character; bytes from `end` on do not count. */
@inline
function lead_mask(at: usize, end: usize): u32 {
  let mask = <u32>i8x16.bitmask(i8x16.gt_s(v128.load(at), i8x16.splat(-65)));
  const left = end - at;
  if (left < 16) mask &= (1 << <u32>left) - 1;
  return mask;
}

/** Characters in [at, end). */
export function count_chars(at: usize, end: usize): u32 {
  let count: u32 = 0;
  while (at < end) {
    count += popcnt(lead_mask(at, end));
    at += 16;
  }
  return count;
}

/** Where the character number `n` (from 0) of [at, end) starts; `end` when there are not so many. */
export function skip_chars(at: usize, end: usize, n: u32): usize {
  while (at < end) {
    let mask = lead_mask(at, end);
    const count = popcnt(mask);
    if (count > n) {
      if ((mask & (mask + 1)) == 0) return at + <usize>n;
      while (n > 0) {
        mask &= mask - 1;
        n--;
      }
      return at + <usize>ctz(mask);
    }
    n -= count;
    at += 16;
  }
  return end;
}

/** Whether all bytes of [at, end) are below 128. */
export function is_ascii(at: usize, end: usize): bool {
  while (at + 16 <= end) {
    if (i8x16.bitmask(v128.load(at)) != 0) return false;
    at += 16;
  }
  if (at >= end) return true;
  return (<u32>i8x16.bitmask(v128.load(at)) & ((1 << <u32>(end - at)) - 1)) == 0;
}

/** Where the next character starts. */
@inline
export function next_char(at: usize, end: usize): usize {
  at++;
  while (at < end && (load<u8>(at) & 0xc0) == 0x80) at++;
  return at;
}

/** Where the character before `at` starts. */
@inline
export function previous_char(at: usize, start: usize): usize {
  at--;
  while (at > start && (load<u8>(at) & 0xc0) == 0x80) at--;
  return at;
}

@inline
function continues(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}

/** The code point at `at`; broken sequences give their first byte. */
export function decode_char(at: usize, end: usize): u32 {
  const a = <u32>load<u8>(at);
  if (a < 0xc0) return a;
  const left = end - at;
  const b = <u32>load<u8>(at, 1);
  if (left < 2 || !continues(b)) return a;
  if (a < 0xe0) return ((a & 0x1f) << 6) | (b & 0x3f);
  const c = <u32>load<u8>(at, 2);
  if (left < 3 || !continues(c)) return a;
  if (a < 0xf0) return ((a & 0x0f) << 12) | ((b & 0x3f) << 6) | (c & 0x3f);
  const d = <u32>load<u8>(at, 3);
  if (left < 4 || !continues(d)) return a;
  return ((a & 0x07) << 18) | ((b & 0x3f) << 12) | ((c & 0x3f) << 6) | (d & 0x3f);
}

/** Bytes of a code point. */
@inline
export function char_bytes(c: u32): usize {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/** Writes a code point and answers with its bytes. */
export function encode_char(out: usize, c: u32): usize {
  if (c < 0x80) {
    store<u8>(out, <u8>c);
    return 1;
  }
  if (c < 0x800) {
    store<u8>(out, <u8>(0xc0 | (c >> 6)));
    store<u8>(out, <u8>(0x80 | (c & 0x3f)), 1);
    return 2;
  }
  if (c < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (c >> 12)));
    store<u8>(out, <u8>(0x80 | ((c >> 6) & 0x3f)), 1);
    store<u8>(out, <u8>(0x80 | (c & 0x3f)), 2);
    return 3;
  }
  store<u8>(out, <u8>(0xf0 | (c >> 18)));
  store<u8>(out, <u8>(0x80 | ((c >> 12) & 0x3f)), 1);
  store<u8>(out, <u8>(0x80 | ((c >> 6) & 0x3f)), 2);
  store<u8>(out, <u8>(0x80 | (c & 0x3f)), 3);
  return 4;
}
