import { INVALID_VALUE, OVERFLOW } from '../vector/status';
import { failure, row_counts, store_null_ref, store_ref } from './row';
import { count_chars, next_char, skip_chars } from './utf8';

/** The longest string that a function makes, as in PostgreSQL. */
const MAX_STRING_BYTES: u64 = 0x3fffffff;

/** `repeat(string, n)`. Counts when `bytes` is 0; then a result that is too long fails with OVERFLOW. */
export function text_repeat(
  data: usize, stride: usize, counts: usize, count_stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride, counts += count_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const length = <usize>load<u32>(data, 4);
    const n = load<i32>(counts);
    const result = n <= 0 ? 0 : <u64>length * <u64>n;
    if (result > MAX_STRING_BYTES) return -(<f64>failure(i, OVERFLOW));
    total += result;
    if (bytes == 0) continue;
    store_ref(out + i * 8, bytes, <usize>result);
    const end = bytes + <usize>result;
    if (result == 0) continue;
    memory.copy(bytes, <usize>load<u32>(data), length);
    // Doubling: each copy is as long as all that is there.
    let have = length;
    while (bytes + have < end) {
      const more = min(have, end - bytes - have);
      memory.copy(bytes + have, bytes, more);
      have += more;
    }
    bytes = end;
  }
  return <f64>total;
}

/** Bytes of `n` characters of the fill [fill, fill_end), repeated. */
function fill_bytes_for(fill: usize, fill_end: usize, n: u32): u64 {
  const chars = count_chars(fill, fill_end);
  const rest = skip_chars(fill, fill_end, n % chars) - fill;
  return <u64>(n / chars) * <u64>(fill_end - fill) + <u64>rest;
}

function write_fill(fill: usize, fill_end: usize, length: usize, out: usize): void {
  const period = fill_end - fill;
  let done: usize = 0;
  while (done < length) {
    const piece = min(period, length - done);
    memory.copy(out + done, fill, piece);
    done += piece;
  }
}

/**
 * `lpad(string, length, fill)` (`right` = 0) and `rpad`: lengths in characters; longer strings are cut at the right end.
 * Counts when `bytes` is 0; then a result that is too long fails with OVERFLOW. What needs no fill points into the input.
 */
export function text_pad(
  data: usize, stride: usize, lengths: usize, length_stride: usize, fills: usize, fill_stride: usize,
  validity: usize, rows: usize, right: i32, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride, lengths += length_stride, fills += fill_stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const fill = <usize>load<u32>(fills);
    const fill_end = fill + <usize>load<u32>(fills, 4);
    const wanted = <u32>max(load<i32>(lengths), 0);
    const have = count_chars(at, end);
    if (have >= wanted || fill == fill_end) {
      if (bytes != 0) store_ref(out + i * 8, at, (have > wanted ? skip_chars(at, end, wanted) : end) - at);
      continue;
    }
    const filled = fill_bytes_for(fill, fill_end, wanted - have);
    const result = filled + <u64>(end - at);
    if (result > MAX_STRING_BYTES) return -(<f64>failure(i, OVERFLOW));
    total += result;
    if (bytes == 0) continue;
    store_ref(out + i * 8, bytes, <usize>result);
    memory.copy(right ? bytes : bytes + <usize>filled, at, end - at);
    write_fill(fill, fill_end, <usize>filled, right ? bytes + (end - at) : bytes);
    bytes += <usize>result;
  }
  return <f64>total;
}

/** The characters of each string in reverse order; `bytes` has room for as many bytes as the input has. */
export function text_reverse(
  data: usize, stride: usize, validity: usize, rows: usize, bytewise: i32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    const end = at + length;
    store_ref(out, bytes, length);
    bytes += length;
    let target = bytes;
    while (at < end) {
      const next = bytewise ? at + 1 : next_char(at, end);
      target -= next - at;
      for (let j: usize = 0; j < next - at; j++) store<u8>(target + j, load<u8>(at + j));
      at = next;
    }
  }
}

/**
 * `overlay(string placing new from start for count)`; `counts` may be 0 (as many as `new` has). Counts when `bytes` is
 * 0; then a start below 1 fails with INVALID_VALUE and a start so large that it overflows with OVERFLOW.
 */
export function text_overlay(
  data: usize, stride: usize, news: usize, new_stride: usize, starts: usize, start_stride: usize,
  counts: usize, count_stride: usize, validity: usize, rows: usize, bytewise: i32, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (
    let i: usize = 0;
    i < rows;
    i++, data += stride, news += new_stride, starts += start_stride, counts += count_stride
  ) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const value = <usize>load<u32>(news);
    const length = <usize>load<u32>(news, 4);
    const start = load<i32>(starts);
    if (start <= 0) return -(<f64>failure(i, INVALID_VALUE));
    const count = counts != 0 ? load<i32>(counts) : bytewise ? <i32>length : <i32>count_chars(value, value + length);
    const after = <i64>start - 1 + <i64>count;
    if (after + 1 > i32.MAX_VALUE) return -(<f64>failure(i, OVERFLOW));
    const skip = after < 0 ? 0 : <u32>after;
    const head = bytewise ? min(at + <usize>(start - 1), end) : skip_chars(at, end, <u32>(start - 1));
    const tail = bytewise ? min(at + <usize>skip, end) : skip_chars(at, end, skip);
    const result = (head - at) + length + (end - tail);
    total += <u64>result;
    if (bytes == 0) continue;
    store_ref(out + i * 8, bytes, result);
    memory.copy(bytes, at, head - at);
    memory.copy(bytes + (head - at), value, length);
    memory.copy(bytes + (head - at) + length, tail, end - tail);
    bytes += result;
  }
  return <f64>total;
}
