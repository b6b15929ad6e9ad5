// The proleptic Gregorian calendar: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).

export const MICROS_PER_SECOND: i64 = 1000000;
export const MICROS_PER_MINUTE: i64 = 60000000;
export const MICROS_PER_HOUR: i64 = 3600000000;
export const MICROS_PER_DAY: i64 = 86400000000;

/** Dates and timestamps at the ends of their range mean -infinity and infinity, as in PostgreSQL. */
export const DATE_INFINITY: i32 = i32.MAX_VALUE;
export const DATE_MINUS_INFINITY: i32 = i32.MIN_VALUE;
export const TIMESTAMP_INFINITY: i64 = i64.MAX_VALUE;
export const TIMESTAMP_MINUS_INFINITY: i64 = i64.MIN_VALUE;

/** 4713-11-24 BC, the first day of the Julian period and of PostgreSQL's dates. */
export const FIRST_DAY: i64 = -2440588;
/** 5874897-12-31. */
export const LAST_DAY: i64 = 2145042905;
/** 294247-01-10 04:00:54.775806: 64 bits of microseconds since 1970 end before PostgreSQL's range, which counts from 2000. */
export const LAST_TIMESTAMP: i64 = i64.MAX_VALUE - 1;
export const FIRST_TIMESTAMP: i64 = FIRST_DAY * MICROS_PER_DAY;

/** Answers of `civil_from_days`; year 0 is 1 BC. */
export let civil_year: i32 = 0;
export let civil_month: i32 = 0;
export let civil_day: i32 = 0;

export function days_from_civil(year: i64, month: i64, day: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const year_of_era = y - era * 400;
  const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

export function civil_from_days(days: i64): void {
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const day_of_era = <u32>(z - era * 146097);
  const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const month = (5 * day_of_year + 2) / 153;
  civil_day = <i32>(day_of_year - (153 * month + 2) / 5 + 1);
  civil_month = <i32>(month < 10 ? month + 3 : month - 9);
  civil_year = <i32>(<i64>year_of_era + era * 400) + (civil_month <= 2 ? 1 : 0);
}

@inline
export function is_leap(year: i64): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

export function days_in_month(year: i64, month: i32): i32 {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** The day so many months on; a day that the month lacks is its last one. */
export function move_months(day: i64, months: i64): i64 {
  civil_from_days(day);
  const month = <i64>civil_year * 12 + <i64>(civil_month - 1) + months;
  const year = floor_divide(month, 12);
  const in_year = <i32>(month - year * 12) + 1;
  return days_from_civil(year, in_year, min(civil_day, days_in_month(year, in_year)));
}

/** The quotient rounded towards minus infinity. */
@inline
export function floor_divide(a: i64, b: i64): i64 {
  const q = a / b;
  return q - <i64>(a - q * b < 0);
}

/** The day of a timestamp. */
@inline
export function day_of(micros: i64): i64 {
  return floor_divide(micros, MICROS_PER_DAY);
}

@inline
export function is_infinite(micros: i64): bool {
  return micros == TIMESTAMP_INFINITY || micros == TIMESTAMP_MINUS_INFINITY;
}

/** 0 is Sunday. */
@inline
export function day_of_week(days: i64): i32 {
  const rest = <i32>((days + 4) % 7);
  return rest < 0 ? rest + 7 : rest;
}

/** ISO 8601 year of the week that `days` lies in; sets `iso_week`. */
export let iso_week: i32 = 0;
export function iso_year(days: i64): i32 {
  // The year of a week is that of its Thursday.
  const weekday = (day_of_week(days) + 6) % 7;
  const thursday = days - <i64>weekday + 3;
  civil_from_days(thursday);
  iso_week = <i32>((thursday - days_from_civil(civil_year, 1, 1)) / 7) + 1;
  return civil_year;
}
