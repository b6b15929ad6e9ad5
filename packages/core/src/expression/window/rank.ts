import { FLOAT64, INT64 } from '../../types/index.ts';
import type { WindowFunction } from '../function.ts';

const ROWS = 'FROM (VALUES (10), (20), (20), (30)) AS t(x)';

/** Ranks look at peers, never at the frame. */
export const RANK: WindowFunction = {
  name: 'rank',
  description:
    'The number of the first peer of the row within its partition: ranks have gaps behind rows that are equal in the order.',
  examples: [{ sql: `rank() OVER (ORDER BY x) ${ROWS}`, result: '1, 2, 2, 4' }],
  overloads: [{ id: 'rank()', parameters: [], returns: INT64, nullable: false }],
};

export const DENSE_RANK: WindowFunction = {
  name: 'dense_rank',
  description:
    'The rank of the row within its partition without gaps: the number of its group of peers, counted from 1.',
  examples: [{ sql: `dense_rank() OVER (ORDER BY x) ${ROWS}`, result: '1, 2, 2, 3' }],
  overloads: [{ id: 'dense_rank()', parameters: [], returns: INT64, nullable: false }],
};

export const PERCENT_RANK: WindowFunction = {
  name: 'percent_rank',
  description: '(rank - 1) / (rows of the partition - 1), from 0 to 1; 0 in a partition of one row.',
  examples: [{ sql: `percent_rank() OVER (ORDER BY x) FROM (VALUES (10), (20), (30)) AS t(x)`, result: '0, 0.5, 1' }],
  overloads: [{ id: 'percent_rank()', parameters: [], returns: FLOAT64, nullable: false }],
};

export const CUME_DIST: WindowFunction = {
  name: 'cume_dist',
  description: "The share of the partition's rows that come before the row or are its peers: more than 0, at most 1.",
  examples: [{ sql: `cume_dist() OVER (ORDER BY x) ${ROWS}`, result: '0.25, 0.75, 0.75, 1' }],
  overloads: [{ id: 'cume_dist()', parameters: [], returns: FLOAT64, nullable: false }],
};
