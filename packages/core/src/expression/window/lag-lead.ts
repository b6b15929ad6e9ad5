import { INT32 } from '../../types/index.ts';
import type { WindowFunction, WindowOverload } from '../function.ts';

const overloads = (name: string): WindowOverload[] => [
  { id: `${name}(any)`, parameters: ['any'], returns: ([type]) => type!, nullable: true },
  { id: `${name}(any,integer)`, parameters: ['any', INT32], returns: ([type]) => type!, nullable: true },
  { id: `${name}(same,integer,same)`, parameters: ['same', INT32, 'same'], returns: ([type]) => type!, nullable: true },
];

const ROWS = 'FROM (VALUES (10), (20), (30)) AS t(x)';

export const LAG: WindowFunction = {
  name: 'lag',
  description:
    'The value in the row that lies so many rows (1 unless a second argument says otherwise) before the current one in its ' +
    'partition; where there is no such row, the third argument, or null.',
  examples: [
    { sql: `lag(x) OVER (ORDER BY x) ${ROWS}`, result: 'NULL, 10, 20' },
    { sql: `lag(x, 2, 0) OVER (ORDER BY x) ${ROWS}`, result: '0, 0, 10' },
  ],
  overloads: overloads('lag'),
};

export const LEAD: WindowFunction = {
  name: 'lead',
  description:
    'The value in the row that lies so many rows (1 unless a second argument says otherwise) behind the current one in its ' +
    'partition; where there is no such row, the third argument, or null.',
  examples: [
    { sql: `lead(x) OVER (ORDER BY x) ${ROWS}`, result: '20, 30, NULL' },
    { sql: `lead(x, 2, 0) OVER (ORDER BY x) ${ROWS}`, result: '30, 0, 0' },
  ],
  overloads: overloads('lead'),
};
