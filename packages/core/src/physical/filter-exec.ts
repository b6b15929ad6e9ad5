import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

export interface FilterExec extends PhysicalNodeBase {
  readonly kind: 'FilterExec';
  readonly input: PhysicalPlan;
  readonly predicate: Expression;
}
