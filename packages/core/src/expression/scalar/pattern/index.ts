import type { ScalarFunction } from '../../function.ts';
import { LIKE_FUNCTIONS } from './like.ts';
import { REGEXP_ARRAY_FUNCTIONS } from './regexp-array.ts';
import { REGEXP_COUNT_FUNCTIONS } from './regexp-count.ts';
import { REGEXP_MATCH_OPERATORS } from './regexp-match-operators.ts';
import { REGEXP_REPLACE } from './regexp-replace.ts';
import { REGEXP_SUBSTR } from './regexp-substr.ts';
import { SIMILAR_TO_ESCAPE } from './similar-to.ts';

/** LIKE, SIMILAR TO and regular expressions. */
export const PATTERN_FUNCTIONS: readonly ScalarFunction[] = [
  ...LIKE_FUNCTIONS,
  SIMILAR_TO_ESCAPE,
  ...REGEXP_MATCH_OPERATORS,
  REGEXP_REPLACE,
  REGEXP_SUBSTR,
  ...REGEXP_COUNT_FUNCTIONS,
  ...REGEXP_ARRAY_FUNCTIONS,
];
