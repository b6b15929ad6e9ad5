import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** Every pair of rows for which the predicate is true (every pair without one); the build side is kept in memory. */
export interface NestedLoopJoinExec extends PhysicalNodeBase {
  readonly kind: 'NestedLoopJoinExec';
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'mark';
  readonly probe: PhysicalPlan;
  readonly build: PhysicalPlan;
  readonly predicate: Expression | undefined;
  /** As in `HashJoinExec`. */
  readonly sharesBuild?: boolean | undefined;
}
