// Unpacking of integers of `width` bits, least significant bit first (parquet-format, Encodings.md, RLE / bit-packing hybrid).
// Reads up to 16 bytes past the packed bytes; the 32-bit form writes up to 28 bytes past the last value.

/**
 * Unpacks `n` integers of 0 to 32 bits from the value at `index` on; `packed` is where value 0 begins.
 *
 * Groups of 8 begin at a whole byte. Widths of up to 25 bits take the multiply-and-shift way of SIMD-Scan (Willhalm et al.,
 * VLDB 2009): a shuffle brings each value's 4 bytes into its lane, a multiplication aligns it at the top, a shift brings it down.
 */
export function unpack_u32(out: usize, packed: usize, index: u32, n: u32, width: u32): void {
  if (width == 0) {
    memory.fill(out, 0, n << 2);
    return;
  }
  if (width == 32) {
    memory.copy(out, packed + (index << 2), n << 2);
    return;
  }
  let group = packed + (index >> 3) * width;
  const phase = index & 7;
  if (phase != 0) {
    const head = min(8 - phase, n);
    unpack_scalar(out, group, phase, head, width);
    out += head << 2;
    n -= head;
    group += width;
  }
  if (width > 25) {
    while (n > 0) {
      const count = min(n, 8);
      unpack_scalar(out, group, 0, count, width);
      out += count << 2;
      n -= count;
      group += width;
    }
    return;
  }
  if (n == 0) return;
  const mask0 = lane_mask(0, width);
  const mask1 = lane_mask((width << 2) & 7, width);
  const scale0 = lane_scale(0, width);
  const scale1 = lane_scale((width << 2) & 7, width);
  const shift = 32 - width;
  const second = width >> 1;
  const end = out + (n << 2);
  while (out < end) {
    const a = v128.relaxed_swizzle(v128.load(group), mask0);
    const b = v128.relaxed_swizzle(v128.load(group + second), mask1);
    v128.store(out, i32x4.shr_u(i32x4.mul(a, scale0), shift));
    v128.store(out, i32x4.shr_u(i32x4.mul(b, scale1), shift), 16);
    group += width;
    out += 32;
  }
}

/** Values `phase` to `phase + n` of one group of 8. */
function unpack_scalar(out: usize, group: usize, phase: u32, n: u32, width: u32): void {
  const mask = ((<u64>1) << <u64>width) - 1;
  let bit = phase * width;
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(out, <u32>((load<u64>(group + (bit >> 3)) >> (bit & 7)) & mask));
    out += 4;
    bit += width;
  }
}

/** For each of 4 lanes, which 4 bytes hold its value: the values begin at bit `from` of the vector. */
function lane_mask(from: u32, width: u32): v128 {
  let mask = i32x4.splat(0x03020100);
  mask = i32x4.replace_lane(mask, 0, 0x03020100 + ((from) >> 3) * 0x01010101);
  mask = i32x4.replace_lane(mask, 1, 0x03020100 + ((from + width) >> 3) * 0x01010101);
  mask = i32x4.replace_lane(mask, 2, 0x03020100 + ((from + 2 * width) >> 3) * 0x01010101);
  mask = i32x4.replace_lane(mask, 3, 0x03020100 + ((from + 3 * width) >> 3) * 0x01010101);
  return mask;
}

/** For each of 4 lanes, the power of two that moves its value to the top of 32 bits. */
function lane_scale(from: u32, width: u32): v128 {
  const top = 32 - width;
  let scale = i32x4.splat(1 << (top - (from & 7)));
  scale = i32x4.replace_lane(scale, 1, 1 << (top - ((from + width) & 7)));
  scale = i32x4.replace_lane(scale, 2, 1 << (top - ((from + 2 * width) & 7)));
  scale = i32x4.replace_lane(scale, 3, 1 << (top - ((from + 3 * width) & 7)));
  return scale;
}

/** The integer of 0 to 64 bits at `index`. */
// @ts-ignore: decorator
@inline
export function unpack_one_u64(packed: usize, index: u32, width: u32): u64 {
  const bit = <u64>index * <u64>width;
  const at = packed + <usize>(bit >> 3);
  const shift = bit & 7;
  let value = load<u64>(at) >> shift;
  if (shift + width > 64) value |= <u64>load<u8>(at, 8) << (64 - shift);
  return width == 64 ? value : value & (((<u64>1) << <u64>width) - 1);
}

/** One byte, 0 or 1, for each of `n` bits from bit `index` on; answers with the number of ones. */
export function unpack_bits(out: usize, packed: usize, index: u32, n: u32): u32 {
  let at = packed + (index >> 3);
  const shift = index & 7;
  const spread = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const one = i8x16.splat(1);
  let ones: u32 = 0;
  while (n > 0) {
    let word = (load<u32>(at) >> shift) & 0xffff;
    const values = v128.and(i8x16.ne(v128.and(v128.relaxed_swizzle(i32x4.splat(word), spread), bits), i32x4.splat(0)), one);
    if (n < 16) {
      word &= (1 << n) - 1;
      ones += popcnt(word);
      v128.store(out, values);
      break;
    }
    ones += popcnt(word);
    v128.store(out, values);
    out += 16;
    at += 2;
    n -= 16;
  }
  return ones;
}

/** Reverses the bits of each of `n` bytes: the deprecated BIT_PACKED encoding has the most significant bit first. */
export function reverse_bits(out: usize, source: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    let byte = <u32>load<u8>(source + i);
    byte = ((byte & 0xf0) >> 4) | ((byte & 0x0f) << 4);
    byte = ((byte & 0xcc) >> 2) | ((byte & 0x33) << 2);
    byte = ((byte & 0xaa) >> 1) | ((byte & 0x55) << 1);
    store<u8>(out + i, <u8>byte);
  }
}

/** The bit at `index`, 0 or 1. */
// @ts-ignore: decorator
@inline
export function load_bit(bits: usize, index: u32): u32 {
  return (<u32>load<u8>(bits + (index >> 3)) >> (index & 7)) & 1;
}
