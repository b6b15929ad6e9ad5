import type { Column, Expression, SortKey } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * For each combination of values of `by`, in which nulls are equal: at most `limit` rows (all when undefined) after `offset`, in the
 * order of `keys`. What DISTINCT ON is, and a LIMIT in a subquery that is computed for each of many rows.
 */
export interface LimitByNode {
  readonly kind: 'LimitBy';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly by: readonly Expression[];
  readonly keys: readonly SortKey[];
  readonly limit: number | undefined;
  readonly offset: number;
}
