import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';
import {
  scan_decimal,
  scan_digits,
  scan_digits_end,
  scan_negative,
  scan_point,
  scan_word,
} from './decimal-scan';
import { multiply_high } from './multiply-wide';
import { FIRST_POWER, POWERS } from './power-table';
import { failure, row_counts } from './row';
import { is_digit, is_short_word, UNDECIDED } from './scan';

// Text to the nearest double or float32: D. Lemire, "Number Parsing at a Gigabyte per Second" (2021), without the fallback
// that N. Mushtak and D. Lemire, "Fast Number Parsing Without Fallback" (2023), show to be needless.

let product_low: u64 = 0;
let product_high: u64 = 0;

/** w × the leading 128 bits of 5^q, as far as `bits` bits need it. */
function multiply_power(q: i32, w: u64, bits: u64): void {
  const power = POWERS + <usize>(q - FIRST_POWER) * 16;
  let low = load<u64>(power);
  let high = load<u64>(power, 8);
  // The table is rounded up; the algorithm wants powers that are not exact rounded down, except the reciprocals up to 5^27.
  if (q > 55 || q < -27) {
    if (low == 0) high--;
    low--;
  }
  product_low = w * high;
  product_high = multiply_high(w, high);
  const mask = u64.MAX_VALUE >> bits;
  if ((product_high & mask) == mask) {
    const second = multiply_high(w, low);
    product_low += second;
    if (second > product_low) product_high++;
  }
}

/** The bits of w × 10^q as a float with `mantissa_bits` explicit bits; infinity when too large. */
function nearest_bits(w: u64, q: i32, single: bool): u64 {
  const mantissa_bits: u64 = single ? 23 : 52;
  const infinite_power: u64 = single ? 0xff : 0x7ff;
  const minimum_exponent = single ? -127 : -1023;
  const least = single ? -64 : -342;
  const greatest = single ? 38 : 308;
  if (w == 0 || q < least) return 0;
  if (q > greatest) return infinite_power << mantissa_bits;
  const zeros = <i32>clz(w);
  w <<= <u64>zeros;
  multiply_power(q, w, mantissa_bits + 3);
  const upper_bit = product_high >> 63;
  const shift = upper_bit + 64 - mantissa_bits - 3;
  let mantissa = product_high >> shift;
  let power2 = ((217706 * q) >> 16) + 63 + <i32>upper_bit - zeros - minimum_exponent;
  if (power2 <= 0) {
    if (1 - power2 >= 64) return 0;
    mantissa >>= <u64>(1 - power2);
    mantissa += mantissa & 1;
    // A subnormal that was rounded up to the first normal number has its exponent bit in the right place already.
    return mantissa >> 1;
  }
  if (
    product_low <= 1 && q >= (single ? -17 : -4) && q <= (single ? 10 : 23) && (mantissa & 3) == 1 &&
    mantissa << shift == product_high
  ) {
    mantissa &= ~(<u64>1);
  }
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= <u64>2 << mantissa_bits) {
    mantissa = <u64>1 << mantissa_bits;
    power2++;
  }
  if (<u64>power2 >= infinite_power) return infinite_power << mantissa_bits;
  return (mantissa & ~(<u64>1 << mantissa_bits)) | (<u64>power2 << mantissa_bits);
}

@inline
function to_float(bits: u64, single: bool): f64 {
  return single ? <f64>reinterpret<f32>(<u32>bits) : reinterpret<f64>(bits);
}

let parsed: f64 = 0;

/** `NaN`, `inf`, `infinity`. */
function parse_word(): i32 {
  const at = scan_digits;
  const end = scan_digits_end;
  if (is_short_word(at, end, 0x6e616e)) parsed = NaN;
  else if (is_short_word(at, end, 0x666e69) || is_short_word(at, end, 0x7974696e69666e69)) {
    parsed = scan_negative ? -Infinity : Infinity;
  } else return INVALID_VALUE;
  return OK;
}

function parse_float(at: usize, end: usize, single: bool): i32 {
  if (scan_decimal(at, end) != OK) return scan_word ? parse_word() : INVALID_VALUE;
  let w: u64 = 0;
  let taken = 0;
  let from = scan_digits;
  while (from < scan_digits_end && taken < 19) {
    const byte = <u32>load<u8>(from++);
    if (is_digit(byte)) {
      w = w * 10 + <u64>(byte - 48);
      taken++;
    } else if (byte == 95) return INVALID_VALUE;
  }
  let rest = false;
  for (; from < scan_digits_end; from++) {
    const byte = <u32>load<u8>(from);
    if (byte == 95) return INVALID_VALUE;
    if (byte != 48 && byte != 46) rest = true;
  }
  if (w == 0) {
    parsed = scan_negative ? -0.0 : 0.0;
    return OK;
  }
  const q = scan_point - taken;
  const bits = nearest_bits(w, q, single);
  if (rest && bits != nearest_bits(w + 1, q, single)) return UNDECIDED;
  parsed = to_float(bits, single);
  if (parsed == 0 || parsed == Infinity) return OVERFLOW;
  if (scan_negative) parsed = -parsed;
  return OK;
}

/**
 * Doubles, or float32 values with `single`, from row `first` on. A row that fails becomes null when `out_validity` is not 0; else it ends the call with INVALID_VALUE
 * (syntax) or OVERFLOW (too large or too small). A number of more than 19 digits that lies too close to the middle of two doubles ends the
 * call with UNDECIDED: the host stores that row and goes on with the next.
 */
export function text_to_float(
  data: usize, stride: usize, validity: usize, first: usize, rows: usize, single: i32, out: usize, out_validity: usize,
): i32 {
  data += stride * first;
  for (let i = first; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    const status = parse_float(at, at + <usize>load<u32>(data, 4), single != 0);
    if (status != OK) {
      if (status == UNDECIDED || out_validity == 0) return failure(i, status);
      store<u8>(out_validity + i, 0);
      parsed = 0;
    }
    store<f64>(out + i * 8, parsed);
  }
  return 0;
}
