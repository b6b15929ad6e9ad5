import { hex_value } from './binary-text';
import { row_counts, store_null_ref, store_ref } from './row';

// Parts of texts that are known to be JSON. A part is a piece of its text: nothing is copied.

const QUOTE: u8 = 34;
const BACKSLASH: u8 = 92;

@inline
function is_white(byte: u8): bool {
  return byte == 32 || byte == 10 || byte == 13 || byte == 9;
}

function skip_white(at: usize, end: usize): usize {
  while (at < end && is_white(load<u8>(at))) at++;
  return at;
}

/** Behind the string that begins at `at`. */
function string_end(at: usize, end: usize): usize {
  at++;
  while (at < end) {
    const byte = load<u8>(at++);
    if (byte == QUOTE) return at;
    if (byte == BACKSLASH) at++;
  }
  return end;
}

/** Behind the value that begins at `at`. */
function value_end(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first == QUOTE) return string_end(at, end);
  if (first != 123 && first != 91) {
    while (at < end) {
      const byte = load<u8>(at);
      if (byte == 44 || byte == 93 || byte == 125 || is_white(byte)) return at;
      at++;
    }
    return end;
  }
  let depth = 0;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      at = string_end(at, end);
      continue;
    }
    at++;
    if (byte == 123 || byte == 91) depth++;
    else if ((byte == 125 || byte == 93) && --depth == 0) return at;
  }
  return end;
}

/** Where reading of an escaped string stands, and the UTF-8 bytes of the character read last (lowest first) with their number. */
let position: usize = 0;
let decoded: u32 = 0;
let decoded_bytes: usize = 0;

function hex4(at: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) value = (value << 4) | <u32>hex_value(load<u8>(at + i));
  return value;
}

function encode(code: u32): void {
  if (code < 0x80) {
    decoded = code;
    decoded_bytes = 1;
  } else if (code < 0x800) {
    decoded = (0xc0 | (code >> 6)) | ((0x80 | (code & 63)) << 8);
    decoded_bytes = 2;
  } else if (code < 0x10000) {
    decoded = (0xe0 | (code >> 12)) | ((0x80 | ((code >> 6) & 63)) << 8) | ((0x80 | (code & 63)) << 16);
    decoded_bytes = 3;
  } else {
    decoded =
      (0xf0 | (code >> 18)) | ((0x80 | ((code >> 12) & 63)) << 8) | ((0x80 | ((code >> 6) & 63)) << 16) |
      ((0x80 | (code & 63)) << 24);
    decoded_bytes = 4;
  }
}

/** Reads a byte that stands for itself, or an escaped character. */
function read_char(): void {
  const byte = load<u8>(position++);
  if (byte != BACKSLASH) {
    decoded = byte;
    decoded_bytes = 1;
    return;
  }
  const escape = load<u8>(position++);
  if (escape == 117) {
    let code = hex4(position);
    position += 4;
    if (code >= 0xd800 && code < 0xdc00 && load<u8>(position) == BACKSLASH && load<u8>(position, 1) == 117) {
      const low = hex4(position + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        position += 6;
      }
    }
    encode(code);
    return;
  }
  decoded_bytes = 1;
  if (escape == 98) decoded = 8;
  else if (escape == 102) decoded = 12;
  else if (escape == 110) decoded = 10;
  else if (escape == 114) decoded = 13;
  else if (escape == 116) decoded = 9;
  else decoded = escape;
}

/** Whether the string between `start` and `end` (without its quotes) is `key`. */
function is_key(start: usize, end: usize, key: usize, length: usize): bool {
  position = start;
  let k: usize = 0;
  while (position < end) {
    read_char();
    for (let i: usize = 0; i < decoded_bytes; i++, k++) {
      if (k >= length || load<u8>(key + k) != <u8>(decoded >> (<u32>i << 3))) return false;
    }
  }
  return k == length;
}

let found: usize = 0;
let found_end: usize = 0;

/** The value of a key, the last one where it stands more than once. */
function find_field(at: usize, end: usize, key: usize, length: usize): void {
  found = 0;
  at = skip_white(at, end);
  if (at == end || load<u8>(at) != 123) return;
  at = skip_white(at + 1, end);
  while (at < end && load<u8>(at) == QUOTE) {
    const start = at + 1;
    const key_end = string_end(at, end);
    const value = skip_white(skip_white(key_end, end) + 1, end);
    const stop = value_end(value, end);
    if (is_key(start, key_end - 1, key, length)) {
      found = value;
      found_end = stop;
    }
    at = skip_white(stop, end);
    if (at == end || load<u8>(at) != 44) return;
    at = skip_white(at + 1, end);
  }
}

