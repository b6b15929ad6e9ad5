import { row_counts, store_null_ref, store_ref } from './row';
import { ALPHANUMERIC, ALPHANUMERIC_ENTRIES, LOWER, LOWER_ENTRIES, UPPER, UPPER_ENTRIES } from './unicode-tables';
import { decode_char, encode_char, next_char } from './utf8';

/** The entry of a table with the greatest first value that is not above `c`, or 0. */
function find_entry(table: usize, entries: i32, entry_bytes: usize, c: u32): usize {
  let low = 0;
  let high = entries;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(table + <usize>middle * entry_bytes) <= c) low = middle + 1;
    else high = middle;
  }
  return low == 0 ? 0 : table + <usize>(low - 1) * entry_bytes;
}

function map_by_table(table: usize, entries: i32, c: u32): u32 {
  const entry = find_entry(table, entries, 16, c);
  if (entry == 0 || c > load<u32>(entry, 4) || (c - load<u32>(entry)) % load<u32>(entry, 8) != 0) return c;
  return c + load<u32>(entry, 12);
}

/** Unicode's simple lower case. */
export function lower_char(c: u32): u32 {
  if (c < 128) return c - 65 < 26 ? c | 32 : c;
  return map_by_table(LOWER, LOWER_ENTRIES, c);
}

/** Unicode's simple upper case. */
export function upper_char(c: u32): u32 {
  if (c < 128) return c - 97 < 26 ? c & ~32 : c;
  return map_by_table(UPPER, UPPER_ENTRIES, c);
}

/** Letters and decimal digits of any script. */
export function is_alphanumeric(c: u32): bool {
  if (c < 128) return (c | 32) - 97 < 26 || c - 48 < 10;
  const entry = find_entry(ALPHANUMERIC, ALPHANUMERIC_ENTRIES, 8, c);
  return entry != 0 && c <= load<u32>(entry, 4);
}

/** Writes [at, end) in lower (`first` = 65) or upper (`first` = 97) case and answers where it stopped writing. */
export function write_case(at: usize, end: usize, upper: bool, out: usize): usize {
  const first = i8x16.splat(upper ? 97 : 65);
  const letters = i8x16.splat(26);
  const bit = i8x16.splat(32);
  while (at < end) {
    const block = v128.load(at);
    const left = end - at;
    const flags = <u32>i8x16.bitmask(block);
    // The bytes past the end are written too: what follows overwrites them, or they are slack.
    if ((left < 16 ? flags & ((1 << <u32>left) - 1) : flags) == 0) {
      v128.store(out, v128.xor(block, v128.and(i8x16.lt_u(i8x16.sub(block, first), letters), bit)));
      const step = left < 16 ? left : 16;
      at += step;
      out += step;
      continue;
    }
    // At least one character that is not ASCII: go on by character for as long as they last.
    do {
      const c = decode_char(at, end);
      const next = next_char(at, end);
      // A single byte that is not ASCII is broken input: it stays as it is.
      if (c >= 128 && next == at + 1) store<u8>(out++, <u8>c);
      else out += encode_char(out, upper ? upper_char(c) : lower_char(c));
      at = next;
    } while (at < end && load<u8>(at) >= 128);
  }
  return out;
}

/**
 * Lower case (or upper, with `upper` = 1) of each string, to `bytes`, which must have room for 3/2 of the input: some
 * characters of two bytes have a counterpart of three. Simple mappings only, as PostgreSQL: `ß` stays `ß`.
 */
export function text_map_case(
  data: usize, stride: usize, validity: usize, rows: usize, upper: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = write_case(at, at + <usize>load<u32>(data, 4), upper != 0, bytes);
    store_ref(out, bytes, end - bytes);
    bytes = end;
  }
}

/** Each word's first letter in upper case, the others in lower case; words are runs of letters and digits. */
export function text_initcap(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const start = bytes;
    let in_word = false;
    while (at < end) {
      const c = decode_char(at, end);
      const next = next_char(at, end);
      if (c >= 128 && next == at + 1) store<u8>(bytes++, <u8>c);
      else bytes += encode_char(bytes, in_word ? lower_char(c) : upper_char(c));
      in_word = is_alphanumeric(c);
      at = next;
    }
    store_ref(out, start, bytes - start);
  }
}
