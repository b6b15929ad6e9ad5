import type { ScalarFunction } from '../../function.ts';
import { AGE_FUNCTIONS } from './age.ts';
import { CURRENT_TIME_FUNCTIONS } from './current-time.ts';
import { DATE_TRUNC_FUNCTIONS } from './date-trunc.ts';
import { EXTRACT_FUNCTIONS } from './extract.ts';
import { MAKE_DATETIME_FUNCTIONS } from './make-datetime.ts';
import { TIME_ZONE_FUNCTIONS } from './time-zone-conversion.ts';

/** Functions of dates, times, timestamps and intervals. */
export const DATETIME_FUNCTIONS: readonly ScalarFunction[] = [
  ...EXTRACT_FUNCTIONS,
  ...DATE_TRUNC_FUNCTIONS,
  ...CURRENT_TIME_FUNCTIONS,
  ...TIME_ZONE_FUNCTIONS,
  ...MAKE_DATETIME_FUNCTIONS,
  ...AGE_FUNCTIONS,
];
