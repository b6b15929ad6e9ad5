import { inputsOf, type LogicalPlan, walkPlan } from '../logical/index.ts';
import type { OptimizerContext } from './rule.ts';
import { estimate } from './statistics/estimate.ts';

/** What it costs about to compute a plan once more: rows that are read, and rows that its nodes give. */
export function costOfRepeating(plan: LogicalPlan): number {
  const own = plan.kind === 'Scan' ? (plan.table.numRows ?? estimate(plan).rows) : estimate(plan).rows;
  return inputsOf(plan).reduce((sum, input) => sum + costOfRepeating(input), own);
}

/** Whether a plan gives the same rows each time: nothing in it is volatile, and no limit takes some rows of many. */
export function isRepeatable(plan: LogicalPlan, context: OptimizerContext): boolean {
  for (const node of walkPlan(plan)) {
    if (node.kind === 'Scan') {
      if (node.limit !== undefined || node.filters.some((part) => context.isVolatile(part))) return false;
    } else if (node.kind === 'Filter') {
      if (context.isVolatile(node.predicate)) return false;
    } else if (node.kind === 'Project') {
      if (node.expressions.some((expression) => context.isVolatile(expression))) return false;
    } else if (node.kind === 'Join') {
      if (node.residual && context.isVolatile(node.residual)) return false;
    } else return false;
  }
  return true;
}
