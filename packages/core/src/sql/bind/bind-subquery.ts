import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AggregateCall, Expression, SortKey } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { BOOLEAN, INT64, isNumeric, VARCHAR } from '../../types/index.ts';
import type { AstSubquery } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { callOperator, combine, comparePairs } from './bind-operator.ts';
import { columnReference, type OpenQuery } from './binder.ts';
import { callFunction, pickOverload } from './call-function.ts';
import { type ExpressionBinder, type ExpressionFamily, negate } from './expression-binder.ts';
import type { Scope } from './scope.ts';
import type { SubquerySink } from './subquery-sink.ts';

/** A query in the place of an expression: a value, or a test. */
export const bindSubquery: ExpressionFamily<'subquery'> = (binder, ast) => {
  const { form, span } = ast;
  const { subqueries } = binder;
  if (!subqueries) throw unsupported(`A subquery in ${binder.clause}`, span);
  switch (form) {
    case 'scalar':
      return bindScalarSubquery(binder, subqueries, ast);
    case 'exists': {
      const subquery = settle(subqueries.open(ast.query, scopeInside(binder)));
      const column = binder.binder.column('exists', BOOLEAN, false);
      return subqueries.add({ type: 'exists', subquery, condition: undefined, columns: [column], span })[0];
    }
    case 'any':
    case 'all':
      return bindQuantified(binder, subqueries, ast);
    case 'array':
      return bindArraySubquery(binder, subqueries, ast);
  }
};

/** The names around a subquery. An aggregate function in it may belong to the query around. */
function scopeInside({ scope, aggregates }: ExpressionBinder): Scope {
  return scope.withAggregates(aggregates);
}

function settle(open: OpenQuery): LogicalPlan {
  return open.close(open.outputs.map(() => VARCHAR));
}

function bindScalarSubquery(binder: ExpressionBinder, subqueries: SubquerySink, { query, span }: AstSubquery) {
  const open = subqueries.open(query, scopeInside(binder));
  if (open.outputs.length !== 1) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `A subquery that is used as a value must have one column, and this one has ${open.outputs.length}.`,
      { span, details: { columns: open.outputs.length } },
    );
  }
  const plan = settle(open);
  const subquery = givesAtMostOneRow(plan) ? plan : singleRow(binder, plan, span);
  return subqueries.add({ type: 'scalar', subquery, condition: undefined, columns: subquery.columns, span })[0];
}

/** `ARRAY(SELECT ...)`: the values of the only column in the order of the rows; an empty array without rows. */
function bindArraySubquery(binder: ExpressionBinder, subqueries: SubquerySink, { query, span }: AstSubquery) {
  const open = subqueries.open(query, scopeInside(binder));
  if (open.outputs.length !== 1) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `The subquery of an ARRAY must have one column, and this one has ${open.outputs.length}.`,
      { span, details: { columns: open.outputs.length } },
    );
  }
  const { input, value, orderBy } = orderedColumn(settle(open));
  const call = { ...aggregateCall(binder, 'array_agg', [value], span), orderBy };
  const columns = [binder.binder.column('array', call.type, true)];
  const subquery: LogicalPlan = { kind: 'Aggregate', columns, input, groupBy: [], aggregates: [call] };
  const [array] = subqueries.add({ type: 'scalar', subquery, condition: undefined, columns, span });
  const empty = literal(call.type, [], span);
  const whole: Expression = { kind: 'coalesce', type: call.type, args: [array, empty], span };
  return whole;
}

/** The only column of a plan, and the order of its rows, which must not be lost when the subquery becomes a join. */
function orderedColumn(plan: LogicalPlan): {
  readonly input: LogicalPlan;
  readonly value: Expression;
  readonly orderBy: readonly SortKey[] | undefined;
} {
  const [input, value] =
    plan.kind === 'Project' ? [plan.input, plan.expressions[0]!] : [plan, columnReference(plan.columns[0]!)];
  if (input.kind === 'Sort') return { input: input.input, value, orderBy: input.keys };
  const sort = input.kind === 'Limit' && input.input.kind === 'Sort' ? input.input : undefined;
  return sort
    ? { input, value, orderBy: sort.keys }
    : { input: plan, value: columnReference(plan.columns[0]!), orderBy: undefined };
}

/** Whether a plan gives no row or one, whatever the data. */
function givesAtMostOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Values':
      return plan.rows.length <= 1;
    case 'Aggregate':
      return plan.groupBy.length === 0;
    case 'Project':
    case 'Filter':
    case 'Sort':
    case 'Distinct':
      return givesAtMostOneRow(plan.input);
    case 'Limit':
    case 'TopN':
      return (plan.limit !== undefined && plan.limit <= 1) || givesAtMostOneRow(plan.input);
    default:
      return false;
  }
}

