import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AggregateFunction, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import type { AstCall } from '../ast/index.ts';
import { requireEquality } from '../comparable-type.ts';
import type { AggregateSink } from './aggregate-sink.ts';
import { pickOverload } from './call-function.ts';
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
  if (ast.orderBy.length > 0) throw unsupported('ORDER BY inside an aggregate function', span);
  if (!star && ast.args.length === 0) {
    throw new QueryError('INVALID_CLAUSE', `Write ${name}(*) to call an aggregate function without arguments.`, {
      span,
    });
  }
  const inner = binder.inClause(INSIDE_AGGREGATE);
  const args = inner.bindAll(ast.args);
  const filter = ast.filter && binder.inClause('FILTER').condition(ast.filter, 'FILTER');
  const aggregates = sinkOf(binder, name, filter ? [...args, filter] : args, span);
  const { overload, argTypes, returns } = pickOverload(name, definition.overloads, args, span);
  if (distinct) for (const type of argTypes) requireEquality(type, `${name}(DISTINCT ...)`, span);
  const call = {
    name,
    overload: overload.id,
    args: args.map((arg, i) => binder.coerce(arg, argTypes[i]!)),
    distinct: distinct && !definition.ignoresDistinct,
    filter,
    type: returns,
    span,
  };
  return aggregates.add(call, overload.empty !== 'zero', span);
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
