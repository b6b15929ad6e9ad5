import { INVALID_VALUE } from '../vector/status';
import { failure, row_counts } from './row';
import { find_bytes, same_bytes } from './text-find';
import { next_char } from './utf8';

/** Bytes that may lie between two strings of one page: a length, padding. */
const MAX_GAP: usize = 16;

/** Whether the strings lie behind each other, as those of a page do, so that all can be searched at once. */
function lie_in_order(data: usize, rows: usize): bool {
  let previous: usize = 0;
  for (let i: usize = 0; i < rows; i++, data += 8) {
    const at = <usize>load<u32>(data);
    if (at == 0) continue;
    if (previous != 0 && (at < previous || at - previous > MAX_GAP)) return false;
    previous = at + <usize>load<u32>(data, 4);
  }
  return true;
}

/**
 * Searches strings that lie behind each other as one run of bytes: a hit belongs to the row that holds all of it, and the
 * search goes on behind that row.
 */
export function text_page_contains(
  data: usize, rows: usize, needle: usize, length: usize, hit: u32, out: usize,
): void {
  let row: usize = 0;
  while (row < rows && load<u32>(data + row * 8) == 0) row++;
  if (row == rows) return;
  let last = rows - 1;
  while (load<u32>(data + last * 8) == 0) last--;
  let at = <usize>load<u32>(data + row * 8);
  const end = <usize>load<u32>(data + last * 8) + <usize>load<u32>(data + last * 8, 4);
  while (true) {
    const found = find_bytes(at, end, needle, length);
    if (found == 0) return;
    let row_end: usize = 0;
    for (; row <= last; row++) {
      const ref = data + row * 8;
      row_end = <usize>load<u32>(ref) + <usize>load<u32>(ref, 4);
      if (row_end >= found + length && load<u32>(ref) != 0) break;
    }
    if (row > last) return;
    const start = <usize>load<u32>(data + row * 8);
    if (found >= start) {
      store<u8>(out + row, <u8>hit);
      at = row_end;
      row++;
    } else at = start;
  }
}

/** `LIKE '%needle%'` as booleans (`negate` 1: NOT LIKE). The needle is not empty. */
export function text_contains(
  data: usize, stride: usize, rows: usize, needle: usize, length: usize, negate: u32, out: usize,
): void {
  if (stride == 8 && rows > 1 && lie_in_order(data, rows)) {
    memory.fill(out, <u8>negate, rows);
    text_page_contains(data, rows, needle, length, negate ^ 1, out);
    return;
  }
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    const found = find_bytes(at, at + <usize>load<u32>(data, 4), needle, length);
    store<u8>(out + i, <u8>((found != 0 ? 1 : 0) ^ negate));
  }
}

/** Whether the parts (refs) stand in the string in their order, the first at its start, the last at its end when so asked. */
function has_parts(
  at: usize, end: usize, parts: usize, num_parts: usize, at_start: bool, at_end: bool,
): bool {
  let part = parts;
  let parts_end = parts + num_parts * 8;
  if (at_start) {
    const length = <usize>load<u32>(part, 4);
    if (end - at < length || !same_bytes(at, <usize>load<u32>(part), length)) return false;
    at += length;
    part += 8;
    if (part == parts_end) return !at_end || at == end;
  }
  if (at_end) {
    parts_end -= 8;
    const length = <usize>load<u32>(parts_end, 4);
    if (end - at < length || !same_bytes(end - length, <usize>load<u32>(parts_end), length)) return false;
    end -= length;
  }
  for (; part < parts_end; part += 8) {
    const length = <usize>load<u32>(part, 4);
    const found = find_bytes(at, end, <usize>load<u32>(part), length);
    if (found == 0) return false;
    at = found + length;
  }
  return true;
}

/**
 * LIKE with a pattern without `_`, cut at its `%`: `at_start` and `at_end` say that the pattern does not start or end with
 * one. Both with a single part is equality.
 */
export function text_like_parts(
  data: usize, stride: usize, rows: usize, parts: usize, num_parts: usize, at_start: i32, at_end: i32, negate: u32,
  out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const matches = has_parts(at, end, parts, num_parts, at_start != 0, at_end != 0);
    store<u8>(out + i, <u8>(<u32>matches ^ negate));
  }
}

/** 1 when the pattern matches, 0 when not, -1 when it ends in its escape. */
function like_matches(at: usize, end: usize, pattern: usize, pattern_end: usize): i32 {
  // Where to go on after the last % when what follows it does not match.
  let retry_pattern: usize = 0;
  let retry_at: usize = 0;
  while (true) {
    if (pattern == pattern_end) {
      if (at == end) return 1;
    } else {
      const c = load<u8>(pattern);
      if (c == 37) {
        retry_pattern = ++pattern;
        retry_at = at;
        if (pattern == pattern_end) return 1;
        continue;
      }
      if (at < end) {
        if (c == 95) {
          at = next_char(at, end);
          pattern++;
          continue;
        }
        let literal = c;
        let width: usize = 1;
        if (c == 92) {
          if (pattern + 1 == pattern_end) return -1;
          literal = load<u8>(pattern, 1);
          width = 2;
        }
        if (load<u8>(at) == literal) {
          at++;
          pattern += width;
          continue;
        }
      }
    }
    if (retry_pattern == 0 || retry_at >= end) return 0;
    retry_at = next_char(retry_at, end);
    const after = load<u8>(retry_pattern);
    if (after < 128 && after != 95 && after != 92) {
      // A plain letter behind the %: on to where it stands next.
      retry_at = find_bytes(retry_at, end, retry_pattern, 1);
      if (retry_at == 0) return 0;
    }
    at = retry_at;
    pattern = retry_pattern;
  }
}

/** LIKE with any pattern, which may differ by row; the escape is the backslash. INVALID_VALUE when a pattern ends in it. */
export function text_like(
  data: usize, stride: usize, patterns: usize, pattern_stride: usize, validity: usize, rows: usize, negate: u32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, patterns += pattern_stride) {
    if (!row_counts(validity, i)) continue;
    const at = <usize>load<u32>(data);
    const pattern = <usize>load<u32>(patterns);
    const matches = like_matches(
      at, at + <usize>load<u32>(data, 4), pattern, pattern + <usize>load<u32>(patterns, 4),
    );
    if (matches < 0) return failure(i, INVALID_VALUE);
    store<u8>(out + i, <u8>(<u32>matches ^ negate));
  }
  return 0;
}

/** Patterns with another escape than the backslash rewritten to it; `bytes` has room for twice the input. */
export function text_like_escape(
  data: usize, stride: usize, validity: usize, rows: usize, escape: usize, escape_bytes: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store<u64>(out, 0);
      continue;
    }
    let at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    store<u32>(out, <u32>bytes);
    const start = bytes;
    while (at < end) {
      const next = next_char(at, end);
      if (escape_bytes != 0 && next - at == escape_bytes && same_bytes(at, escape, escape_bytes)) {
        store<u8>(bytes++, 92);
        at = next;
        if (at == end) break;
        const after = next_char(at, end);
        memory.copy(bytes, at, after - at);
        bytes += after - at;
        at = after;
        continue;
      }
      if (load<u8>(at) == 92) store<u8>(bytes++, 92);
      memory.copy(bytes, at, next - at);
      bytes += next - at;
      at = next;
    }
    store<u32>(out, <u32>(bytes - start), 4);
  }
}
