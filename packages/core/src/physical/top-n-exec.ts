import type { SortKey } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** The first `limit` rows after `offset`, in order; of rows with equal keys those that came first. */
export interface TopNExec extends PhysicalNodeBase {
  readonly kind: 'TopNExec';
  readonly input: PhysicalPlan;
  readonly keys: readonly SortKey[];
  readonly limit: number;
  readonly offset: number;
}
