import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, expressionKey, mapChildren } from '../../expression/traverse.ts';
import type { AggregateNode, LogicalPlan } from '../../logical/index.ts';
import type { AstExpression, AstSelect } from '../ast/index.ts';
import { requireEquality } from '../comparable-type.ts';
import type { AggregateSink } from './aggregate-sink.ts';
import { differentSets, expandGroupingSets, groupingSetsOf, withGroupingCalls } from './bind-grouping-sets.ts';
import { type Binder, columnReference } from './binder.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import { outputName } from './output-name.ts';
import type { WindowSink } from './window-sink.ts';

/** An item of a select list, as far as clauses that name it need to know. */
export interface OutputItem {
  readonly name: string;
  readonly expression: Expression;
}

/** A key of GROUP BY, and a name for the column that it becomes. */
export interface GroupKey {
  readonly expression: Expression;
  readonly name: string;
}

/** The different keys of GROUP BY, and which of them each grouping set has: a plain GROUP BY is one set with all of them. */
export interface GroupKeys {
  readonly keys: readonly GroupKey[];
  readonly sets: readonly (readonly number[])[];
  /** There is a GROUP BY, which may be `GROUP BY ()`. */
  readonly isGrouped: boolean;
}

/**
 * The keys of GROUP BY. A whole number is a position in the select list; a bare name is a column of the input, or else the
 * alias of an output; all else is an expression over the input.
 */
