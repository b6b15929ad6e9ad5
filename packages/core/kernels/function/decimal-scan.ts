import { INVALID_VALUE, OK } from '../vector/status';
import { is_digit, skip_spaces, trim_spaces } from './scan';

// A number as text, taken apart: sign, digits (with a point and underscores among them) and a power of ten.

export let scan_negative: bool = false;
/** Where the digits start and end; leading zeros are left out. */
export let scan_digits: usize = 0;
export let scan_digits_end: usize = 0;
/** Digits before the point once the exponent is applied: the value is 0.ddd × 10^scan_point. */
export let scan_point: i32 = 0;
/** A word such as NaN or infinity stands where digits should: [scan_digits, scan_digits_end). */
export let scan_word: bool = false;

/** Reads `[sign] digits [. digits] [e [sign] digits]` with white space around. */
export function scan_decimal(at: usize, end: usize): i32 {
  at = skip_spaces(at, end);
  end = trim_spaces(at, end);
  scan_negative = false;
  scan_word = false;
  if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) {
    scan_negative = load<u8>(at) == 45;
    at++;
  }
  scan_digits = at;
  let any = false;
  let seen_point = false;
  let significant = false;
  let point = 0;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (is_digit(byte)) {
      any = true;
      if (!significant) {
        if (byte != 48) {
          significant = true;
          scan_digits = at;
        } else if (seen_point) point--;
      }
      if (significant && !seen_point) point++;
    } else if (byte == 46 && !seen_point) {
      seen_point = true;
    } else if (
      byte == 95 && at > scan_digits && is_digit(load<u8>(at - 1)) && at + 1 < end && is_digit(load<u8>(at, 1))
    ) {
      // Between digits.
    } else break;
    at++;
  }
  scan_digits_end = at;
  if (!any) {
    scan_word = at == scan_digits;
    scan_digits_end = end;
    return INVALID_VALUE;
  }
  if (!significant) {
    scan_digits = at;
    point = 0;
  }
  if (at < end && (load<u8>(at) | 32) == 101) {
    at++;
    let negative = false;
    if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) {
      negative = load<u8>(at) == 45;
      at++;
    }
    if (at == end) return INVALID_VALUE;
    let power = 0;
    for (; at < end; at++) {
      const byte = <u32>load<u8>(at);
      if (!is_digit(byte)) return INVALID_VALUE;
      if (power < 100000000) power = power * 10 + <i32>(byte - 48);
    }
    if (significant) point += negative ? -power : power;
  }
  scan_point = point;
  return at == end ? OK : INVALID_VALUE;
}
