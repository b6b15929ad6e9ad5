import { type DataType, FLOAT64, INT64 } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

const ROWS = 'FROM (VALUES (0::float8, 0::float8), (2, 1), (4, 2), (6, 3), (NULL, 5)) AS t(y, x)';

/** The state is as in kernels/operator/accumulate-regression.ts. */
const family = (name: string, description: string, result: string, returns: DataType = FLOAT64): AggregateFunction => ({
  name,
  description: `${description} Pairs with a null do not count.`,
  examples: [{ sql: `${name}(y, x) ${ROWS}`, result }],
  overloads: [
    {
      id: `${name}(double precision,double precision)`,
      parameters: [FLOAT64, FLOAT64],
      returns,
      state: () => Array.from({ length: 8 }, () => FLOAT64),
      empty: name === 'regr_count' ? 'zero' : 'null',
    },
  ],
});

/** Correlation and the line of least squares through pairs (y, x), in double precision. */
export const REGRESSION_AGGREGATES: readonly AggregateFunction[] = [
  family('corr', 'The coefficient of correlation.', '1'),
  family('covar_pop', 'The population covariance.', '2.5'),
  family('covar_samp', 'The sample covariance; null for fewer than two pairs.', '3.3333333333333335'),
  family('regr_avgx', 'The mean of the second argument.', '1.5'),
  family('regr_avgy', 'The mean of the first argument.', '3'),
  family('regr_count', 'The number of pairs.', '4', INT64),
  family('regr_intercept', 'Where the line meets the y axis.', '0'),
  family('regr_r2', 'The square of the coefficient of correlation.', '1'),
  family('regr_slope', 'The slope of the line.', '2'),
  family('regr_sxx', 'The sum of squared differences of the second argument from its mean.', '5'),
  family('regr_sxy', 'The sum of products of both differences.', '10'),
  family('regr_syy', 'The sum of squared differences of the first argument from its mean.', '20'),
];
