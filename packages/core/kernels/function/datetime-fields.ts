import { INVALID_VALUE, OK } from '../vector/status';
import { WORD_ZONE } from './datetime-word-table';
import { find_date_word } from './datetime-words';
import { is_digit, is_letter, is_space } from './scan';

// The first step of PostgreSQL's date, time and interval input (ParseDateTime in datetime.c): text into fields.

export const FIELD_NUMBER: u32 = 0;
export const FIELD_WORD: u32 = 1;
/** Numbers and words joined by `-`, `/` or `.`. */
export const FIELD_DATE: u32 = 2;
export const FIELD_TIME: u32 = 3;
/** Sign and number. */
export const FIELD_ZONE: u32 = 4;
/** Sign and word: -infinity. */
export const FIELD_SIGNED_WORD: u32 = 5;

const MAX_FIELDS: u32 = 25;
/** Kind, start, end of each field. */
const FIELDS: usize = memory.data(25 * 12);

export let num_fields: u32 = 0;

@inline
export function field_kind(i: u32): u32 {
  return load<u32>(FIELDS + <usize>i * 12);
}
@inline
export function field_start(i: u32): usize {
  return <usize>load<u32>(FIELDS + <usize>i * 12, 4);
}
@inline
export function field_end(i: u32): usize {
  return <usize>load<u32>(FIELDS + <usize>i * 12, 8);
}

@inline
function is_alphanumeric_ascii(byte: u32): bool {
  return is_digit(byte) || is_letter(byte);
}

@inline
function is_punctuation(byte: u32): bool {
  return byte > 32 && byte < 127 && !is_alphanumeric_ascii(byte);
}

/** The byte at `at`, 0 at the end. */
@inline
export function byte_at(at: usize, end: usize): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function skip_digits(at: usize, end: usize): usize {
  while (at < end && is_digit(load<u8>(at))) at++;
  return at;
}

/** Cuts [at, end) into fields. */
export function split_fields(at: usize, end: usize): i32 {
  num_fields = 0;
  while (at < end) {
    let byte = <u32>load<u8>(at);
    if (is_space(byte)) {
      at++;
      continue;
    }
    const start = at;
    let kind: u32 = 0;
    if (is_digit(byte)) {
      at = skip_digits(at, end);
      byte = byte_at(at, end);
      if (byte == 58) {
        kind = FIELD_TIME;
        while (at < end && (is_digit(load<u8>(at)) || load<u8>(at) == 58 || load<u8>(at) == 46)) at++;
      } else if (byte == 45 || byte == 47 || byte == 46) {
        at++;
        if (is_digit(byte_at(at, end))) {
          kind = byte == 46 ? FIELD_NUMBER : FIELD_DATE;
          at = skip_digits(at, end);
          if (byte_at(at, end) == byte) {
            kind = FIELD_DATE;
            while (at < end && (is_digit(load<u8>(at)) || <u32>load<u8>(at) == byte)) at++;
          }
        } else {
          kind = FIELD_DATE;
          while (at < end && (is_alphanumeric_ascii(load<u8>(at)) || <u32>load<u8>(at) == byte)) at++;
        }
      } else kind = FIELD_NUMBER;
    } else if (byte == 46) {
      kind = FIELD_NUMBER;
      at = skip_digits(at + 1, end);
    } else if (is_letter(byte)) {
      kind = FIELD_WORD;
      while (at < end && is_letter(load<u8>(at))) at++;
      byte = byte_at(at, end);
      let joined = byte == 45 || byte == 47 || byte == 46;
      if (!joined && (byte == 43 || is_digit(byte))) {
        // UTC+3 is the name of a zone as a whole.
        const word = find_date_word(start, at);
        joined = word < 0 || word == WORD_ZONE;
      }
      if (joined) {
        kind = FIELD_DATE;
        while (at < end) {
          byte = <u32>load<u8>(at);
          // + - / _ . : as in names of time zones.
          if (!is_alphanumeric_ascii(byte) && (byte < 43 || byte > 58 || byte == 44) && byte != 95) break;
          at++;
        }
      }
    } else if (byte == 43 || byte == 45) {
      at++;
      while (at < end && is_space(load<u8>(at))) at++;
      byte = byte_at(at, end);
      if (is_digit(byte)) {
        kind = FIELD_ZONE;
        while (at < end) {
          byte = <u32>load<u8>(at);
          if (!is_digit(byte) && byte != 58 && byte != 46 && byte != 45) break;
          at++;
        }
      } else if (is_letter(byte)) {
        kind = FIELD_SIGNED_WORD;
        while (at < end && is_letter(load<u8>(at))) at++;
      } else return INVALID_VALUE;
    } else if (is_punctuation(byte)) {
      at++;
      continue;
    } else return INVALID_VALUE;
    if (num_fields == MAX_FIELDS) return INVALID_VALUE;
    const field = FIELDS + <usize>num_fields * 12;
    store<u32>(field, kind);
    store<u32>(field, <u32>start, 4);
    store<u32>(field, <u32>at, 8);
    num_fields++;
  }
  return OK;
}
