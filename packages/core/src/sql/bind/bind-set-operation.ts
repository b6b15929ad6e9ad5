import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { AggregateCall, Expression, SetCall } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { BOOLEAN, type DataType, INT32, INT64, VARCHAR } from '../../types/index.ts';
import type { AstSetOperation } from '../ast/index.ts';
import { coerce, literal } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import { requireEquality } from '../comparable-type.ts';
import { unify } from './bind-conditional.ts';
import { type Binder, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import { callFunction, pickOverload } from './call-function.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { castColumns } from './project-plan.ts';
import { Scope } from './scope.ts';

/** UNION, INTERSECT and EXCEPT. Columns meet by position; their names are those of the first query. */
export function bindSetOperation(binder: Binder, ast: AstSetOperation, context: QueryContext): OpenQuery {
  const { operator, all, span } = ast;
  const word = operator.toUpperCase();
  const queries = ast.operands.map((operand) => binder.families.query(binder, operand, context));
  const [first] = queries as [OpenQuery];
  for (const [i, query] of queries.entries()) {
    if (query.outputs.length === first.outputs.length) continue;
    throw new QueryError('INVALID_CLAUSE', `Each query of ${word} must have the same number of columns.`, {
      span: ast.operands[i]!.span,
      details: { first: first.outputs.length, other: query.outputs.length },
    });
  }
  const outputs = first.outputs.map((output, column): Expression => {
    const sides = queries.map(({ outputs: columns }) => columns[column]!);
    return sides.every(isUnknown)
      ? output
      : { kind: 'column', id: -1, name: 'column', type: unify(word, sides, span), span };
  });
  return {
    outputs,
    names: first.names,
    close: (types) => {
      const settled = outputs.map((output, i) => (isUnknown(output) ? (types[i] ?? VARCHAR) : output.type));
      if (!all) for (const type of settled) requireEquality(type, word, span);
      const inputs = queries.map((query) =>
        castColumns(binder, query.close(settled), settled, (expression, type) =>
          coerce(expression, type, binder.environment),
        ),
      );
      if (operator !== 'union') return countedUnion(binder, inputs, operator, all, span);
      const plan = union(binder, inputs, settled);
      return all ? plan : { kind: 'Distinct', columns: plan.columns, input: plan };
    },
  };
}

function union(binder: Binder, inputs: readonly LogicalPlan[], types: readonly DataType[]): LogicalPlan {
  const columns = types.map((type, i) =>
    binder.column(
      inputs[0]!.columns[i]!.name,
      type,
      inputs.some((input) => input.columns[i]!.nullable),
    ),
  );
  return { kind: 'Union', columns, inputs };
}

/**
 * INTERSECT keeps the rows that every query gives, EXCEPT those that only the first one gives; nulls are equal. With ALL a row stays
 * as often as the query that gives it least, or as often as the first one gives it beyond the others. All are one aggregation over all
 * rows, each marked with the query that it comes from.
 */
function countedUnion(
  binder: Binder,
  inputs: readonly LogicalPlan[],
  operator: 'intersect' | 'except',
  isAll: boolean,
  span: SourceSpan,
): LogicalPlan {
  const marked = inputs.map((input, i): LogicalPlan => {
    const expressions = [...input.columns.map((column) => columnReference(column)), literal(INT32, i)];
    const names = [...input.columns.map(({ name }) => name), 'source'];
    return { kind: 'Project', columns: binder.columnsFor(expressions, names, input), input, expressions };
  });
  const all = union(
    binder,
    marked,
    marked[0]!.columns.map(({ type }) => type),
  );
  const rows = all.columns.slice(0, -1);
  const source = columnReference(all.columns.at(-1)!);
  const expressions = new ExpressionBinder({
    binder,
    scope: new Scope([], []),
    families: EXPRESSION_FAMILIES,
    clause: operator,
  });
  const compare = (name: string, left: Expression, value: number) =>
    callFunction(expressions, name, [left, literal(INT32, value)], span);
  const calls = inputs.map((_, i) => countOf(binder, compare('=', source, i), span));
  const counts = calls.map((call) => binder.column(call.name, call.type, false));
  const aggregation: LogicalPlan = {
    kind: 'Aggregate',
    columns: [...rows, ...counts],
    input: all,
    groupBy: rows.map((column) => columnReference(column)),
    aggregates: calls,
  };
  const given = rows.map((column) => columnReference(column));
  if (isAll) {
    const times = counts
      .map((count) => columnReference(count))
      .reduce((left, right) =>
        callFunction(expressions, operator === 'intersect' ? 'least' : '-', [left, right], span),
      );
    const one = literal(INT64, 1n);
    const call: SetCall = { name: 'generate_series', args: [one, times, one], type: INT64, span };
    const repeated: LogicalPlan = {
      kind: 'ProjectSet',
      columns: [...aggregation.columns, binder.column('copy', INT64, true)],
      input: aggregation,
      calls: [call],
      ordinality: false,
      isOuter: false,
    };
    return { kind: 'Project', columns: rows, input: repeated, expressions: given };
  }
  const tests = counts.map((count, i) =>
    compare(operator === 'intersect' || i === 0 ? '>' : '=', columnReference(count), 0),
  );
  const filter: LogicalPlan = {
    kind: 'Filter',
    columns: aggregation.columns,
    input: aggregation,
    predicate: { kind: 'and', type: BOOLEAN, args: tests, span },
  };
  return { kind: 'Project', columns: rows, input: filter, expressions: given };
}

function countOf(binder: Binder, filter: Expression, span: SourceSpan): AggregateCall {
  const { name, overloads } = binder.environment.functions.aggregate('count')!;
  const { overload, returns } = pickOverload(name, overloads, [], span);
  return { name, overload: overload.id, args: [], distinct: false, filter, type: returns, span };
}
