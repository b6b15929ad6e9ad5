import { DATE_WORDS, DATE_WORDS_ENTRIES, INTERVAL_WORDS, INTERVAL_WORDS_ENTRIES } from './datetime-word-table';
import { is_letter } from './scan';

/** Value of the word that `find_date_word` or `find_interval_word` found. */
export let word_value: i32 = 0;

/** FNV-1a of [at, end) in lower case. */
function word_hash(at: usize, end: usize): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (; at < end; at++) {
    const byte = <u64>load<u8>(at);
    hash = (hash ^ (is_letter(<u32>byte) ? byte | 32 : byte)) * 0x100000001b3;
  }
  return hash;
}

function find_word(table: usize, entries: i32, at: usize, end: usize): i32 {
  const hash = word_hash(at, end);
  let low = 0;
  let high = entries;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u64>(table + <usize>middle * 16) < hash) low = middle + 1;
    else high = middle;
  }
  const entry = table + <usize>low * 16;
  if (low == entries || load<u64>(entry) != hash) return -1;
  word_value = load<i32>(entry, 12);
  return load<i32>(entry, 8);
}

/** The kind (`WORD_...`) of a word in a date or time, -1 when it is none; sets `word_value`. */
export function find_date_word(at: usize, end: usize): i32 {
  return find_word(DATE_WORDS, DATE_WORDS_ENTRIES, at, end);
}

/** 0 when [at, end) is a unit of an interval, otherwise -1; sets `word_value`. */
export function find_interval_word(at: usize, end: usize): i32 {
  return find_word(INTERVAL_WORDS, INTERVAL_WORDS_ENTRIES, at, end);
}
