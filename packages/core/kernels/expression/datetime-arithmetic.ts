// Dates, times, timestamps and intervals. Operands come with strides: the bytes from one row to the next, 0 for a constant.
// `sign` is 1 or -1 for what is added or subtracted. Rows whose `validity` byte is 0 never fail. The answer is a status.
import {
  DATE_INFINITY,
  DATE_MINUS_INFINITY,
  FIRST_DAY,
  FIRST_TIMESTAMP,
  floor_divide,
  is_infinite,
  LAST_DAY,
  LAST_TIMESTAMP,
  MICROS_PER_DAY,
  move_months,
} from '../function/civil';
import { DIVISION_BY_ZERO, OK, OVERFLOW } from '../vector/status';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

@inline
function isInfiniteDate(day: i32): bool {
  return day == DATE_INFINITY || day == DATE_MINUS_INFINITY;
}

@inline
function sumOverflows(a: i64, b: i64, sum: i64): bool {
  return ((a ^ sum) & (b ^ sum)) < 0;
}

/** `date + sign * days`; an infinite date stays what it is. */
export function date_add_days(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32, sign: i32): i32 {
  for (let i = 0; i < n; i++) {
    const day = load<i32>(a + <usize>i * aStride);
    let r = <i64>day;
    if (!isInfiniteDate(day)) {
      r += <i64>load<i32>(b + <usize>i * bStride) * <i64>sign;
      if ((r < FIRST_DAY || r > LAST_DAY) && !isNull(validity, i)) return OVERFLOW;
    }
    store<i32>(out + (<usize>i << 2), <i32>r);
  }
  return OK;
}

/** `date - date` in days. */
export function date_difference(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const x = load<i32>(a + <usize>i * aStride);
    const y = load<i32>(b + <usize>i * bStride);
    if ((isInfiniteDate(x) || isInfiniteDate(y)) && !isNull(validity, i)) return OVERFLOW;
    store<i32>(out + (<usize>i << 2), x - y);
  }
  return OK;
}

/** `date + time` as a timestamp. */
export function date_add_time(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const day = load<i32>(a + <usize>i * aStride);
    let r: i64 = 0;
    if (isInfiniteDate(day)) {
      r = day == DATE_INFINITY ? i64.MAX_VALUE : i64.MIN_VALUE;
    } else if (!isNull(validity, i)) {
      if (<i64>day > LAST_TIMESTAMP / MICROS_PER_DAY) return OVERFLOW;
      const midnight = <i64>day * MICROS_PER_DAY;
      const time = load<i64>(b + <usize>i * bStride);
      r = midnight + time;
      if (sumOverflows(midnight, time, r) || r > LAST_TIMESTAMP) return OVERFLOW;
    }
    store<i64>(out + (<usize>i << 3), r);
  }
  return OK;
}

/**
 * `timestamp + sign * interval`: first the months, with the day moved back to the last one of a shorter month, then the days,
 * then the microseconds. `parts` says which of them: 1 months, 2 days, 4 microseconds, or any sum of these.
 */
export function timestamp_add_interval(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32, sign: i32, parts: i32): i32 {
  for (let i = 0; i < n; i++) {
    let t = load<i64>(a + <usize>i * aStride);
    if (!is_infinite(t) && !isNull(validity, i)) {
      const span = b + <usize>i * bStride;
      const months = parts & 1 ? <i64>load<i32>(span) * <i64>sign : 0;
      const days = parts & 2 ? <i64>load<i32>(span, 4) * <i64>sign : 0;
      if (months != 0 || days != 0) {
        let day = floor_divide(t, MICROS_PER_DAY);
        const timeOfDay = t - day * MICROS_PER_DAY;
        if (months != 0) day = move_months(day, months);
        day += days;
        if (day < FIRST_DAY || day > LAST_TIMESTAMP / MICROS_PER_DAY) return OVERFLOW;
        const midnight = day * MICROS_PER_DAY;
        t = midnight + timeOfDay;
        if (t < midnight) return OVERFLOW;
      }
      if (parts & 4) {
        const micros = load<i64>(span, 8);
        if (sign < 0 && micros == i64.MIN_VALUE) return OVERFLOW;
        const added = sign < 0 ? -micros : micros;
        const sum = t + added;
        if (sumOverflows(t, added, sum)) return OVERFLOW;
        t = sum;
      }
      if (t < FIRST_TIMESTAMP || t > LAST_TIMESTAMP) return OVERFLOW;
    }
    store<i64>(out + (<usize>i << 3), t);
  }
  return OK;
}

/** Where the interval has no months (`part` 1) or no days (2), `out` is `a` as it was before a detour by local time. */
export function timestamp_keep_unshifted(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, n: i32, part: i32): void {
  const offset: usize = part == 1 ? 0 : 4;
  for (let i = 0; i < n; i++) {
    if (load<i32>(b + <usize>i * bStride + offset) == 0) {
      store<i64>(out + (<usize>i << 3), load<i64>(a + <usize>i * aStride));
    }
  }
}

