// Reading of text by hand-written parsers: white space, words, digits.

/** Answers of this module's parsers besides those of `../vector/status`: the host must decide this row. */
export const UNDECIDED: i32 = 6;
/** A value that reads well but does not exist: February 30. */
export const FIELD_RANGE: i32 = 7;

/** White space as PostgreSQL's parsers see it. */
@inline
export function is_space(byte: u32): bool {
  return byte == 32 || byte - 9 < 5;
}

@inline
export function is_digit(byte: u32): bool {
  return byte - 48 < 10;
}

@inline
export function is_letter(byte: u32): bool {
  return (byte | 32) - 97 < 26;
}

export function skip_spaces(at: usize, end: usize): usize {
  while (at < end && is_space(load<u8>(at))) at++;
  return at;
}

export function trim_spaces(at: usize, end: usize): usize {
  while (end > at && is_space(load<u8>(end - 1))) end--;
  return end;
}

/** Whether [at, end) is the word, whatever its case. `word` is the address of lower-case ASCII letters. */
export function is_word(at: usize, end: usize, word: usize, length: usize): bool {
  if (end - at != length) return false;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    if ((is_letter(byte) ? byte | 32 : byte) != <u32>load<u8>(word + i)) return false;
  }
  return true;
}

/** The same for a word of up to eight letters, packed with its first letter in the lowest byte. */
export function is_short_word(at: usize, end: usize, packed: u64): bool {
  while (packed != 0) {
    if (at == end) return false;
    const byte = <u32>load<u8>(at++);
    if ((is_letter(byte) ? byte | 32 : byte) != (<u32>packed & 255)) return false;
    packed >>= 8;
  }
  return at == end;
}
