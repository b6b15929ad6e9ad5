import { INT64 } from '../../types/index.ts';
import type { WindowFunction } from '../function.ts';

export const ROW_NUMBER: WindowFunction = {
  name: 'row_number',
  description: 'The number of the row within its partition, counted from 1 in the order of the window.',
  examples: [{ sql: 'row_number() OVER (ORDER BY x) FROM (VALUES (10), (20), (20)) AS t(x)', result: '1, 2, 3' }],
  overloads: [{ id: 'row_number()', parameters: [], returns: INT64, nullable: false }],
};
