import type { Column } from '../expression/index.ts';
import type { SetCall } from '../expression/set-function/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * Each row of the input as many times as the call that gives most rows for it; calls that give fewer are null behind their last row.
 * `columns` are those of the input, one for each call, then with `ordinality` the number of the row among those of its input row, from
 * 1 (bigint). A row for which no call gives any is left out; with `isOuter` it stays, with nulls.
 */
export interface ProjectSetNode {
  readonly kind: 'ProjectSet';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly calls: readonly SetCall[];
  readonly ordinality: boolean;
  readonly isOuter: boolean;
}
