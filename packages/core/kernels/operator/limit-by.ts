// Some rows of each run of rows with equal keys.
import { orderRows } from './sort-order';

/**
 * Of rows 0 to `n` - 1, ordered by the keys at `keys`, those whose place among the rows with equal keys is from `from` to `to`
 * (exclusive); the answer is how many. `state` holds the place of the last row seen before (f64, less than 0 when there is none), whose
 * keys are row 0 of those at `lastKeys`; then that of row `n` - 1.
 */
export function rows_of_runs(
  out: usize,
  keys: usize,
  n: i32,
  lastKeys: usize,
  numKeys: i32,
  from: f64,
  to: f64,
  state: usize,
): i32 {
  let place = load<f64>(state);
  let end = out;
  for (let i = 0; i < n; i++) {
    const isFirst = place < 0;
    const isSame = !isFirst && (i == 0 ? isEqual(keys, 0, lastKeys, 0, numKeys) : isEqual(keys, i, keys, i - 1, numKeys));
    place = isSame ? place + 1 : 0;
    if (place < from || place >= to) continue;
    store<u32>(end, i);
    end += 4;
  }
  store<f64>(state, place);
  return <i32>((end - out) >> 2);
}

// @ts-ignore: decorator
@inline
function isEqual(a: usize, i: i32, b: usize, j: i32, numKeys: i32): bool {
  return orderRows(a, <usize>i, b, <usize>j, 0, numKeys) == 0;
}
