// Running values: over the rows of a partition up to and with each place. `counted` is one byte a place (0: all count): whether the row
// has a value and passes the filter.
import { orderValues } from '../operator/sort-order';
import { OK, OVERFLOW } from '../vector/status';
import { isSet, NULL_PLACE, rowOf, setU32, u32At } from './place';

/** Whether each row has a value and passes the filter (a boolean; 0 for none); the answer is how many do. */
export function counted_rows(
  out: usize,
  rows: usize,
  n: i32,
  validity: usize,
  filter: usize,
  filterValidity: usize,
): i32 {
  let count = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = rowOf(rows, i);
    const passes = isSet(validity, row) && isSet(filter, row) && (filter == 0 || isSet(filterValidity, row));
    store<u8>(out + i, <u8>passes);
    count += <i32>passes;
  }
  return count;
}

export function running_count(out: usize, counted: usize, partStarts: usize, n: i32): void {
  let count: i64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) count = 0;
    count += <i64>isSet(counted, i);
    store<i64>(out + (i << 3), count);
  }
}

/** i32 in i64. */
export function running_sum_i32_i64(out: usize, rows: usize, v: usize, counted: usize, partStarts: usize, n: i32): i32 {
  let sum: i64 = 0;
  let overflow: i64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) sum = 0;
    if (isSet(counted, i)) {
      const value = <i64>load<i32>(v + (rowOf(rows, i) << 2));
      const after = sum + value;
      overflow |= (sum ^ after) & (value ^ after);
      sum = after;
    }
    store<i64>(out + (i << 3), sum);
  }
  return overflow < 0 ? OVERFLOW : OK;
}

// @ts-ignore: decorator
@inline
function sumInto128<T>(
  isWide: bool,
  out: usize,
  rows: usize,
  values: usize,
  counted: usize,
  partStarts: usize,
  n: i32,
): i32 {
  let low: u64 = 0;
  let high: i64 = 0;
  let overflow: i64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) {
      low = 0;
      high = 0;
    }
    if (isSet(counted, i)) {
      const at = values + rowOf(rows, i) * (isWide ? 16 : sizeof<T>());
      const addLow = <u64>(<i64>load<T>(at));
      const addHigh = isWide ? load<i64>(at, 8) : <i64>addLow >> 63;
      const sum = low + addLow;
      const after = high + addHigh + <i64>(sum < addLow);
      overflow |= (high ^ after) & (addHigh ^ after);
      low = sum;
      high = after;
    }
    store<u64>(out + (i << 4), low);
    store<i64>(out + (i << 4), high, 8);
  }
  return overflow < 0 ? OVERFLOW : OK;
}

export function running_sum_i32_i128(o: usize, rows: usize, v: usize, counted: usize, partStarts: usize, n: i32): i32 {
  return sumInto128<i32>(false, o, rows, v, counted, partStarts, n);
}

export function running_sum_i64_i128(o: usize, rows: usize, v: usize, counted: usize, partStarts: usize, n: i32): i32 {
  return sumInto128<i64>(false, o, rows, v, counted, partStarts, n);
}

export function running_sum_i128_i128(o: usize, rows: usize, v: usize, counted: usize, partStarts: usize, n: i32): i32 {
  return sumInto128<i64>(true, o, rows, v, counted, partStarts, n);
}

/** f64, in the order of the rows. */
export function running_sum_f64_f64(o: usize, rows: usize, v: usize, counted: usize, partStarts: usize, n: i32): i32 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) sum = 0;
    if (isSet(counted, i)) sum += load<f64>(v + (rowOf(rows, i) << 3));
    store<f64>(o + (i << 3), sum);
  }
  return OK;
}

/** The place of the least value so far, with `greatest` the greatest one; the first of equal ones. `key` is as in `sort-order.ts`. */
export function running_extreme(
  out: usize,
  rows: usize,
  key: usize,
  counted: usize,
  partStarts: usize,
  n: i32,
  greatest: i32,
): void {
  const values = <usize>load<u32>(key);
  const kind = load<u32>(key, 8);
  let best = NULL_PLACE;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (u32At(partStarts, i) == <u32>i) best = NULL_PLACE;
    if (isSet(counted, i)) {
      if (best == NULL_PLACE) {
        best = <u32>i;
      } else {
        const order = orderValues(kind, values, rowOf(rows, i), values, rowOf(rows, <usize>best));
        if (greatest ? order > 0 : order < 0) best = <u32>i;
      }
    }
    setU32(out, i, best);
  }
}
