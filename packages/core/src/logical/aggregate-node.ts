import type { AggregateCall, Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * One row for each combination of the group keys; without keys, one row in all. `columns` are the keys in order, then the
 * aggregates in order. Nulls form a group of their own.
 */
export interface AggregateNode {
  readonly kind: 'Aggregate';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly groupBy: readonly Expression[];
  readonly aggregates: readonly AggregateCall[];
  /** Keys, all of them constants, of groups that there are even over no rows: the empty sets among grouping sets. */
  readonly alwaysGroups?: readonly (readonly Expression[])[] | undefined;
}
