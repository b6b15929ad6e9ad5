// Kernels of the operators. One family a file.
export * from './accumulate-bits';
export * from './accumulate-choice';
export * from './accumulate-collect';
export * from './accumulate-count';
export * from './accumulate-distinct';
export * from './accumulate-extreme';
export { interval_scale } from '../expression/datetime-arithmetic';
export * from './accumulate-regression';
export * from './accumulate-result';
export * from './accumulate-sum';
export * from './accumulate-variance';
export * from './group-codes';
export * from './group-table';
export { add_records_i64, add_records_i128 } from './record-sums';
export {
  hash_bool,
  hash_codes,
  hash_f64,
  hash_i32,
  hash_i64,
  hash_i128,
  hash_interval,
  hash_ref,
  partition_of_hashes,
  partition_of_hashes_at,
} from './hash';
export * from './join-integers';
export * from './join-pairs';
export * from './join-table';
export * from './limit-by';
export * from './merge-runs';
export * from './partition';
export { copy_ref_bytes, sum_ref_bytes } from './ref-bytes';
export * from './series';
export * from './set-rows';
export * from './sort-rows';