function count_elements(at: usize, end: usize): i32 {
  let count = 0;
  at = skip_white(at + 1, end);
  while (at < end && load<u8>(at) != 93) {
    count++;
    at = skip_white(value_end(at, end), end);
    if (at < end && load<u8>(at) == 44) at = skip_white(at + 1, end);
  }
  return count;
}

/** The element at a position from 0, or from the end when it is below 0. */
function find_element(at: usize, end: usize, index: i32): void {
  found = 0;
  at = skip_white(at, end);
  if (at == end || load<u8>(at) != 91) return;
  if (index < 0) {
    index += count_elements(at, end);
    if (index < 0) return;
  }
  at = skip_white(at + 1, end);
  while (at < end && load<u8>(at) != 93) {
    const stop = value_end(at, end);
    if (index-- == 0) {
      found = at;
      found_end = stop;
      return;
    }
    at = skip_white(stop, end);
    if (at < end && load<u8>(at) == 44) at = skip_white(at + 1, end);
  }
}

/** A part of each text: of the key that a ref points to, or with `by_index` at the position that is an i32. Null where there is none. */
export function json_get(
  data: usize, stride: usize, keys: usize, key_stride: usize, by_index: i32, validity: usize, rows: usize, out: usize,
  out_validity: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, keys += key_stride) {
    found = 0;
    if (row_counts(validity, i)) {
      const start = <usize>load<u32>(data);
      const end = start + <usize>load<u32>(data, 4);
      if (by_index) find_element(start, end, load<i32>(keys));
      else find_field(start, end, <usize>load<u32>(keys), <usize>load<u32>(keys, 4));
    }
    store<u8>(out_validity + i, <u8>(found != 0));
    if (found == 0) store_null_ref(out + i * 8);
    else store_ref(out + i * 8, found, found_end - found);
  }
}

/**
 * JSON values as text: strings without quotes and escapes, all else as it is written; JSON's null is null. Counts when `bytes` is 0,
 * otherwise writes.
 */
export function json_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, out_validity: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    let at: usize = 0;
    let end: usize = 0;
    if (row_counts(validity, i)) {
      const start = <usize>load<u32>(data);
      const stop = start + <usize>load<u32>(data, 4);
      at = skip_white(start, stop);
      end = value_end(at, stop);
    }
    const is_null = at == 0 || (end - at == 4 && load<u32>(at) == 0x6c6c756e);
    if (bytes == 0) {
      if (!is_null) total += <u64>(end - at);
      continue;
    }
    store<u8>(out_validity + i, <u8>!is_null);
    if (is_null) {
      store_null_ref(out + i * 8);
      continue;
    }
    const target = bytes;
    if (load<u8>(at) != QUOTE) {
      memory.copy(bytes, at, end - at);
      bytes += end - at;
    } else {
      position = at + 1;
      while (position < end - 1) {
        read_char();
        for (let k: usize = 0; k < decoded_bytes; k++) store<u8>(bytes++, <u8>(decoded >> (<u32>k << 3)));
      }
    }
    store_ref(out + i * 8, target, bytes - target);
  }
  return <f64>total;
}

/** The number of elements of arrays, as i32; -1 for what is no array. */
export function json_lengths(data: usize, stride: usize, validity: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    let count = 0;
    if (row_counts(validity, i)) {
      const start = <usize>load<u32>(data);
      const end = start + <usize>load<u32>(data, 4);
      const at = skip_white(start, end);
      count = load<u8>(at) == 91 ? count_elements(at, end) : -1;
    }
    store<i32>(out + i * 4, count);
  }
}

/** Refs of `a`, or where they are null those of `b`, written over `a`; `out_validity` tells which rows have either. */
export function merge_refs(
  a: usize, a_validity: usize, b: usize, b_validity: usize, rows: usize, out_validity: usize,
): void {
  for (let i: usize = 0; i < rows; i++) {
    const has = load<u8>(a_validity + i);
    const other = load<u8>(b_validity + i);
    if (!has) store<u64>(a + i * 8, other ? load<u64>(b + i * 8) : 0);
    store<u8>(out_validity + i, has | other);
  }
}
