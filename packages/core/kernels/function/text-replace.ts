import { row_counts, store_null_ref, store_ref } from './row';
import { find_bytes } from './text-find';
import { decode_char, next_char } from './utf8';

/**
 * `replace(string, from, to)`. Strings without `from` stay where they are; the others are written to `bytes`, whose size
 * is what a first call with `bytes` = 0 answers.
 */
export function text_replace(
  data: usize, stride: usize, froms: usize, from_stride: usize, tos: usize, to_stride: usize,
  validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride, froms += from_stride, tos += to_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    let at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    const end = at + length;
    const from = <usize>load<u32>(froms);
    const from_length = <usize>load<u32>(froms, 4);
    const to = <usize>load<u32>(tos);
    const to_length = <usize>load<u32>(tos, 4);
    let found: usize = from_length == 0 ? <usize>0 : find_bytes(at, end, from, from_length);
    if (found == 0) {
      if (bytes != 0) store_ref(out + i * 8, at, length);
      continue;
    }
    if (bytes == 0) {
      let result = <u64>length;
      while (found != 0) {
        result += <u64>to_length - <u64>from_length;
        found = find_bytes(found + from_length, end, from, from_length);
      }
      total += result;
      continue;
    }
    const start = bytes;
    while (found != 0) {
      memory.copy(bytes, at, found - at);
      bytes += found - at;
      memory.copy(bytes, to, to_length);
      bytes += to_length;
      at = found + from_length;
      found = find_bytes(at, end, from, from_length);
    }
    memory.copy(bytes, at, end - at);
    bytes += end - at;
    store_ref(out + i * 8, start, bytes - start);
  }
  return <f64>total;
}

/**
 * `translate(string, from, to)`: characters of `from` become those at the same place in `to`, or vanish when there is
 * none. Counts the bytes when `bytes` is 0, otherwise writes them.
 */
export function text_translate(
  data: usize, stride: usize, froms: usize, from_stride: usize, tos: usize, to_stride: usize,
  validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride, froms += from_stride, tos += to_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    let at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const from = <usize>load<u32>(froms);
    const from_end = from + <usize>load<u32>(froms, 4);
    const start = bytes;
    while (at < end) {
      const c = decode_char(at, end);
      const next = next_char(at, end);
      let source = at;
      let length = next - at;
      let key = from;
      let value = <usize>load<u32>(tos);
      const value_end = value + <usize>load<u32>(tos, 4);
      while (key < from_end) {
        if (decode_char(key, from_end) == c) {
          source = value;
          length = value < value_end ? next_char(value, value_end) - value : 0;
          break;
        }
        key = next_char(key, from_end);
        if (value < value_end) value = next_char(value, value_end);
      }
      if (bytes == 0) total += <u64>length;
      else {
        for (let j: usize = 0; j < length; j++) store<u8>(bytes + j, load<u8>(source + j));
        bytes += length;
      }
      at = next;
    }
    if (bytes != 0) store_ref(out + i * 8, start, bytes - start);
  }
  return <f64>total;
}
