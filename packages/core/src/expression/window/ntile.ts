import { INT32 } from '../../types/index.ts';
import type { WindowFunction } from '../function.ts';

export const NTILE: WindowFunction = {
  name: 'ntile',
  description:
    'The number of the bucket, from 1 on, in which the row lies when its partition is cut into so many buckets of equal size, the ' +
    'first ones a row larger where that does not come out even. The number of buckets is that of the first row of the ' +
    'partition; less than 1 is an error.',
  examples: [{ sql: 'ntile(2) OVER (ORDER BY x) FROM (VALUES (10), (20), (30)) AS t(x)', result: '1, 1, 2' }],
  overloads: [{ id: 'ntile(integer)', parameters: [INT32], returns: INT32, nullable: true }],
};
