import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** The rows of all inputs, one input after the other; the i-th column of each is `columns[i]`. */
export interface UnionExec extends PhysicalNodeBase {
  readonly kind: 'UnionExec';
  readonly inputs: readonly PhysicalPlan[];
}
