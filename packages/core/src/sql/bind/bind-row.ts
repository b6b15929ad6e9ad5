import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { formatType, INT32, type StructType } from '../../types/index.ts';
import { literal } from '../coerce-expression.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import { callFunction } from './call-function.ts';
import type { ExpressionBinder, ExpressionFamily } from './expression-binder.ts';
import { pickByName, type ScopeRelation } from './scope.ts';

/** `ROW(a, b)`, `(a, b)`: fields are called `f1`, `f2` and so on. */
export const bindRow: ExpressionFamily<'row'> = (binder, { items, span }) =>
  rowOf(
    binder,
    binder.bindAll(items).map((item) => binder.settle(item)),
    undefined,
    span,
  );

/** A row of expressions, with names for its fields where there are some. */
function rowOf(
  binder: ExpressionBinder,
  items: readonly Expression[],
  names: readonly string[] | undefined,
  span: SourceSpan,
): Expression {
  if (items.length === 0) return literal({ id: 'struct', fields: [] }, [], span);
  const row = callFunction(binder, 'row of', items, span);
  if (!names) return row;
  return { ...row, type: { id: 'struct', fields: items.map(({ type }, i) => ({ name: names[i]!, type })) } };
}

/** All columns of a table as one value. */
export function wholeRow(binder: ExpressionBinder, { columns }: ScopeRelation, span: SourceSpan): Expression {
  return rowOf(
    binder,
    columns.map(({ expression }) => expression),
    columns.map(({ name }) => name),
    span,
  );
}

/** `(row).name`; `(t).name` of a table is its column. */
export const bindField: ExpressionFamily<'field'> = (binder, { arg, name, span }) => {
  if (arg.kind === 'column' && arg.path.length === 1 && !binder.scope.column(arg.path[0]!, span)) {
    if (binder.scope.relation(arg.path, span)) {
      return binder.bind({ kind: 'column', path: [arg.path[0]!, name], span });
    }
  }
  return fieldOf(binder, binder.bind(arg), name, span);
};

/** A field of a row, by its name. Throws UNKNOWN_COLUMN with the nearest names, and TYPE_MISMATCH for what is no row. */
export function fieldOf(binder: ExpressionBinder, arg: Expression, name: string, span: SourceSpan): Expression {
  const { type } = arg;
  if (type.id !== 'struct') {
    throw new QueryError('TYPE_MISMATCH', `A value of type ${formatType(type)} has no fields.`, {
      span,
      details: { type: formatType(type), field: name },
    });
  }
  const index = fieldIndex(type, name, span);
  return callFunction(binder, 'field of', [arg, literal(INT32, index, span)], span);
}

function fieldIndex({ fields }: StructType, name: string, span: SourceSpan): number {
  const found = pickByName(
    fields,
    name,
    () => new QueryError('AMBIGUOUS_COLUMN', `There is more than one field "${name}".`, { span }),
  );
  if (found) return fields.indexOf(found);
  const candidates = nearestNames(
    name,
    fields.map((field) => field.name),
  );
  throw new QueryError('UNKNOWN_COLUMN', `There is no field "${name}".`, {
    span,
    details: { column: name, candidates },
    hint: didYouMean(candidates),
  });
}
