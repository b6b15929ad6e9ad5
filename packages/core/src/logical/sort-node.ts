import type { Column, SortKey } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** The rows of the input, ordered; rows with equal keys in any order. */
export interface SortNode {
  readonly kind: 'Sort';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
}
