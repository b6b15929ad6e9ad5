import type { ColumnId } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import { type JoinNode, type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import type { OptimizerContext, Rule } from '../rule.ts';
import { estimate } from '../statistics/estimate.ts';

/** A side must be left with no more than this share of its rows. */
const LARGEST_SHARE = 0.5;

/**
 * Lets a semi join or an anti join test the rows of the one relation that it speaks of before they are joined with others, where it
 * is expected to leave out at least half of them.
 *
 * ```
 * Join semi on k = z               →    Join inner on a = x
 * ├─ Join inner on a = x                ├─ Join semi on k = z
 * │  ├─ Scan t [k, a]                   │  ├─ Scan t [k, a]
 * │  └─ Scan u [x]                      │  └─ Scan v [z]
 * └─ Scan v [z]                         └─ Scan u [x]
 * ```
 */
export const pushDownSemiJoin: Rule = {
  name: 'push-down-semi-join',
  apply: (plan, context) =>
    rewritePlan(plan, (node) =>
      node.kind === 'Join' && (node.type === 'semi' || node.type === 'anti') ? push(node, context) : node,
    ),
};

function push(semi: JoinNode, context: OptimizerContext): LogicalPlan {
  const { left: input, on, residual } = semi;
  if (input.kind !== 'Join' || (input.type !== 'inner' && input.type !== 'cross')) return semi;
  if (residual && context.isVolatile(residual)) return semi;
  const used = new Set<ColumnId>();
  for (const { left } of on) collectColumns(left, used);
  if (residual) collectColumns(residual, used);
  for (const { id } of semi.right.columns) used.delete(id);
  if (used.size === 0) return semi;
  for (const side of ['left', 'right'] as const) {
    const relation = input[side];
    const given = new Set(relation.columns.map(({ id }) => id));
    if (![...used].every((id) => given.has(id))) continue;
    const tested: JoinNode = { ...semi, left: relation, columns: relation.columns };
    if (estimate(tested).rows > estimate(relation).rows * LARGEST_SHARE) return semi;
    return { ...input, [side]: push(tested, context) };
  }
  return semi;
}
