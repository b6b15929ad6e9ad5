import type { Column, Expression } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { type DataType, VARCHAR } from '../../types/index.ts';
import type { AstValues } from '../ast/index.ts';
import { isUnknown } from '../common-type.ts';
import { unify } from './bind-conditional.ts';
import type { Binder, OpenQuery, QueryContext } from './binder.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { nullability } from './nullability.ts';
import { Scope } from './scope.ts';
import { SubquerySink } from './subquery-sink.ts';

/** `VALUES (...), (...)`: each column has the common type of its expressions. */
export function bindValues(binder: Binder, { rows, span }: AstValues, context: QueryContext): OpenQuery {
  const scope = new Scope([], [], context.outer);
  const expressions = new ExpressionBinder({ binder, scope, families: EXPRESSION_FAMILIES, clause: 'VALUES' });
  const sinks = rows.map(() => new SubquerySink(binder, context));
  const bound = rows.map((row, i) => expressions.withSubqueries(sinks[i]!).bindAll(row));
  const outputs = bound[0]!.map((first, column) => {
    const items = bound.map((row) => row[column]!);
    return items.every(isUnknown) ? first : standIn(unify('VALUES', items, span), items);
  });
  const names = outputs.map((_, i) => `column${i + 1}`);
  return {
    outputs,
    names,
    close: (types) => {
      const columnTypes: DataType[] = outputs.map((output, i) =>
        isUnknown(output) ? (types[i] ?? VARCHAR) : output.type,
      );
      const cast = bound.map((row) => row.map((item, i) => expressions.coerce(item, columnTypes[i]!)));
      const isNullable = nullability([], binder.environment.functions);
      const columns = columnTypes.map((type, i) =>
        binder.column(
          names[i]!,
          type,
          cast.some((row) => isNullable(row[i]!)),
        ),
      );
      if (sinks.every(({ isEmpty }) => isEmpty)) return { kind: 'Values', columns, rows: cast };
      return unionOfRows(binder, columns, cast, sinks);
    },
  };
}

/** Rows with subqueries are each computed over a row without columns. */
function unionOfRows(
  binder: Binder,
  columns: readonly Column[],
  rows: readonly (readonly Expression[])[],
  sinks: readonly SubquerySink[],
): LogicalPlan {
  const inputs = rows.map((expressions, i): LogicalPlan => {
    const input = sinks[i]!.place({ kind: 'Values', columns: [], rows: [[]] });
    const own = columns.map(({ name, type }) => binder.column(name, type, true));
    return { kind: 'Project', columns: own, input, expressions };
  });
  const nullable = columns.map((column) => ({ ...column, nullable: true }));
  return { kind: 'Union', columns: nullable, inputs };
}

/** Stands for a column when a common type with other queries is looked for. */
function standIn(type: DataType, items: readonly Expression[]): Expression {
  return { kind: 'column', id: -1, name: 'column', type, span: items[0]!.span };
}