/** The value of the only row, null without one: an aggregation that counts the rows, and an error if there are more. */
function singleRow(binder: ExpressionBinder, input: LogicalPlan, span: SourceSpan): LogicalPlan {
  const [value] = input.columns as [LogicalPlan['columns'][number]];
  const calls = [
    aggregateCall(binder, 'any_value', [columnReference(value)], span),
    aggregateCall(binder, 'count', [], span),
  ];
  const columns = [
    binder.binder.column(value.name, calls[0]!.type, true),
    binder.binder.column('count', calls[1]!.type, false),
  ];
  const aggregation: LogicalPlan = { kind: 'Aggregate', columns, input, groupBy: [], aggregates: calls };
  const checked = callFunction(
    binder,
    'single row',
    columns.map((column) => columnReference(column, span)),
    span,
  );
  return {
    kind: 'Project',
    columns: [binder.binder.column(value.name, checked.type, true)],
    input: aggregation,
    expressions: [checked],
  };
}

function aggregateCall(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): AggregateCall {
  const definition = binder.binder.environment.functions.aggregate(name)!;
  const { overload, returns } = pickOverload(name, definition.overloads, args, span);
  return { name, overload: overload.id, args, distinct: false, filter: undefined, type: returns, span };
}

/** What an operator says when it does not say the same; a comparison has its opposite. */
const OPPOSITES: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** IN is `= ANY`; `ALL` is that the opposite holds for none. */
function bindQuantified(
  binder: ExpressionBinder,
  subqueries: SubquerySink,
  { form, test, operator, query, span }: AstSubquery,
): Expression {
  const items = test!.kind === 'row' ? test!.items : [test!];
  // A literal without a type gets that of the column.
  const left = items.map((item) => binder.bind(item));
  const open = subqueries.open(query, scopeInside(binder));
  if (open.outputs.length !== left.length) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `The subquery has ${open.outputs.length} ${open.outputs.length === 1 ? 'column' : 'columns'}, and is compared with ${left.length}.`,
      { span, details: { columns: open.outputs.length, compared: left.length } },
    );
  }
  const subquery = settle(open);
  const right = subquery.columns.map((column) => columnReference(column, span));
  const opposite = OPPOSITES[operator];
  const isAll = form === 'all';
  const pairs = left.map((item, i) => [item, right[i]!] as const);
  const compare = (name: string) => comparePairs(binder, name, pairs, span);
  const anyOf = isAll ? opposite : operator;
  const extreme = left.length === 1 && anyOf !== undefined ? EXTREMES[anyOf] : undefined;
  if (extreme !== undefined && isOrderable(left[0]!) && isOrderable(right[0]!)) {
    const any = compareWithExtreme(binder, subqueries, { left: left[0]!, operator: anyOf!, extreme, subquery, span });
    return negate(any, isAll, span);
  }
  const condition = !isAll ? compare(operator) : opposite ? compare(opposite) : negate(compare(operator), true, span);
  const column = binder.binder.column(isAll ? 'all' : 'any', BOOLEAN, true);
  const [any] = subqueries.add({ type: 'any', subquery, condition, columns: [column], span });
  return negate(any, isAll, span);
}

/** Which aggregate of some values decides whether a comparison holds for one of them. */
const EXTREMES: Readonly<Record<string, 'min' | 'max'>> = { '<': 'max', '<=': 'max', '>': 'min', '>=': 'min' };

/** Types whose smallest and greatest values aggregates know. */
function isOrderable({ type }: Expression): boolean {
  return isNumeric(type) || ['varchar', 'date', 'timestamp', 'timestamptz'].includes(type.id);
}

interface ExtremeComparison {
  readonly left: Expression;
  readonly operator: string;
  readonly extreme: 'min' | 'max';
  readonly subquery: LogicalPlan;
  readonly span: SourceSpan;
}

/**
 * `left < ANY (subquery)` as a comparison with one row, instead of one with every row: true when it holds for the greatest value;
 * false over no rows; null when a null is compared; else false.
 */
function compareWithExtreme(
  binder: ExpressionBinder,
  subqueries: SubquerySink,
  { left, operator, extreme, subquery: input, span }: ExtremeComparison,
): Expression {
  const value = columnReference(input.columns[0]!);
  const aggregates = [
    aggregateCall(binder, extreme, [value], span),
    aggregateCall(binder, 'count', [], span),
    aggregateCall(binder, 'count', [value], span),
  ];
  const columns = aggregates.map(({ name, type }, i) => binder.binder.column(name, type, i === 0));
  const subquery: LogicalPlan = { kind: 'Aggregate', columns, input, groupBy: [], aggregates };
  const [best, numRows, numValues] = subqueries.add({ type: 'left', subquery, condition: undefined, columns, span });
  const no = literal(BOOLEAN, false, span);
  const isNull: Expression = { kind: 'is-null', type: BOOLEAN, arg: left, negated: false, span };
  const hasNull = callOperator(binder, '>', numRows!, numValues!, span);
  const isEmpty = callOperator(binder, '=', numRows!, literal(INT64, 0n, span), span);
  const branches = [
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    { when: callOperator(binder, operator, left, best, span), then: literal(BOOLEAN, true, span) },
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    { when: isEmpty, then: no },
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    { when: combine('or', [isNull, hasNull], span), then: literal(BOOLEAN, null, span) },
  ];
  return { kind: 'case', type: BOOLEAN, branches, otherwise: no, span };
}
