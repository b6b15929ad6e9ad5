import type { ScalarFunction } from '../function.ts';
import { DATETIME_FUNCTIONS } from './datetime/index.ts';
import { FORMAT_FUNCTIONS } from './format/index.ts';
import { JSON_FUNCTIONS } from './json/index.ts';
import { MATH_FUNCTIONS } from './math/index.ts';
import { NESTED_FUNCTIONS } from './nested/index.ts';
import { INTROSPECTION_FUNCTIONS } from './other/introspection.ts';
import { PATTERN_FUNCTIONS } from './pattern/index.ts';
import { STRING_FUNCTIONS } from './string/index.ts';

/** Every scalar function that is no arithmetic or comparison operator. */
export const SCALAR_FUNCTIONS: readonly ScalarFunction[] = [
  ...STRING_FUNCTIONS,
  ...PATTERN_FUNCTIONS,
  ...DATETIME_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...NESTED_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...INTROSPECTION_FUNCTIONS,
];
