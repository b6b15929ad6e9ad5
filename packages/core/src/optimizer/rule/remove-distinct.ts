import { type DistinctNode, type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';
import { isUnique } from '../unique-columns.ts';

/**
 * Leaves out a DISTINCT over rows that are different from each other anyway.
 *
 * ```
 * Distinct                         →    Aggregate by=[a] count(b)
 * └─ Aggregate by=[a] count(b)          └─ Scan t [a, b]
 *    └─ Scan t [a, b]
 * ```
 */
export const removeDistinct: Rule = {
  name: 'remove-distinct',
  apply: (plan) => rewritePlan(plan, (node) => (node.kind === 'Distinct' ? withoutDistinct(node) : node)),
};

function withoutDistinct(node: DistinctNode): LogicalPlan {
  const { input } = node;
  return isUnique(input, new Set(input.columns.map(({ id }) => id))) ? input : node;
}
