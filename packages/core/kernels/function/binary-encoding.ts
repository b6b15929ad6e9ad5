import { INVALID_VALUE } from '../vector/status';
import { hex_value, write_hex } from './binary-text';
import { failure, row_counts, store_null_ref, store_ref } from './row';

// `encode` and `decode`: hex, base64 (RFC 2045, lines of 76) and escape. Formats: 0, 1, 2.

const BASE64: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99, 100,
  101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 48, 49, 50,
  51, 52, 53, 54, 55, 56, 57, 43, 47,
]);

function write_base64(out: usize, at: usize, length: usize): usize {
  const start = out;
  let line = out + 76;
  for (let i: usize = 0; i < length; i += 3) {
    const left = length - i;
    let group = <u32>load<u8>(at + i) << 16;
    if (left > 1) group |= <u32>load<u8>(at + i + 1) << 8;
    if (left > 2) group |= <u32>load<u8>(at + i + 2);
    store<u8>(out, load<u8>(BASE64 + <usize>(group >> 18)));
    store<u8>(out, load<u8>(BASE64 + <usize>((group >> 12) & 63)), 1);
    store<u8>(out, left > 1 ? load<u8>(BASE64 + <usize>((group >> 6) & 63)) : 61, 2);
    store<u8>(out, left > 2 ? load<u8>(BASE64 + <usize>(group & 63)) : 61, 3);
    out += 4;
    if (out >= line) {
      store<u8>(out++, 10);
      line = out + 76;
    }
  }
  // PostgreSQL writes the line end after a full line only when the line is full, which the loop did, even at the end.
  return out - start;
}

function write_escape(out: usize, at: usize, length: usize): usize {
  const start = out;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    if (byte == 0 || byte > 127) {
      store<u8>(out, 92);
      store<u8>(out, <u8>(48 + (byte >> 6)), 1);
      store<u8>(out, <u8>(48 + ((byte >> 3) & 7)), 2);
      store<u8>(out, <u8>(48 + (byte & 7)), 3);
      out += 4;
    } else {
      if (byte == 92) store<u8>(out++, 92);
      store<u8>(out++, <u8>byte);
    }
  }
  return out - start;
}

/** Byte strings as text; `bytes` has room for four times the input. */
export function bytea_encode(
  data: usize, stride: usize, validity: usize, rows: usize, format: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    let written = length * 2;
    if (format == 0) write_hex(bytes, at, length);
    else written = format == 1 ? write_base64(bytes, at, length) : write_escape(bytes, at, length);
    store_ref(out, bytes, written);
    bytes += written;
  }
}

@inline
function is_blank(byte: u32): bool {
  return byte == 32 || byte == 9 || byte == 10 || byte == 13;
}

/** Bytes written, or -1. */
function read_hex(out: usize, at: usize, end: usize): i32 {
  const start = out;
  while (at < end) {
    if (is_blank(load<u8>(at))) {
      at++;
      continue;
    }
    const high = hex_value(load<u8>(at++));
    if (high > 15 || at == end) return -1;
    const low = hex_value(load<u8>(at++));
    if (low > 15) return -1;
    store<u8>(out++, <u8>((high << 4) | low));
  }
  return <i32>(out - start);
}

function base64_value(byte: u32): u32 {
  if (byte - 65 < 26) return byte - 65;
  if (byte - 97 < 26) return byte - 71;
  if (byte - 48 < 10) return byte + 4;
  return byte == 43 ? 62 : byte == 47 ? 63 : 255;
}

function read_base64(out: usize, at: usize, end: usize): i32 {
  const start = out;
  let group: u32 = 0;
  let position = 0;
  let padding = 0;
  while (at < end) {
    const byte = <u32>load<u8>(at++);
    if (is_blank(byte)) continue;
    let value: u32 = 0;
    if (byte == 61) {
      if (padding == 0) {
        if (position == 2) padding = 1;
        else if (position == 3) padding = 2;
        else return -1;
      }
    } else {
      value = base64_value(byte);
      if (value > 63) return -1;
    }
    group = (group << 6) | value;
    position++;
    if (position == 4) {
      store<u8>(out++, <u8>(group >> 16));
      if (padding == 0 || padding > 1) store<u8>(out++, <u8>(group >> 8));
      if (padding == 0 || padding > 2) store<u8>(out++, <u8>group);
      group = 0;
      position = 0;
    }
  }
  return position == 0 ? <i32>(out - start) : -1;
}

function read_escape(out: usize, at: usize, end: usize): i32 {
  const start = out;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 92) {
      store<u8>(out++, byte);
      at++;
    } else if (at + 1 < end && load<u8>(at, 1) == 92) {
      store<u8>(out++, 92);
      at += 2;
    } else {
      if (end - at < 4) return -1;
      const a = <u32>load<u8>(at, 1) - 48;
      const b = <u32>load<u8>(at, 2) - 48;
      const c = <u32>load<u8>(at, 3) - 48;
      if (a > 3 || b > 7 || c > 7) return -1;
      store<u8>(out++, <u8>((a << 6) | (b << 3) | c));
      at += 4;
    }
  }
  return <i32>(out - start);
}

/** Text as byte strings; `bytes` has room for the input. Fails with INVALID_VALUE. */
export function bytea_decode(
  data: usize, stride: usize, validity: usize, rows: usize, format: i32, out: usize, bytes: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const written =
      format == 0 ? read_hex(bytes, at, end) : format == 1 ? read_base64(bytes, at, end) : read_escape(bytes, at, end);
    if (written < 0) return failure(i, INVALID_VALUE);
    store_ref(out, bytes, <usize>written);
    bytes += <usize>written;
  }
  return 0;
}
