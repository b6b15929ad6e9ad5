import { is_digit, is_letter, is_space } from './scan';
import { next_char } from './utf8';

// The text that `to_date` and `to_timestamp` read, and how numbers and words are taken from it (from_char_parse_int_len and
// from_char_seq_search in PostgreSQL's formatting.c).

/** Where the reading stands, and the end of the text. */
export let read_at: usize = 0;
export let read_end: usize = 0;
/** What the last number was, and how many characters it took. */
export let read_value: i64 = 0;
export let read_digits: usize = 0;

export function start_reading(at: usize, end: usize): void {
  read_at = at;
  read_end = end;
}

@inline
export function more_to_read(): bool {
  return read_at < read_end;
}

/** The next byte, 0 at the end. */
@inline
export function peek_byte(): u32 {
  return read_at < read_end ? <u32>load<u8>(read_at) : 0;
}

@inline
export function skip_byte(): void {
  read_at++;
}

@inline
export function skip_character(): void {
  read_at = next_char(read_at, read_end);
}

/** Goes over white space and answers with how many characters that were. */
export function skip_white(): i32 {
  const start = read_at;
  while (read_at < read_end && is_space(load<u8>(read_at))) read_at++;
  return <i32>(read_at - start);
}

@inline
export function at_separator(): bool {
  const byte = peek_byte();
  return byte > 32 && byte < 127 && !is_digit(byte) && !is_letter(byte);
}

/** White space, a sign and digits, as C's strtol; false without digits. Reads at most up to `end`. */
function read_long(end: usize): bool {
  let at = read_at;
  while (at < end && is_space(load<u8>(at))) at++;
  let negative = false;
  if (at < end && (load<u8>(at) == 45 || load<u8>(at) == 43)) {
    negative = load<u8>(at) == 45;
    at++;
  }
  const first = at;
  let value: i64 = 0;
  for (; at < end && is_digit(load<u8>(at)); at++) {
    if (value < 1000000000000) value = value * 10 + <i64>(load<u8>(at) - 48);
  }
  if (at == first) return false;
  read_value = negative ? -value : value;
  read_digits = at - read_at;
  read_at = at;
  return true;
}

/**
 * An integer of `width` characters, or of as many as there are when `free`. False when there is none, when it has fewer
 * characters, or when it does not fit 32 bits.
 */
export function read_integer(width: usize, free: bool): bool {
  if (free) {
    if (!read_long(read_end)) return false;
  } else {
    if (read_end - read_at < width) return false;
    if (!read_long(read_at + width) || read_digits < width) return false;
  }
  return read_value <= i32.MAX_VALUE && read_value >= i32.MIN_VALUE;
}

/** Goes on behind a word of `length` upper-case letters and points when it stands here, whatever its case. */
export function read_word(word: usize, length: usize): bool {
  if (read_end - read_at < length) return false;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(read_at + i);
    const upper = byte - 97 < 26 ? byte - 32 : byte;
    if (upper != <u32>load<u8>(word + i)) return false;
  }
  read_at += length;
  return true;
}
