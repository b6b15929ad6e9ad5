import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, combineConjuncts, mapSame, splitConjuncts, usesOnly } from '../../expression/traverse.ts';
import { type EquiCondition, inputsOf, type JoinNode, type LogicalPlan, withInputs } from '../../logical/index.ts';
import { equalityCall } from '../join-condition.ts';
import type { Rule } from '../rule.ts';
import { estimate } from '../statistics/estimate.ts';

/**
 * Orders inner joins by what they are expected to give, smallest first, and joins no relations without a condition while others
 * have one (greedy operator ordering: Fegaras, "A New Heuristic for Optimizing Large Queries", DEXA 1998).
 *
 * ```
 * Join inner on a = x AND b = y      →    Project a, b, x, y
 * ├─ Join cross                           └─ Join inner on b = y
 * │  ├─ Scan small [a]                       ├─ Scan middle [b]
 * │  └─ Scan middle [b]                      └─ Join inner on x = a
 * └─ Scan large [x, y]                          ├─ Scan large [x, y]
 *                                               └─ Scan small [a]
 * ```
 */
export const greedyJoinOrder: Rule = {
  name: 'join-order',
  apply: (plan) => reorder(plan),
};

function reorder(plan: LogicalPlan): LogicalPlan {
  if (!isInner(plan)) return withInputs(plan, mapSame(inputsOf(plan), reorder));
  const relations: LogicalPlan[] = [];
  const conditions: Expression[] = [];
  flatten(plan, relations, conditions);
  // Two relations have one order; which of them is built is the physical planner's choice.
  // A condition without columns (`random() < 0.5`) belongs to no relation: leave such a join as it is written.
  if (relations.length < 3 || conditions.some((part) => collectColumns(part).size === 0))
    return withInputs(plan, mapSame(inputsOf(plan), reorder));
  const ordered = order(relations.map(reorder), conditions);
  return restoreColumns(ordered, plan.columns);
}

function isInner(plan: LogicalPlan): plan is JoinNode {
  return plan.kind === 'Join' && (plan.type === 'inner' || plan.type === 'cross');
}

function flatten(plan: LogicalPlan, relations: LogicalPlan[], conditions: Expression[]): void {
  if (!isInner(plan)) {
    relations.push(plan);
    return;
  }
  flatten(plan.left, relations, conditions);
  flatten(plan.right, relations, conditions);
  for (const condition of plan.on) conditions.push(equality(condition));
  if (plan.residual) conditions.push(...splitConjuncts(plan.residual));
}

/** An equality that `conditionsBetween` takes apart again; it never reaches a kernel in this form. */
function equality({ left, right, nullSafe }: EquiCondition): Expression {
  const overload = nullSafe ? NULL_SAFE_CONDITION : JOIN_CONDITION;
  return { kind: 'call', name: '=', overload, type: { id: 'boolean' }, args: [left, right] };
}

const JOIN_CONDITION = 'join-condition';
const NULL_SAFE_CONDITION = 'null-safe-join-condition';

function order(relations: readonly LogicalPlan[], conditions: Expression[]): LogicalPlan {
  const open = [...relations];
  while (open.length > 1) {
    let best: { readonly i: number; readonly j: number; readonly join: JoinNode; readonly cost: number } | undefined;
    for (let i = 0; i < open.length; i++) {
      for (let j = i + 1; j < open.length; j++) {
        const join = joinOf(open[i]!, open[j]!, conditions);
        const connected = join.on.length > 0;
        const rows = estimate(join).rows;
        // A single row multiplies nothing, and lets the conditions on it filter early.
        const isCheap = connected || Math.min(estimate(open[i]!).rows, estimate(open[j]!).rows) <= 1;
        const cost = isCheap ? rows : rows * 1e9 + 1e15;
        if (!best || cost < best.cost) best = { i, j, join, cost };
      }
    }
    const { i, j, join } = best!;
    const available = new Set(join.columns.map(({ id }) => id));
    for (let k = conditions.length - 1; k >= 0; k--) {
      if (usesOnly(conditions[k]!, available)) conditions.splice(k, 1);
    }
    open.splice(j, 1);
    open[i] = join;
  }
  return open[0]!;
}

/** The join of two relations under all conditions that speak of both and of nothing else. */
function joinOf(a: LogicalPlan, b: LogicalPlan, conditions: readonly Expression[]): JoinNode {
  // The larger side comes first: the physical planner probes with the left.
  const [left, right] = estimate(a).rows >= estimate(b).rows ? [a, b] : [b, a];
  const inLeft = new Set(left.columns.map(({ id }) => id));
  const inRight = new Set(right.columns.map(({ id }) => id));
  const both = new Set([...inLeft, ...inRight]);
  const on: EquiCondition[] = [];
  const residual: Expression[] = [];
  for (const condition of conditions) {
    if (!usesOnly(condition, both)) continue;
    const nullSafe = condition.kind === 'call' && condition.overload === NULL_SAFE_CONDITION;
    if (condition.kind === 'call' && (nullSafe || condition.overload === JOIN_CONDITION)) {
      const [x, y] = condition.args as readonly [Expression, Expression];
      const sides = nullSafe ? { nullSafe } : {};
      if (usesOnly(x, inLeft) && usesOnly(y, inRight)) on.push({ ...sides, left: x, right: y });
      else if (usesOnly(y, inLeft) && usesOnly(x, inRight)) on.push({ ...sides, left: y, right: x });
      // A side of it speaks of both relations.
      else residual.push(equalityCall({ ...sides, left: x, right: y }));
    } else residual.push(condition);
  }
  const type = on.length === 0 && residual.length === 0 ? 'cross' : 'inner';
  return {
    kind: 'Join',
    type,
    columns: [...left.columns, ...right.columns],
    left,
    right,
    on,
    residual: combineConjuncts(residual),
  };
}

function restoreColumns(plan: LogicalPlan, columns: readonly Column[]): LogicalPlan {
  const same = plan.columns.every(({ id }, i) => id === columns[i]!.id);
  if (same) return plan;
  const byId = new Map<ColumnId, Column>(plan.columns.map((column) => [column.id, column] as const));
  return {
    kind: 'Project',
    columns,
    input: plan,
    expressions: columns.map(({ id }) => {
      const { name, type } = byId.get(id)!;
      return { kind: 'column', id, name, type };
    }),
  };
}
