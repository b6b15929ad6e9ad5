// Strings and byte strings as refs (address u32, length u32) into the bytes of a page.

/**
 * Refs to the next `n` PLAIN byte arrays (4 bytes length, then the bytes). Answers with the position behind them, or 0 when one
 * reaches beyond `end`.
 */
export function byte_array_refs(at: usize, end: usize, out: usize, n: u32): usize {
  for (let i: u32 = 0; i < n; i++) {
    if (<u32>(end - at) < 4) return 0;
    const length = load<u32>(at);
    at += 4;
    if (length > <u32>(end - at)) return 0;
    store<u32>(out, <u32>at);
    store<u32>(out, length, 4);
    out += 8;
    at += length;
  }
  return at;
}

/** The position behind the next `n` PLAIN byte arrays, or 0 when one reaches beyond `end`. */
export function skip_byte_arrays(at: usize, end: usize, n: u32): usize {
  for (let i: u32 = 0; i < n; i++) {
    if (<u32>(end - at) < 4) return 0;
    const length = load<u32>(at);
    at += 4;
    if (length > <u32>(end - at)) return 0;
    at += length;
  }
  return at;
}

/** Refs to `n` byte strings of `width` bytes each, one after another. */
export function fixed_refs(at: usize, out: usize, n: u32, width: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(out, <u32>at);
    store<u32>(out, width, 4);
    out += 8;
    at += width;
  }
}

/** Refs from `n` + 1 offsets of 32 bits into bytes (Arrow Binary); 1 when an offset makes no sense. */
export function refs_of_offsets(offsets: usize, bytes: usize, numBytes: u32, out: usize, n: u32): i32 {
  let from = load<u32>(offsets);
  for (let i: u32 = 0; i < n; i++) {
    offsets += 4;
    const to = load<u32>(offsets);
    if (to < from || to > numBytes) return 1;
    store<u32>(out, <u32>bytes + from);
    store<u32>(out, to - from, 4);
    out += 8;
    from = to;
  }
  return 0;
}

/** Refs from `n` lengths (i32) of strings that lie one after another; answers with the position behind them, or 0. */
export function refs_of_lengths(lengths: usize, at: usize, end: usize, out: usize, n: u32): usize {
  for (let i: u32 = 0; i < n; i++) {
    // A negative length is larger than any page.
    const length = load<u32>(lengths);
    lengths += 4;
    if (length > <u32>(end - at)) return 0;
    store<u32>(out, <u32>at);
    store<u32>(out, length, 4);
    out += 8;
    at += length;
  }
  return at;
}

/** Whether `n` refs all have `length` bytes. */
export function have_length(refs: usize, n: u32, length: u32): bool {
  for (let i: u32 = 0; i < n; i++) if (load<u32>(refs + (i << 3), 4) != length) return false;
  return true;
}

/** Whether all bytes are ASCII. May read up to 15 bytes past the end. */
export function is_ascii(at: usize, n: u32): bool {
  const end = at + n;
  while (at + 64 <= end) {
    const a = v128.or(v128.load(at), v128.load(at, 16));
    const b = v128.or(v128.load(at, 32), v128.load(at, 48));
    if (i8x16.bitmask(v128.or(a, b)) != 0) return false;
    at += 64;
  }
  while (at + 16 <= end) {
    if (i8x16.bitmask(v128.load(at)) != 0) return false;
    at += 16;
  }
  const left = <u32>(end - at);
  return left == 0 || (i8x16.bitmask(v128.load(at)) & ((1 << left) - 1)) == 0;
}

/** The number of the first of `n` refs whose bytes are no UTF-8 (RFC 3629), or -1. Refs of no address are passed over. */
export function first_bad_text(refs: usize, n: u32): i32 {
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>load<u32>(refs);
    const length = load<u32>(refs, 4);
    refs += 8;
    if (length != 0 && !is_ascii(at, length) && !is_utf8(at, at + length)) return i;
  }
  return -1;
}

function is_utf8(at: usize, end: usize): bool {
  while (at < end) {
    const lead = <u32>load<u8>(at);
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    let size: u32;
    let low: u32 = 0x80;
    let high: u32 = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) size = 2;
    else if (lead >= 0xe0 && lead <= 0xef) {
      size = 3;
      // Neither overlong forms nor surrogates.
      if (lead == 0xe0) low = 0xa0;
      else if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      size = 4;
      // Neither overlong forms nor anything beyond U+10FFFF.
      if (lead == 0xf0) low = 0x90;
      else if (lead == 0xf4) high = 0x8f;
    } else return false;
    if (<u32>(end - at) < size) return false;
    const second = <u32>load<u8>(at, 1);
    if (second < low || second > high) return false;
    if (size > 2 && (<u32>load<u8>(at, 2) & 0xc0) != 0x80) return false;
    if (size > 3 && (<u32>load<u8>(at, 3) & 0xc0) != 0x80) return false;
    at += size;
  }
  return true;
}
