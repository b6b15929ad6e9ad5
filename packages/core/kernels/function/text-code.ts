import { INVALID_VALUE, OVERFLOW } from '../vector/status';
import { hex_digit } from './binary-text';
import { failure, row_counts, store_null_ref, store_ref } from './row';
import { decode_char, encode_char } from './utf8';

/** The code point of each string's first character, 0 for an empty one. */
export function text_ascii(data: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 4) {
    const at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    store<u32>(out, length == 0 ? 0 : decode_char(at, at + length));
  }
}

/**
 * The character of each code point; `bytes` has room for four bytes a row. Fails with INVALID_VALUE for 0 and below, with OVERFLOW for what is no character.
 */
export function text_chr(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const c = load<i32>(data);
    if (c <= 0) return failure(i, INVALID_VALUE);
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return failure(i, OVERFLOW);
    const length = encode_char(bytes, c);
    store_ref(out, bytes, length);
    bytes += length;
  }
  return 0;
}

/**
 * Integers of `width` bytes as digits of 2^`bits` (hexadecimal 4, octal 3, binary 1), two's complement; `bytes` has room for
 * 64 bytes a row.
 */
export function integer_to_digits(
  data: usize, stride: usize, validity: usize, rows: usize, width: i32, bits: u64, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const v: u64 = width == 4 ? <u64>load<u32>(data) : load<u64>(data);
    let length: usize = 1;
    while (<u64>length * bits < 64 && v >> (<u64>length * bits) != 0) length++;
    for (let j: usize = 0; j < length; j++) {
      const digit = <u32>(v >> (<u64>(length - 1 - j) * bits)) & ((1 << <u32>bits) - 1);
      store<u8>(bytes + j, hex_digit(digit));
    }
    store_ref(out, bytes, length);
    bytes += length;
  }
}
