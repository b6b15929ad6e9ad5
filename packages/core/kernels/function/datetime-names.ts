// English names of months and days, upper case, padded to nine letters.

const MONTHS: usize = memory.data<u8>([
  74, 65, 78, 85, 65, 82, 89, 32, 32, 70, 69, 66, 82, 85, 65, 82, 89, 32, 77, 65, 82, 67, 72, 32, 32, 32, 32, 65, 80, 82, 73,
  76, 32, 32, 32, 32, 77, 65, 89, 32, 32, 32, 32, 32, 32, 74, 85, 78, 69, 32, 32, 32, 32, 32, 74, 85, 76, 89, 32, 32, 32, 32,
  32, 65, 85, 71, 85, 83, 84, 32, 32, 32, 83, 69, 80, 84, 69, 77, 66, 69, 82, 79, 67, 84, 79, 66, 69, 82, 32, 32, 78, 79, 86,
  69, 77, 66, 69, 82, 32, 68, 69, 67, 69, 77, 66, 69, 82, 32,
]);
const DAYS: usize = memory.data<u8>([
  83, 85, 78, 68, 65, 89, 32, 32, 32, 77, 79, 78, 68, 65, 89, 32, 32, 32, 84, 85, 69, 83, 68, 65, 89, 32, 32, 87, 69, 68, 78,
  69, 83, 68, 65, 89, 84, 72, 85, 82, 83, 68, 65, 89, 32, 70, 82, 73, 68, 65, 89, 32, 32, 32, 83, 65, 84, 85, 82, 68, 65, 89,
  32,
]);

export const NAME_BYTES: usize = 9;

/** The name of a month, from 1. */
@inline
export function month_name(month: i32): usize {
  return MONTHS + <usize>(month - 1) * NAME_BYTES;
}

/** The name of a day, from Sunday, 0. */
@inline
export function day_name(weekday: i32): usize {
  return DAYS + <usize>weekday * NAME_BYTES;
}

/** Letters of a name. */
export function name_length(name: usize): usize {
  let length = NAME_BYTES;
  while (load<u8>(name + length - 1) == 32) length--;
  return length;
}

/** Roman numerals of the months, padded to four letters. */
export const ROMAN_MONTHS: usize = memory.data<u8>([
  73, 32, 32, 32, 73, 73, 32, 32, 73, 73, 73, 32, 73, 86, 32, 32, 86, 32, 32, 32, 86, 73, 32, 32, 86, 73, 73, 32, 86, 73, 73,
  73, 73, 88, 32, 32, 88, 32, 32, 32, 88, 73, 32, 32, 88, 73, 73, 32,
]);
