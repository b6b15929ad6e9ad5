// Kernels of the scalar function library and of the casts from and to text. One family a file.
export { combine_nulls, count_validity } from './row';
export { text_char_length, text_octet_length, text_total_bytes, text_all_ascii, text_copy } from './text-length';
export { text_map_case, text_initcap } from './text-case';
export { text_position, text_starts_with } from './text-find';
export { text_substring, text_left_right, text_trim, bytea_trim, text_split_part } from './text-slice';
export { text_concat } from './text-concat';
export { text_replace, text_translate } from './text-replace';
export { text_repeat, text_pad, text_reverse, text_overlay } from './text-build';
export { float_to_text } from './float-format';
export { int32_to_text, int64_to_text, int128_to_text, boolean_to_text } from './number-format';
export { text_to_integer, text_to_boolean } from './integer-parse';
export { text_to_decimal } from './decimal-parse';
export { text_to_float } from './float-parse';
export { date_to_text, time_to_text, timestamp_to_text } from './datetime-format';
export { interval_to_text } from './interval-format';
export {
  text_to_date,
  text_to_timestamp,
  text_to_timestamptz,
  text_to_time,
  parsed_zone_address,
  parsed_zone_length,
} from './datetime-input';
export { zone_utc_to_local, zone_local_to_utc, timestamp_extreme_day, offset_parts } from './zone';
export { text_to_interval } from './interval-parse';
export { bytea_to_text, uuid_to_text, text_to_bytea, text_to_uuid } from './binary-text';
export { text_to_json } from './json-scan';
export { text_ascii, text_chr, integer_to_digits } from './text-code';
export { text_md5 } from './md5';
export { bytea_sha2 } from './sha2';
export { bytea_encode, bytea_decode } from './binary-encoding';
export { bytea_get, bytea_set, bytea_bit_count } from './binary-bits';
export { text_quote, fill_null_refs } from './text-quote';
export { text_contains, text_page_contains, text_like_parts, text_like, text_like_escape } from './text-like';
export {
  extract_from_date,
  extract_from_timestamp,
  extract_julian,
  extract_from_time,
  extract_from_interval,
  int64_over,
  interval_epoch_f64,
  seconds_over,
  int64_widen,
} from './datetime-extract';
export {
  trunc_timestamp_to_span,
  trunc_timestamp_to_unit,
  bin_timestamp,
  interval_steps,
  trunc_interval,
} from './datetime-trunc';
export {
  make_date,
  make_time,
  timestamp_from_parts,
  make_interval,
  timestamp_from_epoch,
  timestamp_age,
  justify_interval,
  datetime_is_finite,
  add_seconds,
} from './datetime-make';
export { math_f64, atan2_f64, log_f64, width_bucket_f64 } from './math-float';
export { gcd_lcm, factorial, bit_operation, bit_not, wrap_int16 } from './math-integer';
export { decimal_round, decimal_sign, decimal_div, decimal_min_scale } from './math-decimal';
export { extremum } from './extremum';
export { random_f64 } from './random';
export { timestamp_to_char, interval_to_char } from './datetime-to-char';
export { number_to_char } from './number-to-char';
export {
  text_to_date_by,
  text_to_timestamptz_by,
  from_char_failed_node,
  from_char_failed_at,
} from './datetime-from-char';
export { list_lengths, list_elements, list_to_text, list_join, list_dimension, either_valid } from './list-values';
export { text_to_list, list_append, list_of_items, list_of_values } from './list-build';
export {
  list_pick,
  list_fraction_positions,
  list_fraction_rests,
  lerp_f64,
  list_most_frequent,
} from './list-pick';
export { compare_nested } from './nested-order';
export {
  list_relation,
  list_position,
  list_edit,
  list_slice,
  list_extent,
  list_cardinality,
} from './list-search';
export { struct_field, struct_to_text } from './struct-values';
export { rows_of_elements, positions_from_zero, quantify } from './list-quantify';
export { json_get, json_text, json_lengths, merge_refs } from './json-get';
