import type { Expression } from '../../expression/index.ts';
import { type DataType, VARCHAR } from '../../types/index.ts';
import type { AstValues } from '../ast/index.ts';
import { isUnknown } from '../common-type.ts';
import { unify } from './bind-conditional.ts';
import type { Binder, OpenQuery, QueryContext } from './binder.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { nullability } from './nullability.ts';
import { Scope } from './scope.ts';

/** `VALUES (...), (...)`: each column has the common type of its expressions. */
export function bindValues(binder: Binder, { rows, span }: AstValues, context: QueryContext): OpenQuery {
  const scope = new Scope([], [], context.outer);
  const expressions = new ExpressionBinder({ binder, scope, families: EXPRESSION_FAMILIES, clause: 'VALUES' });
  const bound = rows.map((row) => expressions.bindAll(row));
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
      return { kind: 'Values', columns, rows: cast };
    },
  };
}

/** Stands for a column when a common type with other queries is looked for. */
function standIn(type: DataType, items: readonly Expression[]): Expression {
  return { kind: 'column', id: -1, name: 'column', type, span: items[0]!.span };
}
