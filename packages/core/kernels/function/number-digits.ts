// Writing of integers as decimal digits.

/** "00" to "99". */
const PAIRS: usize = memory.data(200);
let pairs_ready = false;

function fill_pairs(): void {
  for (let i: usize = 0; i < 100; i++) {
    store<u8>(PAIRS + i * 2, <u8>(48 + i / 10));
    store<u8>(PAIRS + i * 2, <u8>(48 + (i % 10)), 1);
  }
  pairs_ready = true;
}

/** Decimal digits of `v`. */
export function digits_of(v: u64): usize {
  let digits: usize = 1;
  let bound: u64 = 10;
  while (digits < 20 && v >= bound) {
    digits++;
    bound = digits == 20 ? u64.MAX_VALUE : bound * 10;
  }
  return digits;
}

/** Writes the last `width` digits of `v`, with leading zeros. */
export function write_padded(out: usize, v: u64, width: usize): void {
  if (!pairs_ready) fill_pairs();
  let at = out + width;
  while (at >= out + 2) {
    const high = v / 100;
    at -= 2;
    store<u16>(at, load<u16>(PAIRS + <usize>(v - high * 100) * 2));
    v = high;
  }
  if (at > out) store<u8>(out, <u8>(48 + <u32>(v % 10)));
}

/** Writes `v` in decimal and answers with its bytes. */
export function write_unsigned(out: usize, v: u64): usize {
  const digits = digits_of(v);
  write_padded(out, v, digits);
  return digits;
}

/** Writes `v` in decimal with its sign and answers with its bytes. */
export function write_signed(out: usize, v: i64): usize {
  if (v >= 0) return write_unsigned(out, <u64>v);
  store<u8>(out, 45);
  return 1 + write_unsigned(out + 1, -<u64>v);
}
