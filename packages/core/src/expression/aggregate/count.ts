import { INT64 } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

/** `count(*)` and `count(x)`: never null, 0 over no rows. */
export const COUNT: AggregateFunction = {
  name: 'count',
  description: 'The number of rows, or with an argument the number of rows in which it is not null.',
  examples: [
    { sql: 'count(*) FROM (VALUES (1), (NULL), (3)) AS t(x)', result: '3' },
    { sql: 'count(x) FROM (VALUES (1), (NULL), (3)) AS t(x)', result: '2' },
  ],
  overloads: [
    { id: 'count()', parameters: [], returns: INT64, state: () => [INT64], empty: 'zero' },
    { id: 'count(any)', parameters: ['any'], returns: INT64, state: () => [INT64], empty: 'zero' },
  ],
};
