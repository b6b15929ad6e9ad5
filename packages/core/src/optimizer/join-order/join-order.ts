import { collectColumns, mapSame } from '../../expression/traverse.ts';
import { inputsOf, type LogicalPlan, withInputs } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';
import { dynamicJoinOrder } from './dynamic-join-order.ts';
import { greedyJoinOrder } from './greedy-join-order.ts';
import { isInnerJoin, joinGraph, restoreColumns } from './join-graph.ts';

/**
 * Orders inner joins by what they are expected to cost: all orders are looked at where the relations are few, otherwise the join that gives the
 * fewest rows comes first.
 *
 * ```
 * Join inner on a = x AND b = y      →    Project a, b, x, y
 * ├─ Join cross                           └─ Join inner on y = b
 * │  ├─ Scan small [a]                       ├─ Join inner on x = a
 * │  └─ Scan middle [b]                      │  ├─ Scan large [x, y]
 * └─ Scan large [x, y]                       │  └─ Scan small [a]
 *                                            └─ Scan middle [b]
 * ```
 */
export const joinOrder: Rule = {
  name: 'join-order',
  apply: reorder,
};

function reorder(plan: LogicalPlan): LogicalPlan {
  if (!isInnerJoin(plan)) return withInputs(plan, mapSame(inputsOf(plan), reorder));
  const { relations, conditions } = joinGraph(plan);
  // Two relations have one order; which of them is built is the physical planner's choice.
  // A condition without columns (`random() < 0.5`) belongs to no relation: leave such a join as it is written.
  if (relations.length < 3 || conditions.some((part) => collectColumns(part).size === 0))
    return withInputs(plan, mapSame(inputsOf(plan), reorder));
  const graph = { relations: relations.map(reorder), conditions };
  return restoreColumns(dynamicJoinOrder(graph) ?? greedyJoinOrder(graph), plan.columns);
}
