import { multiply_high } from './multiply-wide';
import { digits_of, write_padded, write_unsigned } from './number-digits';
import { FIRST_POWER, POWERS } from './power-table';
import { row_counts, store_null_ref, store_ref } from './row';

// The shortest digits that read back as the same number, by Schubfach (R. Giulietti, "The Schubfach way to render doubles",
// 2020). As PostgreSQL, it takes no digits that lie exactly on the border between two numbers: 1e23 is 9.999999999999999e+22.

let significand: u64 = 0;
let exponent: i32 = 0;

@inline
function round_to_odd(low: u64, high: u64, cp: u64): u64 {
  const x1 = multiply_high(low, cp);
  const y0 = high * cp;
  const sum = y0 + x1;
  const y1 = multiply_high(high, cp) + <u64>(sum < y0);
  return y1 | <u64>(sum > 1);
}

/** Sets `significand` and `exponent` for c × 2^q; `closer`: the number below is half as far away as the one above. */
function shortest(c: u64, q: i32, closer: bool): void {
  const below = 4 * c - 2 + <u64>closer;
  const k = (q * 1262611 - (closer ? 524031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const power = POWERS + <usize>(-k - FIRST_POWER) * 16;
  const low = load<u64>(power);
  const high = load<u64>(power, 8);
  const vb = round_to_odd(low, high, (4 * c) << h);
  const lower = round_to_odd(low, high, below << h) + 1;
  const upper = round_to_odd(low, high, (4 * c + 2) << h) - 1;
  const s = vb >> 2;
  if (s >= 10) {
    const sp = s / 10;
    const up_inside = lower <= 40 * sp;
    const wp_inside = 40 * sp + 40 <= upper;
    if (up_inside != wp_inside) {
      significand = sp + <u64>wp_inside;
      exponent = k + 1;
      return;
    }
  }
  exponent = k;
  const u_inside = lower <= 4 * s;
  const w_inside = 4 * s + 4 <= upper;
  if (u_inside != w_inside) {
    significand = s + <u64>w_inside;
    return;
  }
  const middle = 4 * s + 2;
  significand = s + <u64>(vb > middle || (vb == middle && (s & 1) != 0));
}

function decompose_f64(v: f64): void {
  const bits = reinterpret<u64>(v);
  const fraction = bits & 0x000fffffffffffff;
  const biased = <i32>((bits >> 52) & 0x7ff);
  if (biased == 0) {
    shortest(fraction, -1074, false);
    return;
  }
  const c = fraction | 0x0010000000000000;
  const q = biased - 1075;
  if (q <= 0 && q > -53 && (c & (((<u64>1) << <u64>-q) - 1)) == 0) {
    significand = c >> <u64>-q;
    exponent = 0;
    return;
  }
  shortest(c, q, fraction == 0 && biased > 1);
}

function decompose_f32(v: f32): void {
  const bits = reinterpret<u32>(v);
  const fraction = bits & 0x007fffff;
  const biased = <i32>((bits >> 23) & 0xff);
  if (biased == 0) {
    shortest(<u64>fraction, -149, false);
    return;
  }
  const c = fraction | 0x00800000;
  const q = biased - 150;
  if (q <= 0 && q > -24 && (c & ((1 << -q) - 1)) == 0) {
    significand = <u64>(c >> -q);
    exponent = 0;
    return;
  }
  shortest(<u64>c, q, fraction == 0 && biased > 1);
}

function write_word(out: usize, word: u64, length: usize): usize {
  store<u64>(out, word);
  return length;
}

/** Writes a double (or the float32 in it, with `single`) as PostgreSQL does; at most 25 bytes. Answers with the bytes. */
export function write_float(out: usize, v: f64, single: bool): usize {
  if (v != v) return write_word(out, 0x4e614e, 3); // NaN
  const start = out;
  if (reinterpret<u64>(v) >> 63) store<u8>(out++, 45);
  v = abs(v);
  if (v == Infinity) return out - start + write_word(out, 0x7974696e69666e49, 8); // Infinity
  if (v == 0) {
    store<u8>(out++, 48);
    return out - start;
  }
  if (single) decompose_f32(<f32>v);
  else decompose_f64(v);
  while (significand % 10 == 0) {
    significand /= 10;
    exponent++;
  }
  const digits = <i32>digits_of(significand);
  // The power of ten of the first digit.
  const magnitude = digits - 1 + exponent;
  if (magnitude < -4 || magnitude >= (single ? 6 : 15)) {
    // d.ddde±xx
    write_padded(out + 1, significand, <usize>digits);
    store<u8>(out, load<u8>(out + 1));
    if (digits > 1) {
      store<u8>(out + 1, 46);
      out += <usize>digits + 1;
    } else out++;
    store<u8>(out++, 101);
    store<u8>(out++, magnitude < 0 ? 45 : 43);
    const size = <u64>abs(magnitude);
    if (size < 10) {
      write_padded(out, size, 2);
      out += 2;
    } else out += write_unsigned(out, size);
    return out - start;
  }
  if (exponent >= 0) {
    write_padded(out, significand, <usize>digits);
    out += <usize>digits;
    for (; exponent > 0; exponent--) store<u8>(out++, 48);
    return out - start;
  }
  if (magnitude >= 0) {
    const whole = <usize>(magnitude + 1);
    write_padded(out + 1, significand, <usize>digits);
    for (let i: usize = 0; i < whole; i++) store<u8>(out + i, load<u8>(out + i + 1));
    store<u8>(out + whole, 46);
    return out - start + <usize>digits + 1;
  }
  store<u8>(out++, 48);
  store<u8>(out++, 46);
  for (let i = magnitude + 1; i < 0; i++) store<u8>(out++, 48);
  write_padded(out, significand, <usize>digits);
  return out - start + <usize>digits;
}

/** Each double as text; `bytes` has room for 32 bytes a row. */
export function float_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, single: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = write_float(bytes, load<f64>(data), single != 0);
    store_ref(out, bytes, length);
    bytes += length;
  }
}
