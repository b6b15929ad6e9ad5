import type { ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import { type JoinNode, type LogicalPlan, mapNodeExpressions, rewritePlan } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';
import { isUnique } from '../unique-columns.ts';

/**
 * Leaves out a left join of whose right side nothing is used, and which has at most one match for each row.
 *
 * ```
 * Project a                         →    Project a
 * └─ Join left on a = x                  └─ Scan l [a]
 *    ├─ Scan l [a]
 *    └─ Aggregate by=[x] count(y)
 *       └─ Scan r [x, y]
 * ```
 */
export const removeJoin: Rule = {
  name: 'remove-join',
  apply: (plan) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Project' && node.kind !== 'Aggregate') return node;
      const { input } = node;
      if (input.kind !== 'Join' || input.type !== 'left' || !hasOneMatchAtMost(input)) return node;
      const used = usedColumns(node);
      return input.right.columns.some(({ id }) => used.has(id)) ? node : { ...node, input: input.left };
    }),
};

function hasOneMatchAtMost({ on, right }: JoinNode): boolean {
  const keys = on.flatMap((condition) => (condition.right.kind === 'column' ? [condition.right.id] : []));
  return isUnique(right, new Set(keys));
}

function usedColumns(node: LogicalPlan): ReadonlySet<ColumnId> {
  const used = new Set<ColumnId>();
  mapNodeExpressions(node, (expression: Expression) => {
    collectColumns(expression, used);
    return expression;
  });
  return used;
}
