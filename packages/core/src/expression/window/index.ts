import type { WindowFunction } from '../function.ts';
import { FIRST_VALUE, LAST_VALUE, NTH_VALUE } from './frame-value.ts';
import { LAG, LEAD } from './lag-lead.ts';
import { NTILE } from './ntile.ts';
import { CUME_DIST, DENSE_RANK, PERCENT_RANK, RANK } from './rank.ts';
import { ROW_NUMBER } from './row-number.ts';

/** Every function that only exists with OVER; aggregates are window functions too. */
export const WINDOW_FUNCTIONS: readonly WindowFunction[] = [
  ROW_NUMBER,
  RANK,
  DENSE_RANK,
  PERCENT_RANK,
  CUME_DIST,
  NTILE,
  LAG,
  LEAD,
  FIRST_VALUE,
  LAST_VALUE,
  NTH_VALUE,
];
