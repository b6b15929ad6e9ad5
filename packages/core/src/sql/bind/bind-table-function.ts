import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import { type Column, type Expression, SET_FUNCTIONS, type SetCall } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { INT64 } from '../../types/index.ts';
import type { AstTableCall, AstTableFunction } from '../ast/index.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import { PARQUET_FUNCTIONS } from '../table-reference.ts';
import { bindSetCall } from './bind-set-call.ts';
import { type Binder, columnReference, type QueryContext } from './binder.ts';
import { callFunction } from './call-function.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { Scope } from './scope.ts';
import { SubquerySink } from './subquery-sink.ts';

/** The rows of functions in FROM, and names for their columns. */
export interface BoundTableFunction {
  readonly plan: LogicalPlan;
  readonly names: readonly string[];
}

/**
 * Functions in FROM that make rows of their arguments, which may use what stands left of them. Several (`ROWS FROM`, `unnest` of several
 * arrays) go in step. A scalar function gives one row.
 */
export function bindTableFunctionCalls(
  binder: Binder,
  item: AstTableFunction,
  context: QueryContext,
): BoundTableFunction {
  const outer = context.lateral ?? context.outer;
  const inner: QueryContext = { ...context, outer, lateral: undefined };
  const subqueries = new SubquerySink(binder, inner);
  const expressions = new ExpressionBinder({
    binder,
    scope: new Scope([], [], outer),
    families: EXPRESSION_FAMILIES,
    clause: 'functions in FROM',
    subqueries,
  });
  const bound = item.calls.flatMap((call) => bindTableCall(expressions, call));
  const sets = bound.filter((one): one is SetSource => one.call !== undefined);
  const oneRow = subqueries.place({ kind: 'Values', columns: [], rows: [[]] });
  const values = bound.flatMap((one) => one.value ?? []);
  if (sets.length > 0 && values.length > 0) {
    throw unsupported('A function that gives one value beside functions that give rows in ROWS FROM', item.span);
  }
  const own = bound.map(({ name, type }) => binder.column(name, type, true));
  const ordinality: Column[] = item.ordinality ? [binder.column('ordinality', INT64, false)] : [];
  const plan: LogicalPlan =
    sets.length > 0
      ? {
          kind: 'ProjectSet',
          columns: [...oneRow.columns, ...own, ...ordinality],
          input: oneRow,
          calls: sets.map(({ call }) => call),
          ordinality: item.ordinality,
          isOuter: false,
        }
      : {
          kind: 'Project',
          columns: [...own, ...ordinality],
          input: oneRow,
          expressions: [...values, ...ordinality.map((): Expression => ({ kind: 'literal', type: INT64, value: 1n }))],
        };
  const columns = [...own, ...ordinality];
  // The alias of a single column is its name too.
  const only = own.length === 1 && item.alias ? item.alias.name : undefined;
  return { plan: onlyColumns(plan, columns), names: columns.map(({ name }, i) => (i === 0 && only) || name) };
}

interface SetSource {
  readonly name: string;
  readonly type: Column['type'];
  readonly call: SetCall;
  readonly value?: undefined;
}

interface ValueSource {
  readonly name: string;
  readonly type: Column['type'];
  readonly call?: undefined;
  readonly value: Expression;
}

function bindTableCall(
  expressions: ExpressionBinder,
  { path, args, named, span }: AstTableCall,
): (SetSource | ValueSource)[] {
  const name = path.join('.');
  if (named.length > 0) throw unsupported(`A named argument of ${name}`, named[0]!.span);
  const definition = SET_FUNCTIONS.get(name);
  const bound = expressions.bindAll(args);
  if (definition) {
    // PostgreSQL's only function of several lists at once.
    const lists = name === 'unnest' && bound.length > 1 ? bound.map((arg) => [arg]) : [bound];
    return lists.map((list): SetSource => {
      const call = bindSetCall(expressions, definition, list, span);
      return { name, type: call.type, call };
    });
  }
  if (!expressions.binder.environment.functions.scalar(name)) throw unknownTableFunction(name, span);
  const value = expressions.settle(callFunction(expressions, name, bound, span));
  return [{ name, type: value.type, value }];
}

function unknownTableFunction(name: string, span: SourceSpan): QueryError {
  const candidates = nearestNames(name, [...PARQUET_FUNCTIONS, ...SET_FUNCTIONS.keys()]);
  return new QueryError('UNKNOWN_FUNCTION', `There is no function "${name}" for FROM.`, {
    span,
    details: { function: name, candidates },
    hint: didYouMean(candidates) ?? "FROM can call read_parquet('path/*.parquet'), generate_series and unnest.",
  });
}

function onlyColumns(input: LogicalPlan, columns: readonly Column[]): LogicalPlan {
  if (input.columns.length === columns.length) return input;
  return { kind: 'Project', columns, input, expressions: columns.map((column) => columnReference(column)) };
}
