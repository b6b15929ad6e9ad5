import type { SourceSpan } from '../error/index.ts';
import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * How the rows of a subquery meet the row of the input for which it is computed:
 *
 * - `scalar`: its one column, null when it gives no row. It never gives more than one: the binder sees to that.
 * - `exists`: a boolean, whether it gives a row.
 * - `any`: a boolean, `condition` over the input's columns and the subquery's, joined by OR over all rows with SQL's nulls; false
 *   over no rows.
 * - `inner`, `left`: LATERAL; its columns beside the input's for each row that satisfies `condition`, with `left` also nulls
 *   where there is no such row.
 */
export type DependentJoinType = 'scalar' | 'exists' | 'any' | 'inner' | 'left';

/**
 * A subquery that is computed anew for every row of the input, whose columns it can use (Neumann and Kemper, "Unnesting
 * Arbitrary Queries", BTW 2015). It says what a query means; rule `decorrelate-subqueries` leaves none of them in a plan.
 *
 * `columns` are those of the input, then the value, the boolean or the columns that `type` speaks of.
 */
export interface DependentJoinNode {
  readonly kind: 'DependentJoin';
  readonly type: DependentJoinType;
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly subquery: LogicalPlan;
  readonly condition: Expression | undefined;
  /** Where the subquery stands in the text. */
  readonly span?: SourceSpan | undefined;
}
