import { INVALID_VALUE, OK } from '../vector/status';
import { failure, row_counts, store_null_ref, store_ref } from './row';
import { is_letter, skip_spaces, trim_spaces } from './scan';

/** The value of a hexadecimal digit, 255 when it is none. */
@inline
export function hex_value(byte: u32): u32 {
  if (byte - 48 < 10) return byte - 48;
  const letter = (byte | 32) - 97;
  return letter < 6 ? letter + 10 : 255;
}

@inline
export function hex_digit(value: u32): u8 {
  return <u8>(value < 10 ? value + 48 : value + 87);
}

export function write_hex(out: usize, at: usize, length: usize): void {
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    store<u8>(out + i * 2, hex_digit(byte >> 4));
    store<u8>(out + i * 2, hex_digit(byte & 15), 1);
  }
}

/** Byte strings as `\x` and hexadecimal digits; `bytes` has room for twice the input and two bytes a row. */
export function bytea_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const length = <usize>load<u32>(data, 4);
    store<u16>(bytes, 0x785c);
    write_hex(bytes + 2, <usize>load<u32>(data), length);
    store_ref(out, bytes, length * 2 + 2);
    bytes += length * 2 + 2;
  }
}

/** Uuids (16 bytes) as 36 characters; `bytes` has room for them. */
export function uuid_to_text(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    store_ref(out, bytes, 36);
    for (let j: usize = 0; j < 16; j++) {
      write_hex(bytes, at + j, 1);
      bytes += 2;
      if (j == 3 || j == 5 || j == 7 || j == 9) store<u8>(bytes++, 45);
    }
  }
}

let written: usize = 0;

/** `\x` with pairs of hexadecimal digits (white space between pairs), or the escape form with `\nnn` and `\\`. */
function parse_bytea(at: usize, end: usize, out: usize): i32 {
  const start = out;
  written = 0;
  if (end - at >= 2 && load<u16>(at) == 0x785c) {
    at += 2;
    while (at < end) {
      if (load<u8>(at) <= 32) {
        at++;
        continue;
      }
      const high = hex_value(load<u8>(at));
      const low = at + 1 < end ? hex_value(load<u8>(at, 1)) : 255;
      if (high > 15 || low > 15) return INVALID_VALUE;
      store<u8>(out++, <u8>((high << 4) | low));
      at += 2;
    }
  } else {
    while (at < end) {
      const byte = load<u8>(at);
      if (byte != 92) {
        store<u8>(out++, byte);
        at++;
      } else if (at + 1 < end && load<u8>(at, 1) == 92) {
        store<u8>(out++, 92);
        at += 2;
      } else {
        if (end - at < 4) return INVALID_VALUE;
        const a = <u32>load<u8>(at, 1) - 48;
        const b = <u32>load<u8>(at, 2) - 48;
        const c = <u32>load<u8>(at, 3) - 48;
        if (a > 3 || b > 7 || c > 7) return INVALID_VALUE;
        store<u8>(out++, <u8>((a << 6) | (b << 3) | c));
        at += 4;
      }
    }
  }
  written = out - start;
  return OK;
}

/** Byte strings from text; `bytes` has room for the input. A row that fails becomes null when `out_validity` is not 0. */
export function text_to_bytea(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    if (parse_bytea(at, at + <usize>load<u32>(data, 4), bytes) != OK) {
      if (out_validity == 0) return failure(i, INVALID_VALUE);
      store<u8>(out_validity + i, 0);
      store_null_ref(out);
      continue;
    }
    store_ref(out, bytes, written);
    bytes += written;
  }
  return 0;
}

/** 32 hexadecimal digits with a hyphen allowed after every four, perhaps in braces. */
function parse_uuid(at: usize, end: usize, out: usize): i32 {
  if (at < end && load<u8>(at) == 123) {
    if (load<u8>(end - 1) != 125 || end - at < 2) return INVALID_VALUE;
    at++;
    end--;
  }
  for (let i = 0; i < 16; i++) {
    if (end - at < 2) return INVALID_VALUE;
    const high = hex_value(load<u8>(at));
    const low = hex_value(load<u8>(at, 1));
    if (high > 15 || low > 15) return INVALID_VALUE;
    store<u8>(out + i, <u8>((high << 4) | low));
    at += 2;
    if (at < end && load<u8>(at) == 45 && i % 2 == 1 && i < 15) at++;
  }
  return at == end ? OK : INVALID_VALUE;
}

/** Uuids from text; `bytes` has room for 16 bytes a row. A row that fails becomes null when `out_validity` is not 0. */
export function text_to_uuid(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize, out_validity: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8, bytes += 16) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    if (parse_uuid(at, at + <usize>load<u32>(data, 4), bytes) != OK) {
      if (out_validity == 0) return failure(i, INVALID_VALUE);
      store<u8>(out_validity + i, 0);
      store_null_ref(out);
      continue;
    }
    store_ref(out, bytes, 16);
  }
  return 0;
}
