import { INVALID_VALUE } from '../vector/status';
import { failure, row_counts, store_null_ref, store_ref } from './row';
import { find_bytes, find_last_bytes } from './text-find';
import { count_chars, decode_char, next_char, previous_char, skip_chars } from './utf8';

/**
 * `substring(string, from, length)`; `lengths` may be 0 (to the end). Characters, or bytes when `bytewise` is 1. A negative length fails with
 * INVALID_VALUE. Results point into the input.
 */
export function text_substring(
  data: usize, stride: usize, froms: usize, from_stride: usize, lengths: usize, length_stride: usize,
  validity: usize, rows: usize, bytewise: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, data += stride, froms += from_stride, lengths += length_stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const from = <i64>load<i32>(froms) - 1;
    const skip = from < 0 ? 0 : <u32>from;
    const start = bytewise ? (<usize>skip < end - at ? at + skip : end) : skip == 0 ? at : skip_chars(at, end, skip);
    let stop = end;
    if (lengths != 0) {
      const length = load<i32>(lengths);
      if (length < 0) return failure(i, INVALID_VALUE);
      const take = from < 0 ? <i64>length + from : <i64>length;
      if (take <= 0) stop = start;
      else if (bytewise) stop = <u64>take < <u64>(end - start) ? start + <usize>take : end;
      else stop = skip_chars(start, end, <u32>take);
    }
    store_ref(out, start, stop - start);
  }
  return 0;
}

/** `left(string, n)` (or `right`): n characters, or all but -n. Results point into the input. */
export function text_left_right(
  data: usize, stride: usize, counts: usize, count_stride: usize, validity: usize, rows: usize, right: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, counts += count_stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const n = load<i32>(counts);
    let keep: i64 = n;
    if (n < 0 || right) {
      const total = <i64>count_chars(at, end);
      // Where to cut, in characters from the start.
      if (right) keep = n < 0 ? -(<i64>n) : total - <i64>n;
      else keep = total + <i64>n;
    }
    const cut = keep <= 0 ? at : keep > 0xffffffff ? end : skip_chars(at, end, <u32>keep);
    if (right) store_ref(out, cut, end - cut);
    else store_ref(out, at, cut - at);
  }
}

function in_set(c: u32, set: usize, set_end: usize): bool {
  while (set < set_end) {
    if (decode_char(set, set_end) == c) return true;
    set = next_char(set, set_end);
  }
  return false;
}

/**
 * Takes the characters of `sets` off the ends: `sides` 1 is the start, 2 the end, 3 both. Results point into the input.
 */
export function text_trim(
  data: usize, stride: usize, sets: usize, set_stride: usize, validity: usize, rows: usize, sides: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, sets += set_stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    let end = at + <usize>load<u32>(data, 4);
    const set = <usize>load<u32>(sets);
    const set_bytes = <usize>load<u32>(sets, 4);
    if (set_bytes == 1) {
      const byte = load<u8>(set);
      if (sides & 1) while (at < end && load<u8>(at) == byte) at++;
      if (sides & 2) while (at < end && load<u8>(end - 1) == byte) end--;
    } else {
      const set_end = set + set_bytes;
      if (sides & 1) while (at < end && in_set(decode_char(at, end), set, set_end)) at = next_char(at, end);
      if (sides & 2) {
        while (at < end) {
          const before = previous_char(end, at);
          if (!in_set(decode_char(before, end), set, set_end)) break;
          end = before;
        }
      }
    }
    store_ref(out, at, end - at);
  }
}

/** As `text_trim`, over bytes: `sets` are byte strings. */
export function bytea_trim(
  data: usize, stride: usize, sets: usize, set_stride: usize, validity: usize, rows: usize, sides: i32, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, sets += set_stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    let end = at + <usize>load<u32>(data, 4);
    const set = <usize>load<u32>(sets);
    const set_end = set + <usize>load<u32>(sets, 4);
    if (sides & 1) while (at < end && find_bytes(set, set_end, at, 1) != 0) at++;
    if (sides & 2) while (at < end && find_bytes(set, set_end, end - 1, 1) != 0) end--;
    store_ref(out, at, end - at);
  }
}

/**
 * `split_part(string, delimiter, n)`: field n, counted from 1, or from the end when negative; empty when there is no such
 * field. n = 0 fails with INVALID_VALUE. Results point into the input.
 */
export function text_split_part(
  data: usize, stride: usize, delimiters: usize, delimiter_stride: usize, fields: usize, field_stride: usize,
  validity: usize, rows: usize, out: usize,
): i32 {
  for (
    let i: usize = 0;
    i < rows;
    i++, data += stride, delimiters += delimiter_stride, fields += field_stride, out += 8
  ) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    let end = at + <usize>load<u32>(data, 4);
    const delimiter = <usize>load<u32>(delimiters);
    const length = <usize>load<u32>(delimiters, 4);
    let n = load<i32>(fields);
    if (n == 0) return failure(i, INVALID_VALUE);
    if (length == 0 || at == end) {
      if (n == 1 || n == -1) store_ref(out, at, end - at);
      else store_ref(out, at, 0);
      continue;
    }
    if (n > 0) {
      let found = find_bytes(at, end, delimiter, length);
      while (n > 1 && found != 0) {
        at = found + length;
        found = find_bytes(at, end, delimiter, length);
        n--;
      }
      if (n > 1) store_ref(out, end, 0);
      else store_ref(out, at, (found == 0 ? end : found) - at);
    } else {
      let found = find_last_bytes(at, end, delimiter, length);
      while (n < -1 && found != 0) {
        end = found;
        found = find_last_bytes(at, end, delimiter, length);
        n++;
      }
      if (n < -1) store_ref(out, at, 0);
      else {
        const start = found == 0 ? at : found + length;
        store_ref(out, start, end - start);
      }
    }
  }
  return 0;
}
