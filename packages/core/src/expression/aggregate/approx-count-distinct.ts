import { BYTEA, INT64 } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

/** The state is a HyperLogLog sketch of one KiB. */
export const APPROX_COUNT_DISTINCT: AggregateFunction = {
  name: 'approx_count_distinct',
  description:
    'About the number of distinct values that are not null, in one KiB of memory a group: a HyperLogLog estimate with a standard error ' +
    'of 3.3 %. The same values give the same estimate, however they are spread over files and workers.',
  examples: [{ sql: "approx_count_distinct(x) FROM (VALUES ('a'), ('b'), ('a'), (NULL)) AS t(x)", result: '2' }],
  ignoresDistinct: true,
  overloads: [
    { id: 'approx_count_distinct(any)', parameters: ['any'], returns: INT64, state: () => [BYTEA], empty: 'zero' },
  ],
};
