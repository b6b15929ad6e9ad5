import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * Gives every row of the input once for each list of `projections`: `columns[i]` is the i-th expression of the list. Below an
 * aggregation it makes one pass over the input serve several grouping sets.
 */
export interface ExpandNode {
  readonly kind: 'Expand';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly projections: readonly (readonly Expression[])[];
}
