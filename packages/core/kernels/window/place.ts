// Places of rows, and what stands for a row that is not there.

/** No such row: the default value takes its place. */
export const NO_PLACE: u32 = 0xffffffff;
/** The value is null. */
export const NULL_PLACE: u32 = 0xfffffffe;

/** Entry `i` of an array of u32. */
// @ts-ignore: decorator
@inline
export function u32At(array: usize, i: usize): u32 {
  return load<u32>(array + (i << 2));
}

// @ts-ignore: decorator
@inline
export function setU32(array: usize, i: usize, value: u32): void {
  store<u32>(array + (i << 2), value);
}

/** The row number of a place; places are row numbers where `rows` is 0. */
// @ts-ignore: decorator
@inline
export function rowOf(rows: usize, place: usize): usize {
  return rows == 0 ? place : <usize>load<u32>(rows + (place << 2));
}

// @ts-ignore: decorator
@inline
export function isSet(bytes: usize, i: usize): bool {
  return bytes == 0 || load<u8>(bytes + i) != 0;
}
