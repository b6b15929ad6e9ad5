import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AggregateCall, Expression } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { BOOLEAN, VARCHAR } from '../../types/index.ts';
import type { AstSubquery } from '../ast/index.ts';
import { callOperator, combine } from './bind-operator.ts';
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
      return subqueries.add({ type: 'exists', subquery, condition: undefined, column, span });
    }
    case 'any':
    case 'all':
      return bindQuantified(binder, subqueries, ast);
    case 'array':
      throw unsupported('ARRAY over a subquery', span);
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
  return subqueries.add({ type: 'scalar', subquery, condition: undefined, column: subquery.columns[0]!, span });
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
  const left = items.map((item) => binder.settle(binder.bind(item)));
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
  const compare = (name: string): Expression => {
    const pairs = left.map((item, i) => callOperator(binder, name, item, right[i]!, span));
    if (pairs.length > 1 && name !== '=' && name !== '<>') throw unsupported(`The operator ${name} between rows`, span);
    return combine(name === '<>' ? 'or' : 'and', pairs, span);
  };
  const condition = !isAll ? compare(operator) : opposite ? compare(opposite) : negate(compare(operator), true, span);
  const column = binder.binder.column(isAll ? 'all' : 'any', BOOLEAN, true);
  const any = subqueries.add({ type: 'any', subquery, condition, column, span });
  return negate(any, isAll, span);
}
