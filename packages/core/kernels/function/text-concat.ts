import { row_counts, store_null_ref, store_ref } from './row';

// One argument of a concatenation: data, stride, validity, validity stride (u32 each).
const PART_BYTES: usize = 16;

@inline
function part_counts(part: usize, i: usize): bool {
  const validity = <usize>load<u32>(part, 8);
  return validity == 0 || load<u8>(validity + i * <usize>load<u32>(part, 12)) != 0;
}

/**
 * Joins `num_parts` strings a row; null parts are left out. With a separator (`separators` not 0) it stands between the
 * parts that are not null. Counts the bytes when `bytes` is 0, otherwise writes them.
 */
export function text_concat(
  parts: usize, num_parts: usize, separators: usize, separator_stride: usize,
  validity: usize, rows: usize, out: usize, bytes: usize,
): f64 {
  const parts_end = parts + num_parts * PART_BYTES;
  if (bytes == 0) {
    let total: u64 = 0;
    for (let i: usize = 0; i < rows; i++) {
      if (!row_counts(validity, i)) continue;
      let joined: u64 = 0;
      for (let part = parts; part < parts_end; part += PART_BYTES) {
        if (!part_counts(part, i)) continue;
        total += <u64>load<u32>(<usize>load<u32>(part) + i * <usize>load<u32>(part, 4), 4);
        joined++;
      }
      if (separators != 0 && joined > 1) total += (joined - 1) * <u64>load<u32>(separators + i * separator_stride, 4);
    }
    return <f64>total;
  }
  const start = bytes;
  for (let i: usize = 0; i < rows; i++, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    const row_start = bytes;
    let first = true;
    for (let part = parts; part < parts_end; part += PART_BYTES) {
      if (!part_counts(part, i)) continue;
      if (separators != 0 && !first) {
        const separator = separators + i * separator_stride;
        const length = <usize>load<u32>(separator, 4);
        memory.copy(bytes, <usize>load<u32>(separator), length);
        bytes += length;
      }
      first = false;
      const value = <usize>load<u32>(part) + i * <usize>load<u32>(part, 4);
      const length = <usize>load<u32>(value, 4);
      memory.copy(bytes, <usize>load<u32>(value), length);
      bytes += length;
    }
    store_ref(out, row_start, bytes - row_start);
  }
  return <f64>(bytes - start);
}
