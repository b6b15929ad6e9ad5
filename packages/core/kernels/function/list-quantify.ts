import { row_counts } from './row';

/** The row of each element, as u32, from the number of elements of each row. */
export function rows_of_elements(counts: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let k = load<u32>(counts + i * 4); k > 0; k--, out += 4) store<u32>(out, <u32>i);
  }
}

/** Positions (i32) from 1 as positions from 0; what is not above 0 becomes -1. */
export function positions_from_zero(positions: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, positions += stride) {
    store<i32>(out + i * 4, max(load<i32>(positions), 0) - 1);
  }
}

/**
 * Whether a comparison holds for any element of a row (`all` 0), or for all (1); null where that depends on a null. `compared` has one
 * byte an element, as `element_validity` and `value_validity` have; either may be 0, the latter of one byte with stride 0.
 */
export function quantify(
  counts: usize, compared: usize, element_validity: usize, value_validity: usize, value_stride: usize, validity: usize,
  rows: usize, all: i32, out: usize, out_validity: usize,
): void {
  let k: usize = 0;
  for (let i: usize = 0; i < rows; i++) {
    let decided = false;
    let has_null = !row_counts(validity, i);
    for (let n = load<u32>(counts + i * 4); n > 0; n--, k++) {
      if (
        load<u8>(element_validity + k) == 0 || (value_validity != 0 && load<u8>(value_validity + k * value_stride) == 0)
      ) {
        has_null = true;
      } else if ((load<u8>(compared + k) != 0) == (all == 0)) decided = true;
    }
    store<u8>(out + i, <u8>(decided == (all == 0)));
    store<u8>(out_validity + i, <u8>(decided || !has_null));
  }
}
