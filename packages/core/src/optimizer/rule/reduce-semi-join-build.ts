import { type EquiCondition, type JoinNode, type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import { costOfRepeating, isRepeatable } from '../repeated-plan.ts';
import type { OptimizerContext, Rule } from '../rule.ts';
import { estimate } from '../statistics/estimate.ts';

/** Of the right side no more than this share may be left. */
const LARGEST_SHARE = 0.2;
/** Rows that are read a second time cost this many rows that are not sent to every worker. */
const ROWS_A_REPEATED_ROW = 4;

/**
 * A semi join or anti join keeps its right side in a table, however large it is. Where its left side is small, only those rows go there that
 * the left side asks for: it comes a second time, as the right side of a semi join that is.
 *
 * ```
 * Join semi on k = o               →    Join semi on k = o
 * ├─ Scan small [k] filter=[c = 1]      ├─ Scan small [k] filter=[c = 1]
 * └─ Scan large [o]                     └─ Join semi on o = k
 *                                          ├─ Scan large [o]
 *                                          └─ Scan small [k] filter=[c = 1]
 * ```
 */
export const reduceSemiJoinBuild: Rule = {
  name: 'reduce-semi-join-build',
  apply: (plan, context) =>
    rewritePlan(plan, (node) =>
      node.kind === 'Join' && (node.type === 'semi' || node.type === 'anti') ? reduce(node, context) : node,
    ),
};

function reduce(join: JoinNode, context: OptimizerContext): LogicalPlan {
  const { left, right } = join;
  const on = join.on.flatMap((condition): EquiCondition[] =>
    condition.nullSafe ? [] : [{ left: condition.right, right: condition.left }],
  );
  if (on.length === 0 || isReduced(right, left) || !isRepeatable(left, context)) return join;
  const wanted: JoinNode = {
    kind: 'Join',
    type: 'semi',
    columns: right.columns,
    left: right,
    right: left,
    on,
    residual: undefined,
  };
  const [before, after] = [estimate(right).rows, estimate(wanted).rows];
  if (after > before * LARGEST_SHARE || costOfRepeating(left) * ROWS_A_REPEATED_ROW > before - after) return join;
  return { ...join, right: wanted };
}

function isReduced(right: LogicalPlan, left: LogicalPlan): boolean {
  return right.kind === 'Join' && right.type === 'semi' && right.right === left;
}
