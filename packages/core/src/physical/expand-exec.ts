import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** Every row of the input once for each list of expressions; `columns[i]` is the i-th of a list. */
export interface ExpandExec extends PhysicalNodeBase {
  readonly kind: 'ExpandExec';
  readonly input: PhysicalPlan;
  readonly projections: readonly (readonly Expression[])[];
}
