import { GENERATE_SERIES, GENERATE_SUBSCRIPTS } from './generate-series.ts';
import type { SetFunction } from './set-function.ts';
import { REGEXP_SPLIT_TO_TABLE, STRING_TO_TABLE, UNNEST } from './unnest.ts';

export type * from './set-function.ts';

/** All functions that give rows, by name. */
export const SET_FUNCTIONS: ReadonlyMap<string, SetFunction> = new Map(
  [GENERATE_SERIES, GENERATE_SUBSCRIPTS, UNNEST, STRING_TO_TABLE, REGEXP_SPLIT_TO_TABLE].map(
    (definition) => [definition.name, definition] as const,
  ),
);
