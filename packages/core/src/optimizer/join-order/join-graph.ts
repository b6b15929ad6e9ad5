import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { combineConjuncts, splitConjuncts, usesOnly } from '../../expression/traverse.ts';
import type { EquiCondition, JoinNode, LogicalPlan } from '../../logical/index.ts';
import { equalityCall } from '../join-condition.ts';
import { estimate } from '../statistics/estimate.ts';

/** What inner joins bring together, whatever their order: the relations, and all conditions between them. */
export interface JoinGraph {
  readonly relations: readonly LogicalPlan[];
  readonly conditions: readonly Expression[];
}

export function isInnerJoin(plan: LogicalPlan): plan is JoinNode {
  return plan.kind === 'Join' && (plan.type === 'inner' || plan.type === 'cross');
}

export function joinGraph(plan: LogicalPlan): JoinGraph {
  const relations: LogicalPlan[] = [];
  const conditions: Expression[] = [];
  flatten(plan, relations, conditions);
  return { relations, conditions };
}

function flatten(plan: LogicalPlan, relations: LogicalPlan[], conditions: Expression[]): void {
  if (!isInnerJoin(plan)) {
    relations.push(plan);
    return;
  }
  flatten(plan.left, relations, conditions);
  flatten(plan.right, relations, conditions);
  for (const condition of plan.on) conditions.push(equality(condition));
  if (plan.residual) conditions.push(...splitConjuncts(plan.residual));
}

const JOIN_CONDITION = 'join-condition';
const NULL_SAFE_CONDITION = 'null-safe-join-condition';

/** An equality that `joinOf` takes apart again; it never reaches a kernel in this form. */
function equality({ left, right, nullSafe }: EquiCondition): Expression {
  const overload = nullSafe ? NULL_SAFE_CONDITION : JOIN_CONDITION;
  return { kind: 'call', name: '=', overload, type: { id: 'boolean' }, args: [left, right] };
}

/** The two sides of a condition to join on; undefined for other conditions. */
export function equalitySides(condition: Expression): readonly [Expression, Expression] | undefined {
  const isEquality =
    condition.kind === 'call' && (condition.overload === JOIN_CONDITION || condition.overload === NULL_SAFE_CONDITION);
  return isEquality ? (condition.args as readonly [Expression, Expression]) : undefined;
}

/** The join of two relations under those of the conditions that speak of both and of nothing else. */
export function joinOf(a: LogicalPlan, b: LogicalPlan, conditions: readonly Expression[]): JoinNode {
  // The larger side comes first: the physical planner probes with the left.
  const [left, right] = estimate(a).rows >= estimate(b).rows ? [a, b] : [b, a];
  const inLeft = new Set(left.columns.map(({ id }) => id));
  const inRight = new Set(right.columns.map(({ id }) => id));
  const both = new Set([...inLeft, ...inRight]);
  const on: EquiCondition[] = [];
  const residual: Expression[] = [];
  for (const condition of conditions) {
    if (!usesOnly(condition, both)) continue;
    const equal = equalitySides(condition);
    if (!equal) {
      residual.push(condition);
      continue;
    }
    const nullSafe = condition.kind === 'call' && condition.overload === NULL_SAFE_CONDITION;
    const [x, y] = equal;
    const sides = nullSafe ? { nullSafe } : {};
    if (usesOnly(x, inLeft) && usesOnly(y, inRight)) on.push({ ...sides, left: x, right: y });
    else if (usesOnly(y, inLeft) && usesOnly(x, inRight)) on.push({ ...sides, left: y, right: x });
    // A side of it speaks of both relations.
    else residual.push(equalityCall({ ...sides, left: x, right: y }));
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

/** The plan with these columns in this order. */
export function restoreColumns(plan: LogicalPlan, columns: readonly Column[]): LogicalPlan {
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
