// Kernels of the scalar function library and of the casts from and to text. One family a file.
export { combine_nulls } from './row';
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
export { zone_utc_to_local, zone_local_to_utc, timestamp_extreme_day } from './zone';
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
