import type { AggregateFunction } from '../function.ts';

/** SQL:2023 `ANY_VALUE`. Here it is the first value in the order of the rows, so that a query repeats its answer. */
export const ANY_VALUE: AggregateFunction = {
  name: 'any_value',
  description: 'Some value of the group that is not null; null when there are none.',
  examples: [{ sql: 'any_value(x) FROM (VALUES (NULL), (7)) AS t(x)', result: '7' }],
  ignoresDistinct: true,
  dependsOnOrder: true,
  overloads: [
    {
      id: 'any_value(any)',
      parameters: ['any'],
      returns: ([type]) => type!,
      state: ([type]) => [type!],
      empty: 'null',
    },
  ],
};
