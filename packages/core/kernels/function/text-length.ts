import { count_chars, is_ascii } from './utf8';

/** Characters of each string, as i32. */
export function text_char_length(data: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    store<u32>(out + i * 4, count_chars(at, at + <usize>load<u32>(data, 4)));
  }
}

/** Bytes of each string times `factor` (8: bits), as i32. */
export function text_octet_length(data: usize, stride: usize, rows: usize, factor: u32, out: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) store<u32>(out + i * 4, load<u32>(data, 4) * factor);
}

/** Sum of the lengths in bytes. */
export function text_total_bytes(data: usize, stride: usize, rows: usize): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride) total += <u64>load<u32>(data, 4);
  return <f64>total;
}

/** 1 when every string is ASCII. */
export function text_all_ascii(data: usize, stride: usize, rows: usize): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    if (!is_ascii(at, at + <usize>load<u32>(data, 4))) return 0;
  }
  return 1;
}

/** Copies all strings behind each other to `bytes`; `out` gets the refs of the copies. */
export function text_copy(data: usize, stride: usize, rows: usize, out: usize, bytes: usize): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const length = <usize>load<u32>(data, 4);
    memory.copy(bytes, <usize>load<u32>(data), length);
    store<u32>(out + i * 8, <u32>bytes);
    store<u32>(out + i * 8, <u32>length, 4);
    bytes += length;
  }
}
