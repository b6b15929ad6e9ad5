import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** The rows for which the predicate is true (not false, not null). */
export interface FilterNode {
  readonly kind: 'Filter';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly predicate: Expression;
  /**
   * Hides rows from whoever wrote the query: what is above may be evaluated for hidden rows only where it can neither fail nor
   * have an effect, since an error would tell about them.
   */
  readonly isBarrier?: true | undefined;
}
