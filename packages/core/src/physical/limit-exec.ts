import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** Skips `offset` rows, gives at most `limit`, then stops its input. */
export interface LimitExec extends PhysicalNodeBase {
  readonly kind: 'LimitExec';
  readonly input: PhysicalPlan;
  readonly limit: number | undefined;
  readonly offset: number;
}
