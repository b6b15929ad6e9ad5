import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { OrderedSet } from '../../expression/function.ts';
import type { AggregateCall, AggregateFunction, ColumnId, Expression, SortKey } from '../../expression/index.ts';
import { collectColumns, expressionKey, expressionsOfAggregate } from '../../expression/traverse.ts';
import { BOOLEAN, FLOAT64, formatType, type LiteralValue, list as listOf } from '../../types/index.ts';
import type { AstCall, AstSortItem } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { hasOrder, requireEquality, requireOrder } from '../comparable-type.ts';
import type { AggregateSink } from './aggregate-sink.ts';
import { combine } from './bind-operator.ts';
import { callFunction, pickOverload } from './call-function.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import type { Scope } from './scope.ts';

/** The clause of an aggregate's own arguments. */
const INSIDE_AGGREGATE = 'an aggregate function';

/**
 * A call of an aggregate function: it goes to the aggregation of its query, and what is left in its place is the column that it
 * becomes. Throws INVALID_GROUPING in a clause that cannot have one, and inside another aggregate.
 */
export function bindAggregate(binder: ExpressionBinder, definition: AggregateFunction, ast: AstCall): Expression {
  const { span, star, distinct } = ast;
  const { name } = definition;
  if (definition.orderedSet) return bindOrderedSet(binder, definition, definition.orderedSet, ast);
  if (ast.withinGroup) {
    throw new QueryError('INVALID_CLAUSE', `${name} is no ordered-set aggregate, so it cannot have WITHIN GROUP.`, {
      span,
      hint: `Write the order inside: ${name}(x ORDER BY y).`,
    });
  }
  if (!star && ast.args.length === 0) {
    throw new QueryError('INVALID_CLAUSE', `Write ${name}(*) to call an aggregate function without arguments.`, {
      span,
    });
  }
  const inner = binder.inClause(INSIDE_AGGREGATE);
  const args = inner.bindAll(ast.args);
  const filter = ast.filter && binder.inClause('FILTER').condition(ast.filter, 'FILTER');
  const order = bindOrder(inner, ast.orderBy);
  const parts = { distinct, filter, order, span };
  const { collected } = definition;
  if (!collected) return addCall(binder, aggregateCall(binder, definition, { ...parts, args }));
  if (star || args.length !== collected.numArguments || (distinct && args.length > 1)) {
    throw new QueryError('TYPE_MISMATCH', `There is no such function ${name}.`, {
      span,
      details: { function: name },
      hint: `${name} takes ${collected.numArguments === 1 ? 'one argument' : `${collected.numArguments} arguments, without DISTINCT`}.`,
    });
  }
  const arrayAgg = binder.binder.environment.functions.aggregate('array_agg')!;
  const lists = args.map((arg) => addCall(binder, aggregateCall(binder, arrayAgg, { ...parts, args: [arg] })));
  return callFunction(binder, collected.finisher, lists, span);
}

/** The call in the aggregation that computes it. */
function addCall(binder: ExpressionBinder, call: AggregateCall & { readonly nullable: boolean }): Expression {
  const span = call.span!;
  return sinkOf(binder, call.name, expressionsOfAggregate(call), span).add(call, call.nullable, span);
}

interface AggregateParts {
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  readonly filter: Expression | undefined;
  readonly order: readonly SortKey[];
  readonly span: SourceSpan;
}

/** The call of an aggregate over bound parts: the overload that they mean, with the casts that it needs. */
function aggregateCall(
  binder: ExpressionBinder,
  definition: AggregateFunction,
  { args, distinct, filter, order, span }: AggregateParts,
): AggregateCall & { readonly nullable: boolean } {
  const { name } = definition;
  const { overload, argTypes, returns } = pickOverload(name, definition.overloads, args, span);
  if (distinct) for (const type of argTypes) requireEquality(type, `${name}(DISTINCT ...)`, span);
  const coerced = args.map((arg, i) => binder.coerce(arg, argTypes[i]!));
  const orderBy = distinct ? distinctOrder(args, coerced, order, span) : order;
  return {
    name,
    overload: overload.id,
    args: coerced,
    distinct: distinct && !definition.ignoresDistinct,
    filter,
    orderBy: definition.dependsOnOrder && orderBy.length > 0 ? orderBy : undefined,
    type: returns,
    span,
    nullable: overload.empty !== 'zero',
  };
}

/** ORDER BY inside of an aggregate. A constant is one, and no position. */
function bindOrder(binder: ExpressionBinder, items: readonly AstSortItem[]): SortKey[] {
  return items.map(({ expression: ast, descending, nullsFirst }) => {
    const expression = binder.settle(binder.bind(ast));
    requireOrder(expression.type, 'ORDER BY', ast.span);
    return { expression, descending, nullsFirst };
  });
}

/**
 * The order of an aggregate over distinct values, whose keys must be among its arguments. Without one the values come in their own
 * order, as in PostgreSQL, where it follows from how duplicates are found.
 */
