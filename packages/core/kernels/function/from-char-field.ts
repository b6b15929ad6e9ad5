import { day_of_week, days_from_civil } from './civil';

// What single fields of `to_date` and `to_timestamp` mean.

/** Two-, three- and one-digit years belong to the century around 2020. */
export function adjust_year(value: i64): i64 {
  if (value < 70) return value + 2000;
  if (value < 100) return value + 1900;
  if (value < 520) return value + 2000;
  return value < 1000 ? value + 1000 : value;
}

/** The number of a fraction of a second with as many digits as it has, in units of 10^-digits. */
@inline
export function scale_fraction(value: i64, digits: usize, wanted: usize): i64 {
  for (; digits < wanted; digits++) value *= 10;
  return value;
}

/** 2 for fields of the ISO calendar, 1 for those of the Gregorian one, 0 for all else. */
export function calendar_of(field: i32): i32 {
  if (field == 16 || field == 19 || (field >= 27 && field <= 31)) return 2;
  if (field == 8 || (field >= 15 && field <= 18) || (field >= 33 && field <= 49)) return 1;
  return field >= 9 && field <= 14 ? 1 : 0;
}

/** The Monday of a week of an ISO year. */
export function iso_week_start(isoYear: i64, isoWeek: i64): i64 {
  const fourth = days_from_civil(isoYear, 1, 4);
  return fourth - <i64>((day_of_week(fourth) + 6) % 7) + (isoWeek - 1) * 7;
}
