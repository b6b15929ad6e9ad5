import type { ScalarFunction } from '../../function.ts';
import { EXTREMUM_FUNCTIONS } from './extremum.ts';
import { FLOAT_FUNCTIONS } from './float-functions.ts';
import { INTEGER_FUNCTIONS } from './integer-functions.ts';
import { LOGARITHM_FUNCTIONS } from './logarithm.ts';
import { ROUNDING_FUNCTIONS } from './rounding.ts';

/** Functions of numbers, and GREATEST and LEAST of anything. */
export const MATH_FUNCTIONS: readonly ScalarFunction[] = [
  ...ROUNDING_FUNCTIONS,
  ...FLOAT_FUNCTIONS,
  ...LOGARITHM_FUNCTIONS,
  ...INTEGER_FUNCTIONS,
  ...EXTREMUM_FUNCTIONS,
];
