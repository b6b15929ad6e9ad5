import type { ScalarFunction } from '../../function.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { LIST_SEARCH_FUNCTIONS } from './list-search.ts';
import { LIST_SHAPE_FUNCTIONS } from './list-shape.ts';

/** Functions of arrays. */
export const NESTED_FUNCTIONS: readonly ScalarFunction[] = [
  ...LIST_FUNCTIONS,
  ...LIST_SHAPE_FUNCTIONS,
  ...LIST_SEARCH_FUNCTIONS,
];
