import type { Column } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** Each different row of the input once; nulls are equal. */
export interface DistinctNode {
  readonly kind: 'Distinct';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
}
