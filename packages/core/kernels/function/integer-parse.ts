import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';
import { failure, row_counts } from './row';
import { is_letter, is_space, skip_spaces, trim_spaces } from './scan';

/** What `parse_integer` read. */
export let magnitude: u64 = 0;
export let negative: bool = false;

/** PostgreSQL's syntax of integers: sign, decimal or 0x, 0o, 0b, single underscores between digits, white space around. */
export function parse_integer(at: usize, end: usize): i32 {
  at = skip_spaces(at, end);
  end = trim_spaces(at, end);
  negative = false;
  magnitude = 0;
  if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) {
    negative = load<u8>(at) == 45;
    at++;
  }
  if (at == end) return INVALID_VALUE;
  let base: u64 = 10;
  let digits = 0;
  if (load<u8>(at) == 48 && at + 1 < end) {
    const letter = load<u8>(at, 1) | 32;
    if (letter == 120) base = 16;
    else if (letter == 111) base = 8;
    else if (letter == 98) base = 2;
    if (base != 10) at += 2;
  }
  let status = OK;
  const limit = u64.MAX_VALUE / base;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == 95) {
      // After a digit (or the prefix), before a digit.
      if ((digits == 0 && base == 10) || at + 1 == end || load<u8>(at, 1) == 95) return INVALID_VALUE;
      continue;
    }
    const digit = <u64>(byte - 48 < 10 ? byte - 48 : is_letter(byte) ? (byte | 32) - 87 : 99);
    if (digit >= base) return INVALID_VALUE;
    digits++;
    if (magnitude > limit) status = OVERFLOW;
    const next = magnitude * base + digit;
    if (next < digit) status = OVERFLOW;
    magnitude = next;
  }
  return digits == 0 ? INVALID_VALUE : status;
}

/**
 * Integers of `width` bytes (4, 8, or 16 for uint64) between -`lowest` and `highest`. A row that fails becomes null when
 * `out_validity` is not 0; else it ends the call with INVALID_VALUE (syntax) or OVERFLOW (range).
 */
export function text_to_integer(
  data: usize, stride: usize, validity: usize, rows: usize, lowest: u64, highest: u64, width: usize,
  out: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += width) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    let status = parse_integer(at, at + <usize>load<u32>(data, 4));
    if (status == OK && magnitude > (negative ? lowest : highest)) status = OVERFLOW;
    if (status != OK) {
      if (out_validity == 0) return failure(i, status);
      store<u8>(out_validity + i, 0);
      magnitude = 0;
    }
    const value = negative ? -magnitude : magnitude;
    if (width == 4) store<u32>(out, <u32>value);
    else store<u64>(out, value);
    if (width == 16) store<u64>(out, 0, 8);
  }
  return 0;
}

/** PostgreSQL's words for booleans and their unambiguous beginnings. */
function parse_boolean(at: usize, end: usize): i32 {
  at = skip_spaces(at, end);
  end = trim_spaces(at, end);
  const length = end - at;
  if (length == 0 || length > 5) return -1;
  let word: u64 = 0;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u64>load<u8>(at + i);
    if (is_space(<u32>byte)) return -1;
    word |= (is_letter(<u32>byte) ? byte | 32 : byte) << (i * 8);
  }
  const mask = (<u64>1 << (length * 8)) - 1;
  if (length <= 4 && word == (0x65757274 & mask)) return 1; // true
  if (word == (0x65736c6166 & mask)) return 0; // false
  if (length <= 3 && word == (0x736579 & mask)) return 1; // yes
  if (length <= 2 && word == (0x6f6e & mask)) return 0; // no
  if (word == 0x6e6f) return 1; // on
  if (length >= 2 && length <= 3 && word == (0x66666f & mask)) return 0; // off
  if (word == 49) return 1;
  if (word == 48) return 0;
  return -1;
}

/** Booleans; failures as in `text_to_integer`. */
export function text_to_boolean(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out++) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    let value = parse_boolean(at, at + <usize>load<u32>(data, 4));
    if (value < 0) {
      if (out_validity == 0) return failure(i, INVALID_VALUE);
      store<u8>(out_validity + i, 0);
      value = 0;
    }
    store<u8>(out, <u8>value);
  }
  return 0;
}
