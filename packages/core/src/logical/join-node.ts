import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti';

/** One conjunct `left = right` of a join condition, each side over columns of that input only. */
export interface EquiCondition {
  readonly left: Expression;
  readonly right: Expression;
}

/**
 * Pairs of rows that satisfy all of `on` and `residual`. `columns` are those of the left, then those of the right (the left
 * only for `semi` and `anti`); the side that an outer join fills up is nullable.
 */
export interface JoinNode {
  readonly kind: 'Join';
  readonly type: JoinType;
  readonly columns: readonly Column[];
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly on: readonly EquiCondition[];
  /** What of the condition is no equality between the sides. */
  readonly residual: Expression | undefined;
}
