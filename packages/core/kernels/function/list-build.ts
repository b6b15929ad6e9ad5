import { row_counts, store_null_ref, store_ref } from './row';
import { find_bytes, same_bytes } from './text-find';
import { next_char } from './utf8';

/** Writes one text element (counts when `bytes` is 0) and answers with its bytes. */
@inline
function write_text_element(at: usize, length: usize, null_text: usize, has_null: bool, bytes: usize): usize {
  const is_null =
    has_null && length == <usize>load<u32>(null_text, 4) && same_bytes(at, <usize>load<u32>(null_text), length);
  if (bytes != 0) {
    store<u8>(bytes, is_null ? 0 : 1);
    if (!is_null) {
      store<u32>(bytes, <u32>length, 1);
      memory.copy(bytes + 5, at, length);
    }
  }
  return is_null ? 1 : 5 + length;
}

/**
 * `string_to_array`: strings cut at a delimiter (at every character when `delimiters` is null by `delimiter_validity`; not at all when it is empty). A piece that equals
 * `nulls` (refs, may be 0) is null. Counts when `bytes` is 0, otherwise writes encoded lists.
 */
export function text_to_list(
  data: usize, stride: usize, delimiters: usize, delimiter_stride: usize, delimiter_validity: usize,
  delimiter_validity_stride: usize, nulls: usize, null_stride: usize, null_validity: usize, null_validity_stride: usize,
  validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    let at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const delimiter = delimiters + i * delimiter_stride;
    const by_character =
      delimiter_validity != 0 && load<u8>(delimiter_validity + i * delimiter_validity_stride) == 0;
    const length: usize = by_character ? 0 : <usize>load<u32>(delimiter, 4);
    const null_text = nulls + i * null_stride;
    const has_null =
      nulls != 0 && (null_validity == 0 || load<u8>(null_validity + i * null_validity_stride) != 0);
    const start = bytes;
    let size: usize = 5;
    let count: u32 = 0;
    while (at < end || count > 0) {
      let piece_end = end;
      let next = end + 1;
      if (by_character) {
        piece_end = next_char(at, end);
        next = piece_end;
      } else if (length != 0) {
        const found = find_bytes(at, end, <usize>load<u32>(delimiter), length);
        if (found != 0) {
          piece_end = found;
          next = found + length;
        }
      }
      size += write_text_element(at, piece_end - at, null_text, has_null, bytes == 0 ? 0 : start + size);
      count++;
      at = next;
      if (at > end || (by_character && at == end)) break;
    }
    total += <u64>size;
    if (bytes == 0) continue;
    store<u8>(start, 1);
    store<u32>(start, count, 1);
    store_ref(out + i * 8, start, size);
    bytes += size;
  }
  return <f64>total;
}

/** Bytes of an element in the encoding of lists: `width` bytes of its value; 0: a `ref` to bytes; -1: to an encoded value. */
@inline
function element_bytes(value: usize, has_value: bool, width: i32): usize {
  if (!has_value) return 1;
  if (width > 0) return 1 + <usize>width;
  return <usize>load<u32>(value, 4) + (width == 0 ? 5 : 0);
}

@inline
function write_element(at: usize, value: usize, has_value: bool, width: i32): void {
  if (!has_value) store<u8>(at, 0);
  else if (width > 0) {
    store<u8>(at, 1);
    memory.copy(at + 1, value, <usize>width);
  } else if (width == 0) {
    store<u8>(at, 1);
    store<u32>(at, load<u32>(value, 4), 1);
    memory.copy(at + 5, <usize>load<u32>(value), <usize>load<u32>(value, 4));
  } else memory.copy(at, <usize>load<u32>(value), <usize>load<u32>(value, 4));
}

/**
 * Lists put together: a list, an element (`width` bytes of its value; 0: a `ref` to bytes; -1: a `ref` to an encoded value) and another list, of which each may be
 * missing (0). A null list counts as empty, a null element is one. Counts when `bytes` is 0, otherwise writes.
 */
