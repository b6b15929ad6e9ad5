import { equalBytes, intervalDays, intervalMicrosOfDay } from '../expression/value-order';

/**
 * Whether value `row` of one column equals value `group` of another, both not null. `kind` is a constant that the compiler folds: the
 * width of integers, 64 for f64, 128 for intervals, 0 for refs.
 */
// @ts-ignore: decorator
@inline
export function equalAt(kind: i32, values: usize, row: usize, keys: usize, group: usize): bool {
  if (kind == 1) return load<u8>(values + row) == load<u8>(keys + group);
  if (kind == 4) return load<u32>(values + (row << 2)) == load<u32>(keys + (group << 2));
  if (kind == 8) return load<u64>(values + (row << 3)) == load<u64>(keys + (group << 3));
  if (kind == 16) {
    const p = values + (row << 4);
    const q = keys + (group << 4);
    return ((load<u64>(p) ^ load<u64>(q)) | (load<u64>(p, 8) ^ load<u64>(q, 8))) == 0;
  }
  if (kind == 64) {
    const x = load<f64>(values + (row << 3));
    const y = load<f64>(keys + (group << 3));
    return x == y || (x != x && y != y);
  }
  if (kind == 128) {
    const p = values + (row << 4);
    const q = keys + (group << 4);
    return intervalDays(p) == intervalDays(q) && intervalMicrosOfDay(p) == intervalMicrosOfDay(q);
  }
  const p = values + (row << 3);
  const q = keys + (group << 3);
  const length = load<u32>(p, 4);
  return length == load<u32>(q, 4) && equalBytes(<usize>load<u32>(p), <usize>load<u32>(q), <usize>length);
}
