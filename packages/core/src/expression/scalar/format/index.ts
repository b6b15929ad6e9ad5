import type { ScalarFunction } from '../../function.ts';
import { TO_CHAR } from './to-char.ts';
import { TO_TIMESTAMP_FUNCTIONS } from './to-timestamp.ts';

/** Functions that write and read by templates. */
export const FORMAT_FUNCTIONS: readonly ScalarFunction[] = [TO_CHAR, ...TO_TIMESTAMP_FUNCTIONS];
