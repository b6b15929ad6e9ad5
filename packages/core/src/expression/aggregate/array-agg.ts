import { list } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

export const ARRAY_AGG: AggregateFunction = {
  name: 'array_agg',
  description: 'A list of the values, nulls too, in the order of the rows; null when there are no rows.',
  examples: [{ sql: 'array_agg(x) FROM (VALUES (1), (NULL), (3)) AS t(x)', result: '{1,NULL,3}' }],
  dependsOnOrder: true,
  overloads: [
    {
      id: 'array_agg(any)',
      parameters: ['any'],
      returns: ([type]) => list(type!),
      state: ([type]) => [list(type!)],
      empty: 'null',
    },
  ],
};
