import { write_padded, write_unsigned } from './number-digits';

/** Nine digits each of an unsigned 128-bit number, least significant first. */
const GROUPS: usize = memory.data(5 * 4);

/** Writes the unsigned number high × 2^64 + low in decimal; at most 39 bytes. Answers with the bytes. */
export function write_unsigned_128(out: usize, low: u64, high: u64): usize {
  if (high == 0) return write_unsigned(out, low);
  let a = high >> 32;
  let b = high & 0xffffffff;
  let c = low >> 32;
  let d = low & 0xffffffff;
  let groups = 0;
  while ((a | b | c | d) != 0) {
    let rest: u64 = a;
    a = rest / 1000000000;
    rest = ((rest - a * 1000000000) << 32) | b;
    b = rest / 1000000000;
    rest = ((rest - b * 1000000000) << 32) | c;
    c = rest / 1000000000;
    rest = ((rest - c * 1000000000) << 32) | d;
    d = rest / 1000000000;
    store<u32>(GROUPS + <usize>groups * 4, <u32>(rest - d * 1000000000));
    groups++;
  }
  let at = out + write_unsigned(out, load<u32>(GROUPS + <usize>(groups - 1) * 4));
  for (let i = groups - 2; i >= 0; i--, at += 9) write_padded(at, load<u32>(GROUPS + <usize>i * 4), 9);
  return at - out;
}

/**
 * Writes the number with its sign and `scale` digits after the point; at most 42 bytes. Answers with the bytes.
 * `low`, `high`: the unscaled number in two's complement.
 */
export function write_decimal(out: usize, low: u64, high: u64, scale: usize): usize {
  const start = out;
  if (<i64>high < 0) {
    store<u8>(out++, 45);
    low = -low;
    high = ~high + <u64>(low == 0);
  }
  let digits = write_unsigned_128(out, low, high);
  if (scale == 0) return out - start + digits;
  if (digits <= scale) {
    // As many zeros in front as leave one before the point.
    const zeros = scale + 1 - digits;
    memory.copy(out + zeros, out, digits);
    memory.fill(out, 48, zeros);
    digits = scale + 1;
  }
  const point = out + digits - scale;
  memory.copy(point + 1, point, scale);
  store<u8>(point, 46);
  return out - start + digits + 1;
}