export function bindGroupKeys(
  binder: ExpressionBinder,
  { groupBy, groupDistinct }: AstSelect,
  outputs: readonly OutputItem[],
  aggregates: AggregateSink,
  windows: WindowSink,
): GroupKeys {
  const keys: GroupKey[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (ast: AstExpression): number => {
    const key = bindGroupKey(binder, ast, outputs);
    refuseAggregates(key.expression, aggregates, ast.span);
    refuseWindows(key.expression, windows, ast.span);
    requireEquality(key.expression.type, 'GROUP BY', ast.span);
    const text = expressionKey(key.expression);
    const index = indexes.get(text) ?? keys.length;
    if (index === keys.length) keys.push(key);
    indexes.set(text, index);
    return index;
  };
  const sets = groupingSetsOf(groupBy, (ast) => flattenRow(ast).map(indexOf));
  return { keys, sets: groupDistinct ? differentSets(sets) : sets, isGrouped: groupBy.length > 0 };
}

/** `GROUP BY (a, b)` is `GROUP BY a, b`. */
export function flattenRow(ast: AstExpression): readonly AstExpression[] {
  return ast.kind === 'row' ? ast.items.flatMap(flattenRow) : [ast];
}

function bindGroupKey(binder: ExpressionBinder, ast: AstExpression, outputs: readonly OutputItem[]): GroupKey {
  const position = positionOf(ast, 'GROUP BY', outputs.length);
  if (position !== undefined) return outputs[position]!;
  if (ast.kind === 'column' && ast.path.length === 1) {
    const name = ast.path[0]!;
    const alias = binder.scope.column(name, ast.span) ? undefined : findOutput(outputs, name, 'GROUP BY', ast.span);
    if (alias) return alias;
  }
  return { expression: binder.settle(binder.bind(ast)), name: outputName(ast) };
}

/**
 * The index that a constant of GROUP BY or ORDER BY means; undefined for anything but a constant. Throws INVALID_CLAUSE for a
 * position that the select list lacks, and for a constant that is no whole number.
 */
export function positionOf(ast: AstExpression, clause: string, numOutputs: number): number | undefined {
  if (ast.kind === 'string' || ast.kind === 'boolean' || ast.kind === 'null' || ast.kind === 'number') {
    if (ast.kind === 'number' && /^-?\d+$/.test(ast.text)) {
      const position = Number(ast.text);
      if (position >= 1 && position <= numOutputs) return position - 1;
      throw new QueryError('INVALID_CLAUSE', `${clause} position ${ast.text} is not in the select list.`, {
        span: ast.span,
      });
    }
    throw new QueryError('INVALID_CLAUSE', `A constant in ${clause} must be the position of an output column.`, {
      span: ast.span,
    });
  }
  return undefined;
}

/** The output of a name; two outputs that are the same expression may share one. */
export function findOutput<T extends OutputItem>(
  outputs: readonly T[],
  name: string,
  clause: string,
  span: SourceSpan,
): T | undefined {
  const exact = outputs.filter((output) => output.name === name);
  const found = exact.length > 0 ? exact : outputs.filter((output) => output.name.toLowerCase() === name.toLowerCase());
  const [first] = found;
  if (first && found.some(({ expression }) => expressionKey(expression) !== expressionKey(first.expression))) {
    throw new QueryError('AMBIGUOUS_COLUMN', `The name "${name}" in ${clause} is ambiguous.`, {
      span,
      details: { column: name },
    });
  }
  return first;
}

/** A position or an alias may lead to an output with an aggregate in it. */
function refuseAggregates(expression: Expression, aggregates: AggregateSink, span: SourceSpan): void {
  const ids = new Set(aggregates.columns.map(({ id }) => id));
  const visit = (node: Expression): Expression => {
    if (node.kind === 'column' && ids.has(node.id)) {
      throw new QueryError('INVALID_GROUPING', 'Aggregate functions are not allowed in GROUP BY.', { span });
    }
    return mapChildren(node, visit);
  };
  visit(expression);
}

/** A position or an alias may also lead to an output with a window function in it. */
function refuseWindows(expression: Expression, { columns }: WindowSink, span: SourceSpan): void {
  const used = collectColumns(expression);
  if (!columns.some(({ id }) => used.has(id))) return;
  throw new QueryError('INVALID_CLAUSE', 'Window functions are not allowed in GROUP BY.', { span });
}

/** The aggregation of a query, and the way to rewrite what stands above it. */
export interface BoundAggregation {
  readonly plan: LogicalPlan;
  /** The expression over the aggregation's columns. Throws INVALID_GROUPING at a column that is neither grouped nor aggregated. */
  readonly rewrite: (expression: Expression) => Expression;
  /** Columns of the rows that are group keys, and are other columns above. */
  readonly keyOfColumn: ReadonlyMap<ColumnId, Expression>;
}

/** INVALID_GROUPING for a column that is neither grouped nor aggregated. */
export function notGrouped(label: string, span: SourceSpan | undefined): QueryError {
  return new QueryError(
    'INVALID_GROUPING',
    `The column "${label}" must appear in GROUP BY or be used in an aggregate function.`,
    { span, details: { column: label } },
  );
}

export function bindAggregation(
  binder: Binder,
  input: LogicalPlan,
  { keys, sets }: GroupKeys,
  aggregates: AggregateSink,
  labelOf: (id: number) => string,
): BoundAggregation {
  const expanded = sets.length > 1 ? expandGroupingSets(binder, input, keys, sets) : undefined;
  const rows = expanded?.plan ?? input;
  const groupBy = (expanded?.keys ?? keys).map(({ expression }) => expression);
  const keyColumns = binder.columnsFor(
    groupBy,
    (expanded?.keys ?? keys).map(({ name }) => name),
    rows,
  );
  const columns: readonly Column[] = [...keyColumns, ...aggregates.columns];
  const aggregation: AggregateNode = {
    kind: 'Aggregate',
    columns,
    input: rows,
    groupBy,
    aggregates: aggregates.calls,
    ...(expanded?.alwaysGroups ? { alwaysGroups: expanded.alwaysGroups } : {}),
  };
  const plan = withGroupingCalls(aggregation, aggregates, keys, sets, expanded?.set);
  const columnOfKey = new Map(keys.map(({ expression }, i) => [expressionKey(expression), keyColumns[i]!] as const));
  const keyOfColumn = new Map(
    keys.flatMap(({ expression }, i) =>
      expression.kind === 'column' && expression.id !== keyColumns[i]!.id
        ? [[expression.id, columnReference(keyColumns[i]!)] as const]
        : [],
    ),
  );
  // All else is the same above and below: what stands for aggregates and subqueries, columns of queries around.
  const given = new Set(input.columns.map(({ id }) => id));
  const rewrite = (expression: Expression): Expression => {
    // A constant is the same above and below; as a group key it need not be looked up.
    if (expression.kind === 'literal' && !expanded) return expression;
    const key = columnOfKey.get(expressionKey(expression));
    if (key) return { ...columnReference(key, expression.span), name: key.name } as Expression;
    if (expression.kind === 'column' && given.has(expression.id)) {
      throw notGrouped(labelOf(expression.id), expression.span);
    }
    return mapChildren(expression, rewrite);
  };
  return { plan, rewrite, keyOfColumn };
}
