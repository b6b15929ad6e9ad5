import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/**
 * Of each run of rows with equal values of `by`, at most `limit` rows (all when undefined) after `offset`. Rows with equal values must
 * come one after the other: the input is sorted.
 */
export interface LimitByExec extends PhysicalNodeBase {
  readonly kind: 'LimitByExec';
  readonly input: PhysicalPlan;
  readonly by: readonly Expression[];
  readonly limit: number | undefined;
  readonly offset: number;
}
