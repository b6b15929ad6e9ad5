import type { Expression, SortKey, WindowCall } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/**
 * Window functions over rows of which those with equal `partitionBy` are all in this task. `columns`: those of the input, then the
 * calls in order. Every expression in it is a column of the input or a constant. Gives the rows in the order of `partitionBy` and
 * `orderBy`.
 */
export interface WindowExec extends PhysicalNodeBase {
  readonly kind: 'WindowExec';
  readonly input: PhysicalPlan;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly calls: readonly WindowCall[];
}
