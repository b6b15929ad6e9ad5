import type { ScalarFunction } from '../../function.ts';
import { LIST_CONSTRUCTOR } from './list-constructor.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { SORTED_LIST_FUNCTIONS } from './list-pick.ts';

/** Functions of arrays. */
export const NESTED_FUNCTIONS: readonly ScalarFunction[] = [
  ...LIST_FUNCTIONS,
  LIST_CONSTRUCTOR,
  ...SORTED_LIST_FUNCTIONS,
];
