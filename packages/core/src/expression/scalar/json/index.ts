import type { ScalarFunction } from '../../function.ts';
import { JSON_ACCESS_FUNCTIONS } from './json-access.ts';
import { JSON_BUILDING_FUNCTIONS } from './json-building.ts';
import { JSON_READING_FUNCTIONS } from './json-reading.ts';

/** Functions of json and jsonb. */
export const JSON_FUNCTIONS: readonly ScalarFunction[] = [
  ...JSON_ACCESS_FUNCTIONS,
  ...JSON_READING_FUNCTIONS,
  ...JSON_BUILDING_FUNCTIONS,
];