function distinctOrder(
  args: readonly Expression[],
  coerced: readonly Expression[],
  order: readonly SortKey[],
  span: SourceSpan,
): readonly SortKey[] {
  const keys = order.map((key): SortKey => {
    const wanted = expressionKey(key.expression);
    const place = args.findIndex((arg) => expressionKey(arg) === wanted);
    const found = coerced[place] ?? coerced.find((arg) => expressionKey(arg) === wanted);
    if (found) return { ...key, expression: found };
    throw new QueryError(
      'INVALID_CLAUSE',
      'In an aggregate with DISTINCT, the expressions of ORDER BY must be among its arguments.',
      { span: key.expression.span ?? span },
    );
  });
  const others = coerced.filter(
    (arg) =>
      arg.kind !== 'literal' &&
      hasOrder(arg.type) &&
      !keys.some(({ expression }) => expressionKey(expression) === expressionKey(arg)),
  );
  return [...keys, ...others.map((expression) => ({ expression, descending: false, nullsFirst: false }))];
}

/**
 * `percentile_cont(0.5) WITHIN GROUP (ORDER BY x)`, `mode() WITHIN GROUP (ORDER BY x)`, `median(x)`: the values in their order, and a
 * scalar function of the list of them.
 */
function bindOrderedSet(
  binder: ExpressionBinder,
  definition: AggregateFunction,
  { valueType, finisher, numDirect, fraction }: OrderedSet,
  ast: AstCall,
): Expression {
  const { name } = definition;
  const { span, withinGroup } = ast;
  const [item] = ast.orderBy;
  const values = withinGroup ? ast.orderBy.map(({ expression }) => expression) : ast.args.slice(0, 1);
  const direct = withinGroup ? ast.args : ast.args.slice(1);
  const misplaced = withinGroup ? ast.distinct : ast.orderBy.length > 0;
  if (values.length !== 1 || direct.length !== numDirect || ast.star || misplaced) {
    const inside = numDirect === 1 ? 'fraction' : '';
    throw new QueryError('INVALID_CLAUSE', `This is no call of ${name}.`, {
      span,
      details: { function: name },
      hint: `Write ${name}(${inside}) WITHIN GROUP (ORDER BY x), or ${name}(x${inside && `, ${inside}`}).`,
    });
  }
  const inner = binder.inClause(INSIDE_AGGREGATE);
  const bound = inner.settle(inner.bind(values[0]!));
  requireOrder(bound.type, name, span);
  const type = valueType(bound.type);
  if (!type) {
    throw new QueryError('TYPE_MISMATCH', `There is no function ${name} of ${formatType(bound.type)} values.`, {
      span,
      details: { function: name, type: formatType(bound.type) },
    });
  }
  const value = inner.coerce(bound, type);
  const isValue: Expression = { kind: 'is-null', type: BOOLEAN, arg: value, negated: true, span };
  const condition = ast.filter && binder.inClause('FILTER').condition(ast.filter, 'FILTER');
  const filter = condition ? combine('and', [condition, isValue], span) : isValue;
  const { descending = false, nullsFirst = false } = withinGroup ? item! : {};
  const order = [{ expression: value, descending, nullsFirst }];
  const collect = binder.binder.environment.functions.aggregate('array_agg')!;
  const call = aggregateCall(binder, collect, { args: [value], distinct: ast.distinct, filter, order, span });
  const list = sinkOf(binder, name, expressionsOfAggregate(call), span).add(call, true, span);
  if (fraction !== undefined) return callFunction(binder, finisher, [list, literal(FLOAT64, fraction, span)], span);
  const [given] = direct.map((arg) => binder.bind(arg));
  const fractions = given && constantElements(given);
  if (!fractions) return callFunction(binder, finisher, given ? [list, given] : [list], span);
  const results = fractions.map((each) => callFunction(binder, finisher, [list, each], span));
  return results.length > 0 ? callFunction(binder, 'array of', results, span) : literal(listOf(type), [], span);
}

/** The elements of an array of constants; undefined for anything else. */
function constantElements(array: Expression): readonly Expression[] | undefined {
  if (array.kind !== 'literal' || array.type.id !== 'list' || array.value === null) return undefined;
  const { element } = array.type;
  return (array.value as readonly LiteralValue[]).map((value) => literal(element, value, array.span));
}

/**
 * The aggregation that computes the call: that of the nearest query of whose columns the arguments speak, this one when they speak of
 * none. Throws INVALID_GROUPING when the clause that the call stands in, in that query, cannot have one.
 */
export function sinkOf(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): AggregateSink {
  const used = new Set<ColumnId>();
  for (const arg of args) collectColumns(arg, used);
  let holdsSubquery = false;
  for (const id of used) {
    const dependencies = binder.subqueries?.dependenciesOf(id);
    for (const dependency of dependencies ?? []) used.add(dependency);
    if (dependencies) used.delete(id);
    holdsSubquery ||= dependencies !== undefined;
  }
  const speaks = ({ columnIds }: Scope) => [...used].some((id) => columnIds.has(id));
  for (let level = binder.scope.outer; level && used.size > 0 && !speaks(binder.scope); level = level.outer) {
    if (!speaks(level)) continue;
    if (!level.aggregates) {
      throw new QueryError(
        'INVALID_GROUPING',
        `${name} of columns of a query around is an aggregate of that query, in a clause that cannot have one.`,
        { span, details: { function: name } },
      );
    }
    if (holdsSubquery) {
      throw unsupported('A subquery in an aggregate function of a query around', span, 'Compute it in that query.');
    }
    return level.aggregates;
  }
  if (binder.aggregates) return binder.aggregates;
  const message =
    binder.clause === INSIDE_AGGREGATE
      ? 'Calls of aggregate functions cannot be nested.'
      : `Aggregate functions are not allowed in ${binder.clause}.`;
  throw new QueryError('INVALID_GROUPING', message, { span, details: { function: name, clause: binder.clause } });
}