export function list_append(
  first: usize, first_stride: usize, first_validity: usize, first_validity_stride: usize,
  element: usize, element_stride: usize, element_validity: usize, element_validity_stride: usize, width: i32,
  second: usize, second_stride: usize, second_validity: usize, second_validity_stride: usize,
  rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++) {
    const a =
      first == 0 || (first_validity != 0 && load<u8>(first_validity + i * first_validity_stride) == 0)
        ? <usize>0
        : first + i * first_stride;
    const b =
      second == 0 || (second_validity != 0 && load<u8>(second_validity + i * second_validity_stride) == 0)
        ? <usize>0
        : second + i * second_stride;
    const a_bytes: usize = a == 0 ? <usize>0 : <usize>load<u32>(a, 4) - 5;
    const b_bytes: usize = b == 0 ? <usize>0 : <usize>load<u32>(b, 4) - 5;
    const value = element + i * element_stride;
    const has_value =
      element != 0 && (element_validity == 0 || load<u8>(element_validity + i * element_validity_stride) != 0);
    const added: usize = element == 0 ? <usize>0 : element_bytes(value, has_value, width);
    const size: usize = <usize>5 + a_bytes + added + b_bytes;
    total += <u64>size;
    if (bytes == 0) continue;
    const count =
      (a == 0 ? 0 : load<u32>(<usize>load<u32>(a), 1)) + (b == 0 ? 0 : load<u32>(<usize>load<u32>(b), 1)) +
      (element != 0 ? 1 : 0);
    store<u8>(bytes, 1);
    store<u32>(bytes, count, 1);
    let at = bytes + 5;
    if (a != 0) memory.copy(at, <usize>load<u32>(a) + 5, a_bytes);
    at += a_bytes;
    if (element != 0) write_element(at, value, has_value, width);
    at += added;
    if (b != 0) memory.copy(at, <usize>load<u32>(b) + 5, b_bytes);
    store_ref(out + i * 8, bytes, size);
    bytes += size;
  }
  return <f64>total;
}

/**
 * Lists of values behind each other, `counts` (i32) of them for each row; `width` as in `list_append`. Counts when `bytes` is 0,
 * otherwise writes.
 */
export function list_of_values(
  counts: usize, values: usize, value_stride: usize, value_validity: usize, width: i32, validity: usize, rows: usize,
  out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  let k: usize = 0;
  for (let i: usize = 0; i < rows; i++) {
    const count = load<u32>(counts + i * 4);
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      k += <usize>count;
      continue;
    }
    const start = bytes;
    let size: usize = 5;
    for (let item: u32 = 0; item < count; item++, k++) {
      const value = values + k * value_stride;
      const has_value = value_validity == 0 || load<u8>(value_validity + k) != 0;
      if (bytes != 0) write_element(start + size, value, has_value, width);
      size += element_bytes(value, has_value, width);
    }
    total += <u64>size;
    if (bytes == 0) continue;
    store<u8>(start, 1);
    store<u32>(start, count, 1);
    store_ref(out + i * 8, start, size);
    bytes += size;
  }
  return <f64>total;
}

/**
 * Lists of one element from each of `num_items` columns; structs, which have no count, with `counted` 0. `table` has 20 bytes for each: data, stride, validity (0 without nulls), its
 * stride, width (as in `list_append`), u32 each. Counts when `bytes` is 0, otherwise writes.
 */
export function list_of_items(
  table: usize, num_items: i32, counted: i32, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++) {
    const start = bytes;
    let size: usize = counted ? 5 : 1;
    for (let item = 0; item < num_items; item++) {
      const entry = table + <usize>item * 20;
      const value = <usize>load<u32>(entry) + i * <usize>load<u32>(entry, 4);
      const validity = <usize>load<u32>(entry, 8);
      const width = load<i32>(entry, 16);
      const has_value = validity == 0 || load<u8>(validity + i * <usize>load<u32>(entry, 12)) != 0;
      const at = start + size;
      size += element_bytes(value, has_value, width);
      if (bytes != 0) write_element(at, value, has_value, width);
    }
    total += <u64>size;
    if (bytes == 0) continue;
    store<u8>(start, 1);
    if (counted) store<u32>(start, <u32>num_items, 1);
    store_ref(out + i * 8, start, size);
    bytes += size;
  }
  return <f64>total;
}
