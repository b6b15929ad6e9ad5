import { INT32 } from '../../types/index.ts';
import type { WindowFunction } from '../function.ts';

const ROWS = 'FROM (VALUES (10), (20), (30)) AS t(x)';
const NEIGHBOURS = 'ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING';

export const FIRST_VALUE: WindowFunction = {
  name: 'first_value',
  description: 'The value in the first row of the frame, null or not; null when the frame has no row.',
  examples: [{ sql: `first_value(x) OVER (${NEIGHBOURS}) ${ROWS}`, result: '10, 10, 20' }],
  overloads: [{ id: 'first_value(any)', parameters: ['any'], returns: ([type]) => type!, nullable: true }],
};

export const LAST_VALUE: WindowFunction = {
  name: 'last_value',
  description:
    'The value in the last row of the frame, null or not; null when the frame has no row. With ORDER BY and no frame clause the frame ' +
    'ends with the peers of the current row.',
  examples: [{ sql: `last_value(x) OVER (${NEIGHBOURS}) ${ROWS}`, result: '20, 30, 30' }],
  overloads: [{ id: 'last_value(any)', parameters: ['any'], returns: ([type]) => type!, nullable: true }],
};

export const NTH_VALUE: WindowFunction = {
  name: 'nth_value',
  description:
    'The value in the n-th row of the frame, counted from 1; null when it has fewer rows. A number below 1 is an error.',
  examples: [{ sql: `nth_value(x, 3) OVER (${NEIGHBOURS}) ${ROWS}`, result: 'NULL, 30, NULL' }],
  overloads: [{ id: 'nth_value(any,integer)', parameters: ['any', INT32], returns: ([type]) => type!, nullable: true }],
};
