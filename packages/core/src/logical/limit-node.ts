import type { Column } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** At most `limit` rows (all when undefined) after skipping `offset`. */
export interface LimitNode {
  readonly kind: 'Limit';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly limit: number | undefined;
  readonly offset: number;
}
