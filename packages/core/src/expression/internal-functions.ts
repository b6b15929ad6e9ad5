import type { ScalarFunction } from './function.ts';
import { JSON_FINISHERS } from './scalar/json/json-building.ts';
import { LIST_CONSTRUCTOR, ROW_CONSTRUCTOR } from './scalar/nested/list-constructor.ts';
import { SORTED_LIST_FUNCTIONS } from './scalar/nested/list-pick.ts';
import { QUANTIFIER_FUNCTIONS } from './scalar/nested/list-quantifier.ts';
import { SUBSCRIPT_FUNCTIONS } from './scalar/nested/list-subscript.ts';
import { FIELD_OF } from './scalar/nested/struct-fields.ts';
import { SINGLE_ROW } from './single-row.ts';

/** Functions that the binder puts in for something else. Their names have spaces, so that no SQL calls them by accident. */
export const INTERNAL_FUNCTIONS: readonly ScalarFunction[] = [
  SINGLE_ROW,
  LIST_CONSTRUCTOR,
  ROW_CONSTRUCTOR,
  FIELD_OF,
  ...SORTED_LIST_FUNCTIONS,
  ...SUBSCRIPT_FUNCTIONS,
  ...QUANTIFIER_FUNCTIONS,
  ...JSON_FINISHERS,
];
