import type { Column, SortKey } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** The first `limit` rows after `offset` in the order of `keys`. */
export interface TopNNode {
  readonly kind: 'TopN';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
  readonly limit: number;
  readonly offset: number;
}
