import type { CastDefinition } from './cast-function.ts';

/** Between dates, times, timestamps and intervals. */
export const DATETIME_CASTS: readonly CastDefinition[] = [];
