import { day_name, month_name, name_length, ROMAN_MONTHS } from './datetime-names';
import { read_word } from './from-char-reader';

// Words in the texts that `to_date` and `to_timestamp` read.

/** A.M. P.M. A.D. B.C. */
export const DOTTED_PAIRS: usize = memory.data<u8>([65, 46, 77, 46, 80, 46, 77, 46, 65, 46, 68, 46, 66, 46, 67, 46]);
/** AM PM AD BC */
export const PAIRS: usize = memory.data<u8>([65, 77, 80, 77, 65, 68, 66, 67]);

/** Which of two words of `length` bytes stands here, -1 for none. */
export function read_either(words: usize, length: usize): i32 {
  if (read_word(words, length)) return 0;
  return read_word(words + length, length) ? 1 : -1;
}

/** Seven or twelve names; `letters` 3 for short ones, 0 for whole ones. */
export function read_name(of_months: bool, letters: usize): i32 {
  const count = of_months ? 12 : 7;
  for (let i = 0; i < count; i++) {
    const name = of_months ? month_name(i + 1) : day_name(i);
    if (read_word(name, letters == 0 ? name_length(name) : letters)) return i;
  }
  return -1;
}

export function read_roman(): i32 {
  // Longer numerals first: XII before XI before X.
  for (let i = 11; i >= 0; i--) {
    const name = ROMAN_MONTHS + <usize>i * 4;
    let length: usize = 4;
    while (load<u8>(name + length - 1) == 32) length--;
    if (read_word(name, length)) return i + 1;
  }
  return -1;
}

