import { row_counts, store_null_ref, store_ref } from './row';

// Lists in the encoding of src/vector/nested-encoding.ts: a flag, the number of elements (u32), and the elements.
//
// How long an element is depends on its type, which the host describes in bytes: 0 and a width for values of that width, 1 for a
// length and bytes, 2 and the element's description for a list, 3, a number and that many descriptions for a struct.

const DESC_FIXED = 0;
const DESC_REF = 1;
const DESC_LIST = 2;

/** Where the description behind this one starts. */
function after_desc(desc: usize): usize {
  const code = load<u8>(desc);
  if (code == DESC_FIXED) return desc + 2;
  if (code == DESC_REF) return desc + 1;
  if (code == DESC_LIST) return after_desc(desc + 1);
  let next = desc + 2;
  for (let i = load<u8>(desc, 1); i > 0; i--) next = after_desc(next);
  return next;
}

/** Where the value at `at`, which begins with its flag, ends. */
export function after_value(at: usize, desc: usize): usize {
  if (load<u8>(at++) == 0) return at;
  const code = load<u8>(desc);
  if (code == DESC_FIXED) return at + <usize>load<u8>(desc, 1);
  if (code == DESC_REF) return at + 4 + <usize>load<u32>(at);
  if (code == DESC_LIST) {
    const count = load<u32>(at);
    at += 4;
    for (let i: u32 = 0; i < count; i++) at = after_value(at, desc + 1);
    return at;
  }
  let field = desc + 2;
  for (let i = load<u8>(desc, 1); i > 0; i--) {
    at = after_value(at, field);
    field = after_desc(field);
  }
  return at;
}

/** The number of elements of each list, as i32, and all of them together as the answer. A null has none. */
export function list_lengths(data: usize, stride: usize, validity: usize, rows: usize, out: usize): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const at = <usize>load<u32>(data);
    const count = at != 0 && row_counts(validity, i) ? load<u32>(at, 1) : 0;
    store<u32>(out + i * 4, count);
    total += <u64>count;
  }
  return <f64>total;
}

/** All elements behind each other, as a flat vector of their type with its validity; `counts` is of `list_lengths`. */
export function list_elements(
  data: usize, stride: usize, counts: usize, rows: usize, desc: usize, out: usize, out_validity: usize,
): void {
  const code = load<u8>(desc);
  const width: usize = code == DESC_FIXED ? <usize>load<u8>(desc, 1) : 8;
  for (let i: usize = 0; i < rows; i++, data += stride) {
    let at = <usize>load<u32>(data) + 5;
    for (let k = load<u32>(counts + i * 4); k > 0; k--, out += width, out_validity++) {
      const end = after_value(at, desc);
      const valid = load<u8>(at);
      store<u8>(out_validity, valid);
      if (!valid) memory.fill(out, 0, width);
      else if (code == DESC_FIXED) memory.copy(out, at + 1, width);
      else if (code == DESC_REF) store_ref(out, at + 5, end - at - 5);
      else store_ref(out, at, end - at);
      at = end;
    }
  }
}

/** Whether an element has to be quoted in the text of an array. */
function needs_quotes(at: usize, length: usize): bool {
  if (length == 0) return true;
  if (length == 4 && (load<u32>(at) | 0x20202020) == 0x6c6c756e) return true; // null
  for (let i: usize = 0; i < length; i++) {
    const byte = load<u8>(at + i);
    // " \ { } , and white space
    if (byte == 34 || byte == 92 || byte == 123 || byte == 125 || byte == 44 || byte == 32 || byte - 9 < 5) return true;
  }
  return false;
}

/**
 * Arrays as text, from the texts of their elements: `{a,"b c",NULL}`; elements that are arrays themselves (`nested` 1) are not quoted. Counts when `bytes` is
 * 0, otherwise writes.
 */
export function list_to_text(
  counts: usize, texts: usize, text_validity: usize, nested: i32, validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++) {
    const count = load<u32>(counts + i * 4);
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const start = bytes;
    if (bytes != 0) store<u8>(bytes++, 123);
    for (let k: u32 = 0; k < count; k++, texts += 8, text_validity++) {
      if (k > 0 && bytes != 0) store<u8>(bytes++, 44);
      if (load<u8>(text_validity) == 0) {
        if (bytes == 0) total += 4;
        else {
          store<u32>(bytes, 0x4c4c554e);
          bytes += 4;
        }
        continue;
      }
      const at = <usize>load<u32>(texts);
      const length = <usize>load<u32>(texts, 4);
      if (bytes == 0) {
        total += 2 * <u64>length + 2;
        continue;
      }
      const quoted = !nested && needs_quotes(at, length);
      if (quoted) store<u8>(bytes++, 34);
      for (let j: usize = 0; j < length; j++) {
        const byte = load<u8>(at + j);
        if (quoted && (byte == 34 || byte == 92)) store<u8>(bytes++, 92);
        store<u8>(bytes++, byte);
      }
      if (quoted) store<u8>(bytes++, 34);
    }
    if (bytes == 0) total += <u64>count + 2;
    else {
      store<u8>(bytes++, 125);
      store_ref(out + i * 8, start, bytes - start);
    }
  }
  return <f64>total;
}

/**
 * `array_to_string`: the texts of the elements with a separator between them. A null element is left out, or stands as `nulls` (refs, may be 0). Counts when
 * `bytes` is 0, otherwise writes.
 */
export function list_join(
  counts: usize, texts: usize, text_validity: usize, separators: usize, separator_stride: usize, nulls: usize,
  null_stride: usize, null_validity: usize, null_validity_stride: usize, validity: usize, rows: usize, out: usize,
  bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++) {
    const count = load<u32>(counts + i * 4);
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      texts += <usize>count * 8;
      text_validity += <usize>count;
      continue;
    }
    const start = bytes;
    const separator = separators + i * separator_stride;
    const shows_nulls =
      nulls != 0 && (null_validity == 0 || load<u8>(null_validity + i * null_validity_stride) != 0);
    let first = true;
    for (let k: u32 = 0; k < count; k++, texts += 8, text_validity++) {
      let ref = texts;
      if (load<u8>(text_validity) == 0) {
        if (!shows_nulls) continue;
        ref = nulls + i * null_stride;
      }
      const length = <usize>load<u32>(ref, 4);
      const gap: usize = first ? 0 : <usize>load<u32>(separator, 4);
      first = false;
      total += <u64>(length + gap);
      if (bytes == 0) continue;
      memory.copy(bytes, <usize>load<u32>(separator), gap);
      memory.copy(bytes + gap, <usize>load<u32>(ref), length);
      bytes += gap + length;
    }
    if (bytes != 0) store_ref(out + i * 8, start, bytes - start);
  }
  return <f64>total;
}

/** Validity of `array_length`: of the first dimension, and only when there is an element. */
export function list_dimension(
  counts: usize, dimensions: usize, dimension_stride: usize, validity: usize, rows: usize, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, dimensions += dimension_stride) {
    const exists = row_counts(validity, i) && load<u32>(counts + i * 4) != 0 && load<i32>(dimensions) == 1;
    store<u8>(out + i, <u8>exists);
  }
}

/** 1 where one of two arguments has a value; the refs of the other rows are cleared. */
export function either_valid(
  a: usize, a_stride: usize, b: usize, b_stride: usize, rows: usize, out: usize, refs: usize,
): void {
  for (let i: usize = 0; i < rows; i++) {
    const valid = load<u8>(a + i * a_stride) | load<u8>(b + i * b_stride);
    store<u8>(out + i, valid);
    if (!valid) store_null_ref(refs + i * 8);
  }
}
