import { row_counts, store_null_ref, store_ref } from './row';

/**
 * Strings between quotes, as SQL literals (`quote` 39) or identifiers (34): quotes inside are doubled; a literal with
 * backslashes starts with `E` and has them doubled. `bytes` has room for twice the input and four bytes a row.
 */
export function text_quote(
  data: usize, stride: usize, validity: usize, rows: usize, quote: u32, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const at = <usize>load<u32>(data);
    const end = at + <usize>load<u32>(data, 4);
    const start = bytes;
    let backslash = false;
    if (quote == 39) for (let p = at; p < end; p++) if (load<u8>(p) == 92) backslash = true;
    if (backslash) store<u8>(bytes++, 69);
    store<u8>(bytes++, <u8>quote);
    for (let p = at; p < end; p++) {
      const byte = <u32>load<u8>(p);
      if (byte == quote || (byte == 92 && backslash)) store<u8>(bytes++, <u8>byte);
      store<u8>(bytes++, <u8>byte);
    }
    store<u8>(bytes++, <u8>quote);
    store_ref(out, start, bytes - start);
  }
}

/** Puts the ref at `word` where `validity` is 0. */
export function fill_null_refs(out: usize, validity: usize, rows: usize, word: usize): void {
  for (let i: usize = 0; i < rows; i++) if (load<u8>(validity + i) == 0) store<u64>(out + i * 8, load<u64>(word));
}
