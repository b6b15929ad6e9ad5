import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type {
  AggregateFunction,
  AggregateOverload,
  Expression,
  SortKey,
  WindowFunction,
  WindowOverload,
} from '../../expression/index.ts';
import type { AstCall, AstWindow } from '../ast/index.ts';
import { requireEquality, requireOrder } from '../comparable-type.ts';
import { flattenRow } from './bind-grouping.ts';
import { bindFrame } from './bind-window-frame.ts';
import { pickOverload, unknownFunction } from './call-function.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import { completeWindow, type WindowDefinition } from './window-definition.ts';
import type { BoundWindow, WindowSink } from './window-sink.ts';

/** The clause of a window function's own arguments. */
const INSIDE_WINDOW_FUNCTION = 'a window function';

/**
 * A call with OVER: it goes to the windows of its query, and what is left in its place is the column that it becomes. Throws
 * INVALID_CLAUSE in a clause that cannot have one, and for what PostgreSQL does not let a window function have.
 */
export function bindWindowCall(binder: ExpressionBinder, ast: AstCall, over: AstWindow): Expression {
  const { span } = ast;
  const name = ast.path.at(-1)!;
  const { functions } = binder.binder.environment;
  const aggregate = functions.aggregate(name);
  const definition = functions.window(name) ?? aggregate;
  if (!definition) throw notForWindows(binder, name, span);
  const windows = sinkOf(binder, span);
  refuseSyntax(ast, definition, aggregate !== undefined);
  // Aggregates are computed before windows, so arguments may hold them.
  const inner = binder.inClause(INSIDE_WINDOW_FUNCTION, binder.aggregates);
  const args = inner.bindAll(ast.args);
  const filter = ast.filter && binder.inClause('FILTER', binder.aggregates).condition(ast.filter, 'FILTER');
  const window = bindWindow(binder, completeWindow(over, windows.named));
  const { overload, argTypes, returns } = pickOverload<AggregateOverload | WindowOverload>(
    definition.name,
    definition.overloads,
    args,
    span,
  );
  const call = {
    name: definition.name,
    overload: overload.id,
    args: args.map((arg, i) => binder.coerce(arg, argTypes[i]!)),
    distinct: false,
    filter,
    type: returns,
    span,
  };
  const nullable = 'nullable' in overload ? overload.nullable : overload.empty !== 'zero';
  return windows.add(call, window, nullable, span);
}

function notForWindows(binder: ExpressionBinder, name: string, span: SourceSpan): QueryError {
  if (!binder.binder.environment.functions.scalar(name)) return unknownFunction(binder, name, [], span);
  return new QueryError(
    'INVALID_CLAUSE',
    `OVER was given, and "${name}" is neither a window function nor an aggregate.`,
    {
      span,
      details: { function: name },
    },
  );
}

function sinkOf({ clause, windows }: ExpressionBinder, span: SourceSpan): WindowSink {
  if (windows) return windows;
  const message =
    clause === INSIDE_WINDOW_FUNCTION
      ? 'Calls of window functions cannot be nested.'
      : `Window functions are not allowed in ${clause}.`;
  throw new QueryError('INVALID_CLAUSE', message, {
    span,
    details: { clause },
    hint: 'Compute the window function in a subquery, and use its column.',
  });
}

function refuseSyntax(ast: AstCall, definition: AggregateFunction | WindowFunction, isAggregate: boolean): void {
  const { span, star, args } = ast;
  const { name } = definition;
  if (ast.withinGroup || ('orderedSet' in definition && definition.orderedSet)) {
    throw unsupported(`OVER behind the ordered-set aggregate ${name}`, span);
  }
  if (ast.distinct) throw unsupported('DISTINCT in a window function', span);
  if (ast.orderBy.length > 0) throw unsupported('ORDER BY in the arguments of a window function', span);
  if (isAggregate) {
    if (star || args.length > 0) return;
    throw new QueryError('INVALID_CLAUSE', `Write ${name}(*) to call an aggregate function without arguments.`, {
      span,
    });
  }
  if (ast.filter) throw unsupported('FILTER of a window function that is no aggregate', ast.filter.span);
}

/** Throws what the windows of a WINDOW clause deserve, those that no call names too. */
export function checkNamedWindows(binder: ExpressionBinder, { named }: WindowSink): void {
  for (const window of named.values()) bindWindow(binder, window);
}

function bindWindow(binder: ExpressionBinder, { partitionBy, orderBy, frame, span }: WindowDefinition): BoundWindow {
  const inner = binder.inClause('a window definition', binder.aggregates);
  const keys = partitionBy.flatMap(flattenRow).map((ast) => {
    const key = inner.settle(inner.bind(ast));
    requireEquality(key.type, 'PARTITION BY', ast.span);
    return key;
  });
  const sortKeys = orderBy.map(({ expression: ast, descending, nullsFirst }): SortKey => {
    const expression = inner.settle(inner.bind(ast));
    requireOrder(expression.type, 'ORDER BY', ast.span);
    return { expression, descending, nullsFirst };
  });
  return { partitionBy: keys, orderBy: sortKeys, frame: bindFrame(inner, frame, sortKeys, span) };
}
