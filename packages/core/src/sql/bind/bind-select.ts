import { QueryError } from '../../error/index.ts';
import type { Expression, SortKey } from '../../expression/index.ts';
import { expressionKey } from '../../expression/traverse.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { VARCHAR } from '../../types/index.ts';
import type { AstSelect, AstSelectItem, AstSortItem, AstStar } from '../ast/index.ts';
import { requireEquality } from '../comparable-type.ts';
import { AggregateSink } from './aggregate-sink.ts';
import { distinctOnRows } from './bind-distinct-on.ts';
import { bindFromClause } from './bind-from.ts';
import {
  bindAggregation,
  bindGroupKeys,
  type GroupKey,
  type GroupKeys,
  notGrouped,
  type OutputItem,
} from './bind-grouping.ts';
import { type BoundSortKey, bindSortKeys } from './bind-order-by.ts';
import { misplacedSetCall } from './bind-set-call.ts';
import { checkNamedWindows } from './bind-window.ts';
import { type Binder, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { outputName } from './output-name.ts';
import { project } from './project-plan.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { SetSink } from './set-sink.ts';
import { SubquerySink } from './subquery-sink.ts';
import { WindowSink } from './window-sink.ts';

/** `SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ...`, with the ORDER BY behind it, which sees more than its outputs. */
export function bindSelect(
  binder: Binder,
  select: AstSelect,
  orderBy: readonly AstSortItem[],
  context: QueryContext,
): OpenQuery {
  const from = bindFromClause(binder, select.from, context);
  const scope = new Scope(from.relations, from.columns, context.outer);
  const aggregates = new AggregateSink(binder);
  const windows = new WindowSink(binder, select.windows);
  const subqueries = new SubquerySink(binder, context);
  const sets = new SetSink(binder);
  const expressions = new ExpressionBinder({
    binder,
    scope,
    families: EXPRESSION_FAMILIES,
    clause: 'SELECT',
    aggregates,
    windows,
    subqueries,
    sets,
  });
  const outputs = select.items.flatMap((item) => bindItem(expressions, item));
  checkNamedWindows(expressions, windows);
  return {
    outputs: outputs.map(({ expression }) => expression),
    names: outputs.map(({ name }) => name),
    close: (types) => {
      const typed = outputs.map(({ name, expression }, i) => ({
        name,
        expression: expression.type.id === 'null' ? expressions.coerce(expression, types[i] ?? VARCHAR) : expression,
      }));
      return closeSelect({
        binder,
        select,
        orderBy,
        input: from.plan,
        expressions,
        aggregates,
        windows,
        subqueries,
        sets,
        outputs: typed,
        context,
      });
    },
  };
}

function bindItem(binder: ExpressionBinder, { expression: ast, alias, span }: AstSelectItem): OutputItem[] {
  if (ast.kind === 'star') return expandStar(binder.scope, ast);
  const expression = binder.bind(ast);
  // A column is called what its table calls it, whatever letter case the query uses.
  const own =
    ast.kind === 'column' && expression.kind === 'column' ? columnName(binder.scope, ast.path, expression) : undefined;
  return [
    {
      name: alias ?? own ?? outputName(ast),
      expression: { ...expression, span: expression.span ?? span } as Expression,
    },
  ];
}

function columnName(
  scope: Scope,
  path: readonly string[],
  { id }: Expression & { kind: 'column' },
): string | undefined {
  const lower = path.at(-1)!.toLowerCase();
  const all = [...scope.columns, ...scope.relations.flatMap(({ columns }) => columns)];
  return all.find(
    ({ name, expression }) => expression.kind === 'column' && expression.id === id && name.toLowerCase() === lower,
  )?.name;
}

function expandStar(scope: Scope, { qualifier, span }: AstStar): OutputItem[] {
  const located = ({ name, expression }: ScopeColumn) => ({ name, expression: { ...expression, span } as Expression });
  if (qualifier.length > 0) {
    const relation = scope.relation(qualifier, span);
    if (!relation) throw scope.unknownRelation(qualifier, span);
    return relation.columns.map(located);
  }
  if (scope.relations.length === 0) {
    throw new QueryError('INVALID_CLAUSE', 'SELECT * needs a FROM clause.', { span });
  }
  return scope.columns.map(located);
}

interface SelectParts {
  readonly binder: Binder;
  readonly select: AstSelect;
  readonly orderBy: readonly AstSortItem[];
  readonly input: LogicalPlan;
  readonly expressions: ExpressionBinder;
  readonly aggregates: AggregateSink;
  readonly windows: WindowSink;
  /** Those of the select list, of GROUP BY and of ORDER BY. */
  readonly subqueries: SubquerySink;
  /** Calls of the select list, of DISTINCT ON and of ORDER BY that give rows. */
  readonly sets: SetSink;
  readonly context: QueryContext;
  readonly outputs: readonly OutputItem[];
}

function closeSelect(parts: SelectParts): LogicalPlan {
  const { binder, select, orderBy, expressions, aggregates, windows, subqueries, sets, outputs, context } = parts;
  let plan = filterRows(parts);
  const keys = bindGroupKeys(expressions.inClause('GROUP BY'), select, outputs, aggregates, windows);
  refuseSetCalls(sets, keys.keys);
  const inHaving = new SubquerySink(binder, context);
  let having =
    select.having &&
    expressions.inClause('HAVING', aggregates).withSubqueries(inHaving).condition(select.having, 'HAVING');
  let sortKeys = bindSortKeys(expressions.inClause('ORDER BY', aggregates, windows, sets), orderBy, outputs);
  let distinctOn = bindSortKeys(
    expressions.inClause('DISTINCT ON', aggregates, windows, sets),
    select.distinctOn.map((expression) => ({ expression, descending: false, nullsFirst: false })),
    outputs,
  );
  let items = outputs.map(({ expression }) => expression);
  if (keys.isGrouped || aggregates.calls.length > 0 || aggregates.groupings.length > 0 || having) {
    const { plan: aggregation, rewrite } = aggregate(parts, plan, keys, inHaving);
    plan = aggregation;
    items = items.map(rewrite);
    const rewriteKey = (key: BoundSortKey) => (key.hidden ? { ...key, hidden: rewrite(key.hidden) } : key);
    sortKeys = sortKeys.map(rewriteKey);
    distinctOn = distinctOn.map(rewriteKey);
    having = having && rewrite(having);
    windows.rewrite(rewrite);
    sets.rewrite(rewrite);
  }
  if (having) {
    const input = inHaving.place(plan);
    plan = { kind: 'Filter', columns: input.columns, input, predicate: having };
  }
  plan = windows.place(subqueries.placeUsed(plan, windows.expressions));
  return projectAndSort(binder, sets.place(subqueries.place(plan)), {
    items,
    names: outputs.map(({ name }) => name),
    sortKeys,
    distinct: select.distinct && distinctOn.length === 0,
    distinctOn,
  });
}

function refuseSetCalls(sets: SetSink, keys: readonly GroupKey[]): void {
  const key = keys.find(({ expression }) => sets.uses(expression));
  if (key) throw misplacedSetCall('A function of the select list', 'GROUP BY', key.expression.span!);
}

function filterRows({ binder, select, input, expressions, context }: SelectParts): LogicalPlan {
  if (!select.where) return input;
  const subqueries = new SubquerySink(binder, context);
  const predicate = expressions.inClause('WHERE').withSubqueries(subqueries).condition(select.where, 'WHERE');
  const plan = subqueries.place(input);
  return { kind: 'Filter', columns: plan.columns, input: plan, predicate };
}

function aggregate(parts: SelectParts, rows: LogicalPlan, keys: GroupKeys, inHaving: SubquerySink) {
  const { binder, expressions, aggregates, subqueries } = parts;
  const below = [
    ...keys.keys.map(({ expression }) => expression),
    ...aggregates.calls.flatMap(({ args, filter }) => (filter ? [...args, filter] : args)),
  ];
  const input = inHaving.placeUsed(subqueries.placeUsed(rows, below), below);
  const { relations } = expressions.scope;
  const labelOf = (id: number) => {
    for (const { name, columns } of relations) {
      const column = columns.find(({ expression }) => expression.kind === 'column' && expression.id === id);
      if (column) return name === undefined ? column.name : `${name}.${column.name}`;
    }
    return input.columns.find((column) => column.id === id)?.name ?? '?column?';
  };
  const aggregation = bindAggregation(binder, input, keys, aggregates, labelOf);
  const given = new Set(input.columns.map(({ id }) => id));
  const kept = new Set(aggregation.plan.columns.map(({ id }) => id));
  for (const sink of [subqueries, inHaving]) {
    sink.rewrite(aggregation.rewrite, aggregation.keyOfColumn, (id, span) => {
      const isKey = kept.has(id) || aggregation.keyOfColumn.has(id);
      if (given.has(id) && !isKey) throw notGrouped(labelOf(id), span);
    });
  }
  return aggregation;
}

/** What a select list makes of the rows below it. */
export interface Projection {
  readonly items: readonly Expression[];
  readonly names: readonly string[];
  readonly sortKeys: readonly BoundSortKey[];
  readonly distinct: boolean;
  /** The expressions of DISTINCT ON. */
  readonly distinctOn: readonly BoundSortKey[];
}

/** Project, Distinct, Sort; what only ORDER BY needs is computed beside the outputs and dropped again. */
export function projectAndSort(binder: Binder, input: LogicalPlan, projection: Projection): LogicalPlan {
  const { items, names, distinct, distinctOn, sortKeys } = projection;
  const shown = new Map(items.map((item, i) => [expressionKey(item), i] as const));
  const hidden: Expression[] = [];
  const place = ({ output, hidden: expression, span }: BoundSortKey) => {
    if (!expression) return output;
    const key = expressionKey(expression);
    const index = shown.get(key);
    if (index !== undefined) return index;
    if (distinct) {
      throw new QueryError(
        'INVALID_CLAUSE',
        'With SELECT DISTINCT, ORDER BY can only use what is in the select list.',
        { span },
      );
    }
    hidden.push(expression);
    shown.set(key, items.length + hidden.length - 1);
    return items.length + hidden.length - 1;
  };
  const on = { keys: distinctOn, places: distinctOn.map(place) };
  const order = { keys: sortKeys, places: sortKeys.map(place) };
  let plan = project(
    binder,
    input,
    [...items, ...hidden],
    [...names, ...hidden.map((key) => (key.kind === 'column' ? key.name : 'order by'))],
  );
  const { columns } = plan;
  if (distinct) plan = distinctRows(plan, items);
  if (distinctOn.length > 0) plan = distinctOnRows(plan, on, order);
  if (sortKeys.length > 0) {
    const keys: SortKey[] = sortKeys.map(({ descending, nullsFirst, span }, i) => ({
      expression: columnReference(columns[order.places[i]!]!, span),
      descending,
      nullsFirst,
    }));
    plan = { kind: 'Sort', columns, input: plan, keys };
  }
  return hidden.length === 0 ? plan : keepColumns(plan, items.length);
}

function distinctRows(input: LogicalPlan, items: readonly Expression[]): LogicalPlan {
  for (const { type, span } of items) requireEquality(type, 'SELECT DISTINCT', span);
  return { kind: 'Distinct', columns: input.columns, input };
}

/** The first columns only. */
function keepColumns(input: LogicalPlan, count: number): LogicalPlan {
  const columns = input.columns.slice(0, count);
  return { kind: 'Project', columns, input, expressions: columns.map((column) => columnReference(column)) };
}
