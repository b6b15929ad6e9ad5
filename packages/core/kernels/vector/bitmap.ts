/** Packs `n` bytes of 0 and 1 into an Arrow bitmap (least significant bit first); the bits after the last are 0. */
export function pack_bitmap(out: usize, bytes: usize, n: i32): void {
  const zero = i8x16.splat(0);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    store<u16>(out + (i >> 3), <u16>i8x16.bitmask(i8x16.ne(v128.load(bytes + i), zero)));
  }
  for (; i < n; i += 8) {
    let byte = 0;
    const rest = min(8, n - i);
    for (let bit = 0; bit < rest; bit++) byte |= <i32>(load<u8>(bytes + i + bit) != 0) << bit;
    store<u8>(out + (i >> 3), <u8>byte);
  }
}

/** Unpacks `n` bits of an Arrow bitmap, from bit `offset` on, into bytes of 0 and 1. May write up to 7 bytes past the end. */
export function unpack_bitmap(out: usize, bitmap: usize, offset: i32, n: i32): void {
  const shift = offset & 7;
  bitmap += offset >> 3;
  for (let i = 0; i < n; i += 8) {
    const word = <u32>load<u16>(bitmap + (i >> 3)) >> shift;
    // Spreads 8 bits to 8 bytes: copies of the byte, each masked to its own bit, then turned into 0 or 1.
    const spread = (<u64>(word & 0xff) * 0x0101010101010101) & 0x8040201008040201;
    store<u64>(out + i, ((spread + 0x00406070787c7e7f) >> 7) & 0x0101010101010101);
  }
}

/** How many of the `n` bits from bit `offset` on are 1. */
export function count_bitmap(bitmap: usize, offset: i32, n: i32): i32 {
  let count = 0;
  for (let i = offset; i < offset + n; ) {
    if ((i & 7) == 0 && i + 8 <= offset + n) {
      count += popcnt(<u32>load<u8>(bitmap + (i >> 3)));
      i += 8;
    } else {
      count += (load<u8>(bitmap + (i >> 3)) >> (<u8>i & 7)) & 1;
      i++;
    }
  }
  return count;
}
