import { FLOAT64, INT64 } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

/**
 * Mean and sum of squared differences, updated by Welford's method and merged by Chan's (Chan, Golub, LeVeque 1979), which
 * do not lose the digits that a plain sum of squares loses. Exact numbers are taken as double precision; PostgreSQL
 * computes theirs as numeric.
 */
const family = (name: string, aliases: readonly string[], description: string, result: string): AggregateFunction => ({
  name,
  aliases,
  description,
  examples: [{ sql: `${name}(x) FROM (VALUES (2::float8), (4), (6)) AS t(x)`, result }],
  overloads: [
    {
      id: `${name}(double precision)`,
      parameters: [FLOAT64],
      returns: FLOAT64,
      state: () => [INT64, FLOAT64, FLOAT64],
      empty: 'null',
    },
  ],
});

export const VAR_SAMP = family(
  'var_samp',
  ['variance'],
  'The sample variance of the values that are not null; null when there are fewer than two.',
  '4',
);

export const VAR_POP = family(
  'var_pop',
  [],
  'The population variance of the values that are not null; null when there are none.',
  '2.6666666666666665',
);

export const STDDEV_SAMP = family(
  'stddev_samp',
  ['stddev'],
  'The sample standard deviation of the values that are not null; null when there are fewer than two.',
  '2',
);

export const STDDEV_POP = family(
  'stddev_pop',
  [],
  'The population standard deviation of the values that are not null; null when there are none.',
  '1.632993161855452',
);
