import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { type DataType, type ListType, list } from '../../types/index.ts';
import type { AstArray } from '../ast/index.ts';
import { castExplicitly, literal } from '../coerce-expression.ts';
import { unify } from './bind-conditional.ts';
import { callFunction } from './call-function.ts';
import { constantValue } from './constant-value.ts';
import type { ExpressionBinder, ExpressionFamily } from './expression-binder.ts';

/** An array of constants is a constant. */
export const bindArray: ExpressionFamily<'array'> = (binder, { items, span }) => {
  if (items.length === 0) {
    throw new QueryError('TYPE_MISMATCH', 'The type of an empty array cannot be told.', {
      span,
      hint: 'Say it: ARRAY[]::integer[].',
    });
  }
  const bound = binder.bindAll(items);
  const element = unify('ARRAY', bound, span);
  return arrayOf(
    binder,
    element,
    bound.map((item) => binder.coerce(item, element)),
    span,
  );
};

/** `ARRAY[...]::type[]`: each item is cast. */
export function bindArrayOf(
  binder: ExpressionBinder,
  { items, span }: AstArray,
  type: ListType,
  castSpan: SourceSpan,
): Expression {
  const { environment } = binder.binder;
  const bound = items.map((item) =>
    item.kind === 'array' && type.element.id === 'list'
      ? bindArrayOf(binder, item, type.element, castSpan)
      : castExplicitly(binder.bind(item), type.element, environment, castSpan),
  );
  return arrayOf(binder, type.element, bound, span);
}

function arrayOf(
  binder: ExpressionBinder,
  element: DataType,
  items: readonly Expression[],
  span: SourceSpan,
): Expression {
  const values = items.map((item) => constantValue(item, binder.binder.environment));
  if (values.includes(undefined)) return callFunction(binder, 'array of', items, span);
  return literal(
    list(element),
    values.map((constant) => constant!.value),
    span,
  );
}
