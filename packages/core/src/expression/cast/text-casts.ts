import type { CastDefinition } from './cast-function.ts';
import { TEXT_DATETIME_INPUT_CASTS } from './text-datetime-input-casts.ts';
import { TEXT_FLOAT_INPUT_CASTS } from './text-float-input-casts.ts';
import { TEXT_INPUT_CASTS } from './text-input-casts.ts';
import { TEXT_LIST_CASTS } from './text-list-casts.ts';
import { TEXT_OUTPUT_CASTS } from './text-output-casts.ts';

/** Casts from and to text, in PostgreSQL's input and output syntax. */
export const TEXT_CASTS: readonly CastDefinition[] = [
  ...TEXT_OUTPUT_CASTS,
  ...TEXT_INPUT_CASTS,
  ...TEXT_FLOAT_INPUT_CASTS,
  ...TEXT_DATETIME_INPUT_CASTS,
  ...TEXT_LIST_CASTS,
];
