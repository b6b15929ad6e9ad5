import { OK, OVERFLOW } from '../vector/status';
import { scan_decimal, scan_digits, scan_digits_end, scan_negative, scan_point } from './decimal-scan';
import { magnitude, negative, parse_integer } from './integer-parse';
import { multiply_high } from './multiply-wide';
import { digits_of } from './number-digits';
import { failure, row_counts } from './row';
import { is_digit } from './scan';

let value_low: u64 = 0;
let value_high: u64 = 0;

@inline
function add_digit(digit: u64): void {
  value_high = value_high * 10 + multiply_high(value_low, 10);
  value_low *= 10;
  value_low += digit;
  if (value_low < digit) value_high++;
}

/** The digits that were scanned, times 10^scale, rounded half away from zero; OVERFLOW when `digits` are not enough. */
function scale_digits(digits: i32, scale: i32): i32 {
  value_low = 0;
  value_high = 0;
  let keep = scan_point + scale;
  if (scan_digits == scan_digits_end || keep < 0) return OK;
  if (keep > digits) return OVERFLOW;
  const wanted = keep;
  let at = scan_digits;
  while (keep > 0 && at < scan_digits_end) {
    const byte = <u32>load<u8>(at++);
    if (!is_digit(byte)) continue;
    add_digit(<u64>(byte - 48));
    keep--;
  }
  if (at < scan_digits_end) {
    let byte = <u32>load<u8>(at);
    while (!is_digit(byte) && ++at < scan_digits_end) byte = <u32>load<u8>(at);
    if (is_digit(byte) && byte >= 53) {
      value_low++;
      if (value_low == 0) value_high++;
      // Rounding up may have made one digit more: it then is a power of ten.
      if (wanted == digits && is_power_of_ten(digits)) return OVERFLOW;
    }
  }
  for (; keep > 0; keep--) add_digit(0);
  return OK;
}

/** Whether the value is 10^power. */
function is_power_of_ten(power: i32): bool {
  const low = value_low;
  const high = value_high;
  value_low = 1;
  value_high = 0;
  for (let i = 0; i < power; i++) add_digit(0);
  const same = value_low == low && value_high == high;
  value_low = low;
  value_high = high;
  return same;
}

/** An integer written as 0x, 0o or 0b, of up to 64 bits. */
function scale_integer(at: usize, end: usize, digits: i32, scale: i32): i32 {
  const status = parse_integer(at, end);
  if (status != OK) return status;
  value_low = magnitude;
  value_high = 0;
  if (magnitude != 0 && <i32>digits_of(magnitude) + scale > digits) return OVERFLOW;
  for (let i = 0; i < scale; i++) add_digit(0);
  return OK;
}

/**
 * Decimals of `digits` digits, `scale` of them after the point, as i64 (`width` 8) or i128 (16); more digits are rounded
 * half away from zero. A row that fails becomes null when `out_validity` is not 0; else it ends the call with
 * INVALID_VALUE (syntax) or OVERFLOW (too many digits).
 */
export function text_to_decimal(
  data: usize, stride: usize, validity: usize, rows: usize, digits: i32, scale: i32, width: usize,
  out: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += width) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    let status = scan_decimal(at, at + <usize>load<u32>(data, 4));
    let minus = scan_negative;
    if (status == OK) status = scale_digits(digits, scale);
    else {
      status = scale_integer(at, at + <usize>load<u32>(data, 4), digits, scale);
      minus = negative;
    }
    if (status != OK) {
      if (out_validity == 0) return failure(i, status);
      store<u8>(out_validity + i, 0);
      value_low = 0;
      value_high = 0;
    }
    if (minus) {
      value_low = -value_low;
      value_high = ~value_high + <u64>(value_low == 0);
    }
    store<u64>(out, value_low);
    if (width == 16) store<u64>(out, value_high, 8);
  }
  return 0;
}
