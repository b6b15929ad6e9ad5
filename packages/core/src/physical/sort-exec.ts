import type { SortKey } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** The whole input in order; stable. */
export interface SortExec extends PhysicalNodeBase {
  readonly kind: 'SortExec';
  readonly input: PhysicalPlan;
  readonly keys: readonly SortKey[];
}