/** `timestamp - timestamp` as days and microseconds of one sign. */
export function timestamp_difference(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const x = load<i64>(a + <usize>i * aStride);
    const y = load<i64>(b + <usize>i * bStride);
    const micros = x - y;
    if ((is_infinite(x) || is_infinite(y) || ((x ^ y) & (x ^ micros)) < 0) && !isNull(validity, i)) return OVERFLOW;
    const days = micros / MICROS_PER_DAY;
    const at = out + (<usize>i << 4);
    store<i32>(at, 0);
    store<i32>(at, <i32>days, 4);
    store<i64>(at, micros - days * MICROS_PER_DAY, 8);
  }
  return OK;
}

/** `time + sign * interval`, around the clock; months and days do not count. */
export function time_add_interval(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, n: i32, sign: i32): void {
  for (let i = 0; i < n; i++) {
    const added = load<i64>(b + <usize>i * bStride, 8) % MICROS_PER_DAY;
    let r = (load<i64>(a + <usize>i * aStride) + (sign < 0 ? -added : added)) % MICROS_PER_DAY;
    if (r < 0) r += MICROS_PER_DAY;
    store<i64>(out + (<usize>i << 3), r);
  }
}

/** `time - time`. */
export function time_difference(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 4);
    store<i64>(at, 0);
    store<i64>(at, load<i64>(a + <usize>i * aStride) - load<i64>(b + <usize>i * bStride), 8);
  }
}

/** `interval + sign * interval`, part by part. */
export function interval_add(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32, sign: i32): i32 {
  for (let i = 0; i < n; i++) {
    const x = a + <usize>i * aStride;
    const y = b + <usize>i * bStride;
    const months = <i64>load<i32>(x) + <i64>load<i32>(y) * <i64>sign;
    const days = <i64>load<i32>(x, 4) + <i64>load<i32>(y, 4) * <i64>sign;
    const xMicros = load<i64>(x, 8);
    const yMicros = load<i64>(y, 8);
    const micros = sign < 0 ? xMicros - yMicros : xMicros + yMicros;
    const wrapped = sign < 0 ? ((xMicros ^ yMicros) & (xMicros ^ micros)) < 0 : sumOverflows(xMicros, yMicros, micros);
    if ((wrapped || months != <i64>(<i32>months) || days != <i64>(<i32>days)) && !isNull(validity, i)) return OVERFLOW;
    const at = out + (<usize>i << 4);
    store<i32>(at, <i32>months);
    store<i32>(at, <i32>days, 4);
    store<i64>(at, micros, 8);
  }
  return OK;
}

/** `-interval`. */
export function interval_neg(out: usize, a: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const x = a + (<usize>i << 4);
    const months = load<i32>(x);
    const days = load<i32>(x, 4);
    const micros = load<i64>(x, 8);
    const least = months == i32.MIN_VALUE || days == i32.MIN_VALUE || micros == i64.MIN_VALUE;
    if (least && !isNull(validity, i)) return OVERFLOW;
    const at = out + (<usize>i << 4);
    store<i32>(at, -months);
    store<i32>(at, -days, 4);
    store<i64>(at, -micros, 8);
  }
  return OK;
}

const SECONDS_PER_DAY: f64 = 86400;
const DAYS_PER_MONTH: f64 = 30;

/** To the nearest microsecond. */
@inline
function roundMicros(x: f64): f64 {
  return nearest(x * 1000000) / 1000000;
}

@inline
function scale(x: f64, factor: f64, divided: bool): f64 {
  return divided ? x / factor : x * factor;
}

/**
 * `interval * factor`, or with `divided` 1 `interval / factor`. Fractions of months become days (30 a month), fractions of
 * days microseconds: PostgreSQL's `interval_mul` and `interval_div`.
 */
export function interval_scale(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32, divided: i32): i32 {
  const by = divided != 0;
  for (let i = 0; i < n; i++) {
    const at = out + (<usize>i << 4);
    if (isNull(validity, i)) {
      store<i64>(at, 0);
      store<i64>(at, 0, 8);
      continue;
    }
    const span = a + <usize>i * aStride;
    const factor = load<f64>(b + <usize>i * bStride);
    if (by && factor == 0) return DIVISION_BY_ZERO;
    const months = scale(<f64>load<i32>(span), factor, by);
    const days = scale(<f64>load<i32>(span, 4), factor, by);
    if (!(abs<f64>(months) < 2147483647.5) || !(abs<f64>(days) < 2147483647.5)) return OVERFLOW;
    const wholeMonths = trunc(months);
    const wholeDays = trunc(days);
    const monthDays = roundMicros((months - wholeMonths) * DAYS_PER_MONTH);
    let seconds = roundMicros((days - wholeDays + monthDays - trunc(monthDays)) * SECONDS_PER_DAY);
    let resultDays = <i64>wholeDays;
    if (abs<f64>(seconds) >= SECONDS_PER_DAY) {
      const carried = trunc(seconds / SECONDS_PER_DAY);
      resultDays += <i64>carried;
      seconds -= carried * SECONDS_PER_DAY;
    }
    resultDays += <i64>trunc(monthDays);
    const micros = nearest(scale(<f64>load<i64>(span, 8), factor, by) + seconds * 1000000);
    if (resultDays != <i64>(<i32>resultDays) || !(abs<f64>(micros) < 9223372036854775808.0)) return OVERFLOW;
    store<i32>(at, <i32>wholeMonths);
    store<i32>(at, <i32>resultDays, 4);
    store<i64>(at, <i64>micros, 8);
  }
  return OK;
}
