import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { combineConjuncts } from '../../expression/traverse.ts';
import {
  type EquiCondition,
  freeColumns,
  type JoinNode,
  type JoinType,
  type LogicalPlan,
} from '../../logical/index.ts';
import type { AstJoin } from '../ast/index.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import { splitJoinCondition } from '../split-join-condition.ts';
import { unify } from './bind-conditional.ts';
import { callOperator } from './bind-operator.ts';
import type { Binder, BoundFrom, QueryContext } from './binder.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { pickByName, Scope, type ScopeColumn } from './scope.ts';
import { SubquerySink } from './subquery-sink.ts';

/** `JOIN ... ON`, `USING`, `NATURAL` and `CROSS JOIN`. */
export function bindJoin(
  binder: Binder,
  item: AstJoin,
  left: BoundFrom,
  right: BoundFrom,
  context: QueryContext,
): BoundFrom {
  const relations = [...left.relations, ...right.relations];
  const scope = new Scope(relations, [...left.columns, ...right.columns], context.outer);
  const subqueries = new SubquerySink(binder, context);
  const families = EXPRESSION_FAMILIES;
  const expressions = new ExpressionBinder({ binder, scope, families, clause: 'JOIN conditions', subqueries });
  const names = item.natural ? sharedNames(left.columns, right.columns) : item.using;
  if (names) return joinUsing(expressions, item, names, left, right);
  const condition = item.on && expressions.condition(item.on, 'JOIN ON');
  const plan =
    subqueries.isEmpty || !condition
      ? join(item, left.plan, right.plan, condition)
      : joinWithSubqueries(item, left.plan, right.plan, condition, subqueries);
  return { plan, relations, columns: scope.columns };
}

/** The subqueries of the condition are computed for the rows of the side whose columns they use, or for pairs of rows. */
function joinWithSubqueries(
  item: AstJoin,
  left: LogicalPlan,
  right: LogicalPlan,
  condition: Expression,
  subqueries: SubquerySink,
): LogicalPlan {
  const where = (plan: LogicalPlan): LogicalPlan => {
    const input = subqueries.place(plan);
    return { kind: 'Filter', columns: input.columns, input, predicate: condition };
  };
  const { type, span } = item;
  if (type === 'inner') return where(join(item, left, right, undefined));
  if (!subqueries.uses(left)) return join(item, left, subqueries.place(right), condition);
  if (!subqueries.uses(right)) return join(item, subqueries.place(left), right, condition);
  if (type === 'left') return lateralJoin('left', left, where(right), undefined, span);
  if (type === 'right') return lateralJoin('left', right, where(left), undefined, span);
  throw unsupported('A subquery that uses both sides of a FULL JOIN in its condition', span);
}

function join(
  { type, span }: AstJoin,
  left: LogicalPlan,
  right: LogicalPlan,
  condition: Expression | undefined,
): LogicalPlan {
  if (isLateral(left, right)) {
    if (type === 'inner' || type === 'left') return lateralJoin(type, left, right, condition, span);
    const message = `LATERAL cannot be used on the right of ${type === 'right' ? 'RIGHT' : 'FULL'} JOIN.`;
    throw new QueryError('INVALID_CLAUSE', message, { span });
  }
  const ids = ({ columns }: LogicalPlan) => new Set(columns.map(({ id }) => id));
  const { on, residual } = splitJoinCondition(condition, ids(left), ids(right));
  const isCross = type === 'inner' && on.length === 0 && !residual;
  return joinPlans(isCross ? 'cross' : type, left, right, on, residual);
}

/** Whether the right uses columns of the left. */
export function isLateral(left: LogicalPlan, right: LogicalPlan): boolean {
  const used = freeColumns(right);
  return left.columns.some(({ id }) => used.has(id));
}

/** The right computed for each row of the left. */
export function lateralJoin(
  type: 'inner' | 'left',
  input: LogicalPlan,
  subquery: LogicalPlan,
  condition: Expression | undefined,
  span: SourceSpan,
): LogicalPlan {
  const { columns } = joinPlans(type, input, subquery, [], undefined);
  return { kind: 'DependentJoin', type, columns, input, subquery, condition, span };
}

/** The node, with the side that an outer join fills up nullable. */
export function joinPlans(
  type: JoinType,
  left: LogicalPlan,
  right: LogicalPlan,
  on: readonly EquiCondition[],
  residual: Expression | undefined,
): JoinNode {
  const side = ({ columns }: LogicalPlan, filled: boolean) =>
    filled ? columns.map((column) => ({ ...column, nullable: true })) : columns;
  const columns = [
    ...side(left, type === 'right' || type === 'full'),
    ...side(right, type === 'left' || type === 'full'),
  ];
  return { kind: 'Join', type, columns, left, right, on, residual };
}

/** Names that both sides have, in the order of the left. */
function sharedNames(left: readonly ScopeColumn[], right: readonly ScopeColumn[]): string[] {
  const names = new Set(right.map(({ name }) => name));
  return [...new Set(left.map(({ name }) => name))].filter((name) => names.has(name));
}

/**
 * The columns of USING stand first and once: the left one, for a right join the right one, for a full join the first that is
 * not null.
 */
function joinUsing(
  expressions: ExpressionBinder,
  item: AstJoin,
  names: readonly string[],
  left: BoundFrom,
  right: BoundFrom,
): BoundFrom {
  const { span, type } = item;
  const pairs = names.map((name) => {
    const [a, b] = [usingColumn(left, name, 'left', span), usingColumn(right, name, 'right', span)];
    return { name: a.name, left: a, right: b, merged: merge(expressions, type, a, b, span) };
  });
  const equalities = pairs.map((pair) =>
    callOperator(expressions, '=', pair.left.expression, pair.right.expression, span),
  );
  const used = new Set(pairs.flatMap((pair) => [pair.left, pair.right]));
  const rest = [...left.columns, ...right.columns].filter((column) => !used.has(column));
  return {
    plan: join(item, left.plan, right.plan, combineConjuncts(equalities)),
    relations: [...left.relations, ...right.relations],
    columns: [...pairs.map(({ name, merged }) => ({ name, expression: merged })), ...rest],
  };
}

function merge(
  expressions: ExpressionBinder,
  joinType: AstJoin['type'],
  { expression: left }: ScopeColumn,
  { expression: right }: ScopeColumn,
  span: SourceSpan,
): Expression {
  const type = unify('JOIN USING', [left, right], span);
  const args = [left, right].map((side) => expressions.coerce(side, type));
  if (joinType === 'full') return { kind: 'coalesce', type, args, span };
  return args[joinType === 'right' ? 1 : 0]!;
}

function usingColumn({ columns }: BoundFrom, name: string, side: 'left' | 'right', span: SourceSpan): ScopeColumn {
  const found = pickByName(columns, name, () => {
    return new QueryError('AMBIGUOUS_COLUMN', `The column "${name}" of USING is in the ${side} table more than once.`, {
      span,
      details: { column: name },
    });
  });
  if (found) return found;
  const candidates = nearestNames(
    name,
    columns.map((column) => column.name),
  );
  throw new QueryError('UNKNOWN_COLUMN', `The column "${name}" of USING is not in the ${side} table.`, {
    span,
    details: { column: name, candidates },
    hint: didYouMean(candidates),
  });
}
