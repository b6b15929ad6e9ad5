import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** `mark` gives every row of the left once, and whether it has a match as one more column. */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti' | 'mark';

/** One conjunct `left = right` of a join condition, each side over columns of that input only. */
export interface EquiCondition {
  readonly left: Expression;
  readonly right: Expression;
  /** Nulls are equal to nulls (IS NOT DISTINCT FROM). Default false. */
  readonly nullSafe?: boolean | undefined;
}

/**
 * Pairs of rows that satisfy all of `on` and `residual`. `columns` are those of the left, then those of the right (the left
 * only for `semi` and `anti`, the left and a boolean for `mark`); the side that an outer join fills up is nullable.
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
  /**
   * Of a `mark` join with one condition and no residual: the mark is what `left IN (right)` is, so null where there is no match
   * and a side is null. Default: the mark is never null.
   */
  readonly nullAware?: boolean | undefined;
}
