import type { ScalarFunction } from '../function.ts';

/** Every scalar function that is not an operator. */
export const SCALAR_FUNCTIONS: readonly ScalarFunction[] = [];
