import { INVALID_VALUE, OK } from '../vector/status';
import { hex_value } from './binary-text';
import { failure, row_counts, store_null_ref } from './row';
import { is_digit } from './scan';

// Whether a text is JSON (RFC 8259). The nesting is kept on a stack of bits, so the depth is limited.

const MAX_DEPTH: u32 = 4096;
const STACK: usize = memory.data(512);

let at: usize = 0;

function skip_white(end: usize): void {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 32 && byte != 10 && byte != 13 && byte != 9) return;
    at++;
  }
}

function scan_string(end: usize): bool {
  at++;
  while (at < end) {
    const byte = load<u8>(at++);
    if (byte == 34) return true;
    if (byte < 32) return false;
    if (byte != 92) continue;
    if (at == end) return false;
    const escape = load<u8>(at++);
    if (escape == 117) {
      for (let i = 0; i < 4; i++) if (at == end || hex_value(load<u8>(at++)) > 15) return false;
    } else if (
      escape != 34 && escape != 92 && escape != 47 && escape != 98 && escape != 102 && escape != 110 && escape != 114 &&
      escape != 116
    ) return false;
  }
  return false;
}

function scan_digits(end: usize): bool {
  const start = at;
  while (at < end && is_digit(load<u8>(at))) at++;
  return at > start;
}

function scan_number(end: usize): bool {
  if (load<u8>(at) == 45) at++;
  if (at < end && load<u8>(at) == 48) at++;
  else if (!scan_digits(end)) return false;
  if (at < end && load<u8>(at) == 46) {
    at++;
    if (!scan_digits(end)) return false;
  }
  if (at < end && (load<u8>(at) | 32) == 101) {
    at++;
    if (at < end && (load<u8>(at) == 43 || load<u8>(at) == 45)) at++;
    if (!scan_digits(end)) return false;
  }
  return true;
}

function scan_word(end: usize, word: u32, length: usize, last: u8): bool {
  if (end - at < length || load<u32>(at) != word || (length == 5 && load<u8>(at, 4) != last)) return false;
  at += length;
  return true;
}

function scan_scalar(end: usize): bool {
  const byte = load<u8>(at);
  if (byte == 34) return scan_string(end);
  if (byte == 116) return scan_word(end, 0x65757274, 4, 0);
  if (byte == 102) return scan_word(end, 0x736c6166, 5, 101);
  if (byte == 110) return scan_word(end, 0x6c6c756e, 4, 0);
  return scan_number(end);
}

@inline
function set_object(depth: u32, object: bool): void {
  const address = STACK + <usize>(depth >> 3);
  const bit = <u8>(<u32>1 << (depth & 7));
  store<u8>(address, object ? load<u8>(address) | bit : load<u8>(address) & ~bit);
}

@inline
function is_object(depth: u32): bool {
  return (load<u8>(STACK + <usize>(depth >> 3)) & <u8>(<u32>1 << (depth & 7))) != 0;
}

/** A key and its colon. */
function scan_key(end: usize): bool {
  skip_white(end);
  if (at == end || load<u8>(at) != 34 || !scan_string(end)) return false;
  skip_white(end);
  if (at == end || load<u8>(at) != 58) return false;
  at++;
  return true;
}

/** Whether [start, end) is one JSON value. */
export function is_json(start: usize, end: usize): bool {
  at = start;
  let depth: u32 = 0;
  while (true) {
    // A value.
    skip_white(end);
    if (at == end) return false;
    const byte = load<u8>(at);
    if (byte == 123 || byte == 91) {
      at++;
      if (depth == MAX_DEPTH) return false;
      set_object(depth++, byte == 123);
      skip_white(end);
      if (at < end && load<u8>(at) == (byte == 123 ? 125 : 93)) {
        at++;
        depth--;
      } else {
        if (byte == 123 && !scan_key(end)) return false;
        continue;
      }
    } else if (!scan_scalar(end)) return false;
    // What follows a value.
    while (true) {
      skip_white(end);
      if (depth == 0) return at == end;
      if (at == end) return false;
      const next = load<u8>(at++);
      const object = is_object(depth - 1);
      if (next == 44) {
        if (object && !scan_key(end)) return false;
        break;
      }
      if (next != (object ? 125 : 93)) return false;
      depth--;
    }
  }
}

/** Copies the refs of texts that are JSON. A row that is not becomes null when `out_validity` is not 0. */
export function text_to_json(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const start = <usize>load<u32>(data);
    if (!is_json(start, start + <usize>load<u32>(data, 4))) {
      if (out_validity == 0) return failure(i, INVALID_VALUE);
      store<u8>(out_validity + i, 0);
      store_null_ref(out);
      continue;
    }
    store<u64>(out, load<u64>(data));
  }
  return OK;
}
