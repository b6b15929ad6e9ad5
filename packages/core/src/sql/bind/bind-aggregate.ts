import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AggregateFunction, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import type { AstCall } from '../ast/index.ts';
import { requireEquality } from '../comparable-type.ts';
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
  if (!binder.aggregates) {
    const message =
      binder.clause === INSIDE_AGGREGATE
        ? 'Calls of aggregate functions cannot be nested.'
        : `Aggregate functions are not allowed in ${binder.clause}.`;
    throw new QueryError('INVALID_GROUPING', message, { span, details: { function: name, clause: binder.clause } });
  }
  if (ast.orderBy.length > 0) throw unsupported('ORDER BY inside an aggregate function', span);
  if (!star && ast.args.length === 0) {
    throw new QueryError('INVALID_CLAUSE', `Write ${name}(*) to call an aggregate function without arguments.`, {
      span,
    });
  }
  const inner = binder.inClause(INSIDE_AGGREGATE);
  const args = inner.bindAll(ast.args);
  const filter = ast.filter && binder.inClause('FILTER').condition(ast.filter, 'FILTER');
  refuseOuterAggregate(binder.scope, filter ? [...args, filter] : args, span);
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
  return binder.aggregates.add(call, overload.empty !== 'zero', span);
}

/** An aggregate of nothing but columns of a query around belongs to that query, in which it would have to be computed. */
function refuseOuterAggregate(scope: Scope, args: readonly Expression[], span: SourceSpan): void {
  if (!scope.outer) return;
  const used = new Set<ColumnId>();
  for (const arg of args) collectColumns(arg, used);
  const isOuter = (id: ColumnId) => {
    for (let level = scope.outer; level; level = level.outer) if (level.columnIds.has(id)) return true;
    return false;
  };
  if (used.size === 0 || ![...used].every(isOuter)) return;
  throw unsupported('An aggregate function of columns of a query around', span, 'Compute it in that query.');
}
