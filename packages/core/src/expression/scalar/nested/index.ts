import type { ScalarFunction } from '../../function.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';

/** Functions of arrays. */
export const NESTED_FUNCTIONS: readonly ScalarFunction[] = LIST_FUNCTIONS;
