import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/** Computes `columns[i]` as `expressions[i]`. A column that is passed on keeps its id. */
export interface ProjectNode {
  readonly kind: 'Project';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly expressions: readonly Expression[];
}
