// Turns bit masks of 16 rows into lists of row numbers without a branch a row: a table gives, for each of the 256 masks of
// 8 rows, the positions of its bits (Lemire and others, "SIMD compression and the intersection of sorted integers", 2016).

const POSITIONS: usize = memory.data(2048, 16);

for (let mask = 0; mask < 256; mask++) {
  let k: usize = 0;
  for (let bit = 0; bit < 8; bit++) {
    if (mask & (1 << bit)) store<u8>(POSITIONS + (<usize>mask << 3) + k++, <u8>bit);
  }
}

@inline
function emit8(mask: i32, base: v128, out: usize): usize {
  const positions = v128.load8x8_u(POSITIONS + (<usize>mask << 3));
  v128.store(out, i32x4.add(base, i32x4.extend_low_i16x8_u(positions)));
  v128.store(out, i32x4.add(base, i32x4.extend_high_i16x8_u(positions)), 16);
  return out + (<usize>popcnt(mask) << 2);
}

/**
 * Appends the row numbers `row + b` of the bits `b` set in the low 16 bits of `mask`, and answers the new end. Writes up to
 * 32 bytes past it.
 */
@inline
export function emitRows16(mask: i32, row: i32, out: usize): usize {
  if (mask == 0) return out;
  const base = i32x4.splat(row);
  const next = emit8(mask & 0xff, base, out);
  return emit8((mask >> 8) & 0xff, i32x4.add(base, i32x4.splat(8)), next);
}
