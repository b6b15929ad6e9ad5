import type { Column } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * All rows of all inputs, duplicates kept, inputs in order. `columns[i]` is the i-th column of every input, which all have
 * its type; its id is new.
 */
export interface UnionNode {
  readonly kind: 'Union';
  readonly columns: readonly Column[];
  readonly inputs: readonly LogicalPlan[];
}
