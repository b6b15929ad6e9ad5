import type { AggregateFunction } from '../function.ts';
import { ANY_VALUE } from './any-value.ts';
import { APPROX_COUNT_DISTINCT } from './approx-count-distinct.ts';
import { ARRAY_AGG } from './array-agg.ts';
import { AVG } from './avg.ts';
import { BIT_AND, BIT_OR, BIT_XOR } from './bit.ts';
import { BOOL_AND, BOOL_OR } from './boolean.ts';
import { MAX_BY, MIN_BY } from './choice.ts';
import { COUNT } from './count.ts';
import { JSON_AGGREGATES } from './json.ts';
import { MAX, MIN } from './min-max.ts';
import { ORDERED_SET_AGGREGATES } from './ordered-set.ts';
import { REGRESSION_AGGREGATES } from './regression.ts';
import { STRING_AGG } from './string-agg.ts';
import { SUM } from './sum.ts';
import { STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP } from './variance.ts';

/** Every aggregate function there is. */
export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  COUNT,
  SUM,
  AVG,
  MIN,
  MAX,
  BOOL_AND,
  BOOL_OR,
  ANY_VALUE,
  VAR_SAMP,
  VAR_POP,
  STDDEV_SAMP,
  STDDEV_POP,
  BIT_AND,
  BIT_OR,
  BIT_XOR,
  STRING_AGG,
  ARRAY_AGG,
  MIN_BY,
  MAX_BY,
  APPROX_COUNT_DISTINCT,
  ...REGRESSION_AGGREGATES,
  ...JSON_AGGREGATES,
  ...ORDERED_SET_AGGREGATES,
];
