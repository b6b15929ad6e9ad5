import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

export interface ProjectExec extends PhysicalNodeBase {
  readonly kind: 'ProjectExec';
  readonly input: PhysicalPlan;
  readonly expressions: readonly Expression[];
}
