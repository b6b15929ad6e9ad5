import { after_value } from './list-values';
import { row_counts, store_null_ref, store_ref } from './row';

// Structs in the encoding of src/vector/nested-encoding.ts: a flag and the fields in order. Descriptions as in list-values.ts.

/** A field of each struct as a flat vector; `field` describes it, `before` the fields before it, `num_before` of them. */
export function struct_field(
  data: usize, stride: usize, validity: usize, rows: usize, before: usize, num_before: i32, out: usize,
  out_validity: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    let at = <usize>load<u32>(data);
    let desc = before;
    if (at == 0 || !row_counts(validity, i)) {
      for (let k = 0; k < num_before; k++) desc = after_field(desc);
      store<u8>(out_validity + i, 0);
      clear(out, desc, i);
      continue;
    }
    at++;
    for (let k = 0; k < num_before; k++) {
      at = after_value(at, desc);
      desc = after_field(desc);
    }
    const valid = load<u8>(at);
    store<u8>(out_validity + i, valid);
    const code = load<u8>(desc);
    if (!valid) clear(out, desc, i);
    else if (code == 0) memory.copy(out + i * <usize>load<u8>(desc, 1), at + 1, <usize>load<u8>(desc, 1));
    else if (code == 1) store_ref(out + i * 8, at + 5, <usize>load<u32>(at, 1));
    else store_ref(out + i * 8, at, after_value(at, desc) - at);
  }
}

@inline
function clear(out: usize, desc: usize, i: usize): void {
  if (load<u8>(desc) == 0) memory.fill(out + i * <usize>load<u8>(desc, 1), 0, <usize>load<u8>(desc, 1));
  else store_null_ref(out + i * 8);
}

function after_field(desc: usize): usize {
  const code = load<u8>(desc);
  if (code == 0) return desc + 2;
  if (code == 1) return desc + 1;
  if (code == 2) return after_field(desc + 1);
  let next = desc + 2;
  for (let k = load<u8>(desc, 1); k > 0; k--) next = after_field(next);
  return next;
}

function needs_quotes(at: usize, length: usize): bool {
  if (length == 0) return true;
  for (let i: usize = 0; i < length; i++) {
    const byte = load<u8>(at + i);
    // " \ ( ) , and white space
    if (byte == 34 || byte == 92 || byte == 40 || byte == 41 || byte == 44 || byte == 32 || byte - 9 < 5) return true;
  }
  return false;
}

/**
 * Structs as text, from the texts of their fields: `(a,"b c",)`. `table` has 8 bytes a field: its refs and its validity (0 without
 * nulls), u32 each. Counts an upper bound when `bytes` is 0, otherwise writes.
 */
export function struct_to_text(
  table: usize, num_fields: i32, validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  let total: u64 = 0;
  for (let i: usize = 0; i < rows; i++) {
    if (!row_counts(validity, i)) {
      if (bytes != 0) store_null_ref(out + i * 8);
      continue;
    }
    const start = bytes;
    if (bytes != 0) store<u8>(bytes++, 40);
    for (let k = 0; k < num_fields; k++) {
      const entry = table + (<usize>k << 3);
      const ref = <usize>load<u32>(entry) + i * 8;
      const field_validity = <usize>load<u32>(entry, 4);
      const valid = field_validity == 0 || load<u8>(field_validity + i) != 0;
      const length: usize = valid ? <usize>load<u32>(ref, 4) : 0;
      if (bytes == 0) {
        total += 2 * <u64>length + 3;
        continue;
      }
      if (k > 0) store<u8>(bytes++, 44);
      if (!valid) continue;
      const at = <usize>load<u32>(ref);
      const quoted = needs_quotes(at, length);
      if (quoted) store<u8>(bytes++, 34);
      for (let j: usize = 0; j < length; j++) {
        const byte = load<u8>(at + j);
        if (quoted && (byte == 34 || byte == 92)) store<u8>(bytes++, byte);
        store<u8>(bytes++, byte);
      }
      if (quoted) store<u8>(bytes++, 34);
    }
    if (bytes == 0) total += 2;
    else {
      store<u8>(bytes++, 41);
      store_ref(out + i * 8, start, bytes - start);
    }
  }
  return <f64>total;
}
