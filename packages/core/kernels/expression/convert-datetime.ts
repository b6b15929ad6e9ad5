// Casts between dates, times, timestamps and intervals. Rows whose `validity` byte is 0 never fail.
import {
  DATE_INFINITY,
  DATE_MINUS_INFINITY,
  floor_divide,
  is_infinite,
  LAST_TIMESTAMP,
  MICROS_PER_DAY,
} from '../function/civil';
import { OK, OVERFLOW } from '../vector/status';

/** Midnights. A day beyond the range of timestamps clears its byte of `failures`, or, when that is 0, ends with OVERFLOW. */
export function timestamp_from_date(out: usize, a: usize, validity: usize, n: i32, failures: usize): i32 {
  for (let i = 0; i < n; i++) {
    const day = load<i32>(a + (<usize>i << 2));
    let r = <i64>day * MICROS_PER_DAY;
    if (day == DATE_INFINITY) {
      r = i64.MAX_VALUE;
    } else if (day == DATE_MINUS_INFINITY) {
      r = i64.MIN_VALUE;
    } else if (<i64>day > LAST_TIMESTAMP / MICROS_PER_DAY) {
      r = 0;
      if (validity == 0 || load<u8>(validity + i) != 0) {
        if (failures == 0) return OVERFLOW;
        store<u8>(failures + i, 0);
      }
    }
    store<i64>(out + (<usize>i << 3), r);
  }
  return OK;
}

export function date_from_timestamp(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const t = load<i64>(a + (<usize>i << 3));
    let day = <i32>floor_divide(t, MICROS_PER_DAY);
    if (t == i64.MAX_VALUE) day = DATE_INFINITY;
    else if (t == i64.MIN_VALUE) day = DATE_MINUS_INFINITY;
    store<i32>(out + (<usize>i << 2), day);
  }
}

/** The time of day; null for an infinite timestamp, so `outValidity` gets a byte for every row. */
export function time_from_timestamp(out: usize, outValidity: usize, a: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const t = load<i64>(a + (<usize>i << 3));
    store<i64>(out + (<usize>i << 3), t - floor_divide(t, MICROS_PER_DAY) * MICROS_PER_DAY);
    store<u8>(outValidity + i, is_infinite(t) ? 0 : validity == 0 ? 1 : load<u8>(validity + i));
  }
}

export function interval_from_time(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<i64>(out + (<usize>i << 4), 0);
    store<i64>(out + (<usize>i << 4), load<i64>(a + (<usize>i << 3)), 8);
  }
}

/** The microseconds around the clock; months and days do not count. */
export function time_from_interval(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const micros = load<i64>(a + (<usize>i << 4), 8);
    store<i64>(out + (<usize>i << 3), micros - floor_divide(micros, MICROS_PER_DAY) * MICROS_PER_DAY);
  }
}
