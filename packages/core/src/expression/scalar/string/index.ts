import type { ScalarFunction } from '../../function.ts';
import { BINARY_FUNCTIONS } from './binary.ts';
import { CODE_POINT_FUNCTIONS } from './code-point.ts';
import { CONCAT_FUNCTIONS } from './concat.ts';
import { LENGTH_FUNCTIONS } from './length.ts';
import { LETTER_CASE_FUNCTIONS } from './letter-case.ts';
import { PAD_FUNCTIONS } from './pad.ts';
import { QUOTE_FUNCTIONS } from './quote.ts';
import { REPLACE_FUNCTIONS } from './replace.ts';
import { SEARCH_FUNCTIONS } from './search.ts';
import { SUBSTRING_FUNCTIONS } from './substring.ts';
import { TRIM_FUNCTIONS } from './trim.ts';

/** Functions of strings and byte strings. */
export const STRING_FUNCTIONS: readonly ScalarFunction[] = [
  ...LENGTH_FUNCTIONS,
  ...LETTER_CASE_FUNCTIONS,
  ...SUBSTRING_FUNCTIONS,
  ...TRIM_FUNCTIONS,
  ...PAD_FUNCTIONS,
  ...REPLACE_FUNCTIONS,
  ...SEARCH_FUNCTIONS,
  ...CONCAT_FUNCTIONS,
  ...CODE_POINT_FUNCTIONS,
  ...QUOTE_FUNCTIONS,
  ...BINARY_FUNCTIONS,
];
