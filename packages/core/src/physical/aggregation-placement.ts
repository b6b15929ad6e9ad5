import type { Expression } from '../expression/index.ts';
import type { AggregateNode, DistinctNode } from '../logical/index.ts';
import { KIND_WIDTH, physicalKind } from '../types/index.ts';

/** What the choice of where rows of a group meet depends on. */
export interface PlacementEstimates {
  estimateRows(plan: AggregateNode | DistinctNode | AggregateNode['input']): number;
  /** Whether rows with nearby values of a column are expected to lie close together. */
  isClustered(plan: AggregateNode['input'], key: Expression): boolean;
}

/** Groups beyond which a task, which sees a few hundred thousand rows, hardly meets one twice. */
const MANY_GROUPS = 200_000;
/** Rows a group beyond which it does after all. */
const MANY_ROWS_PER_GROUP = 20;
/** Rows are exchanged as they are only up to so many bytes: an estimate may be wrong, and memory must not depend on it. */
const LARGEST_EXCHANGE_BYTES = 256 * 2 ** 20;

/**
 * Whether to send the rows of an aggregation to where their groups meet as they are, and to aggregate them there: where tasks are
 * expected to find nearly as many groups as rows, states of partial aggregations are no fewer than rows, and wider.
 */
export function meetsBeforeAggregating(
  plan: AggregateNode | DistinctNode,
  groupBy: readonly Expression[],
  estimates: PlacementEstimates,
): boolean {
  const { input } = plan;
  const groups = estimates.estimateRows(plan);
  const rows = estimates.estimateRows(input);
  if (groups < MANY_GROUPS || rows > groups * MANY_ROWS_PER_GROUP) return false;
  let rowBytes = 0;
  for (const { type } of input.columns) {
    const kind = physicalKind(type);
    if (kind === 'ref') return false;
    rowBytes += KIND_WIDTH[kind];
  }
  if (rows * rowBytes > LARGEST_EXCHANGE_BYTES) return false;
  return groupBy.every((key) => key.kind === 'column' && !estimates.isClustered(input, key));
}
