import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { type DataType, type ListType, list } from '../../types/index.ts';
import { decimalForAll } from '../any-decimal.ts';
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

/** Bound items of an array constructor, and of those in it. */
type BoundItems = readonly (Expression | { readonly items: BoundItems; readonly span: SourceSpan })[];

/** `ARRAY[...]::type[]`: each item is cast. With `anyDecimal` the type is one of `numeric` without digits: the items decide about them. */
export function bindArrayOf(
  binder: ExpressionBinder,
  ast: AstArray,
  type: ListType,
  anyDecimal: boolean,
  castSpan: SourceSpan,
): Expression {
  const whole = withDimensionsOf(type, ast);
  const items = bindItems(binder, ast, whole);
  const target = anyDecimal ? withElement(whole, decimalForAll(leavesOf(items))) : whole;
  return castItems(binder, items, target, ast.span, castSpan);
}

/** `integer[]` stands for arrays of any number of dimensions, which here are types of their own. */
function withDimensionsOf(type: ListType, { items }: AstArray): ListType {
  const inner = items.find((item) => item.kind === 'array');
  if (!inner) return type;
  const element = type.element.id === 'list' ? type.element : type;
  return { id: 'list', element: withDimensionsOf(element, inner) };
}

function bindItems(binder: ExpressionBinder, { items }: AstArray, { element }: ListType): BoundItems {
  return items.map((item) =>
    item.kind === 'array' && element.id === 'list'
      ? { items: bindItems(binder, item, element), span: item.span }
      : binder.bind(item),
  );
}

function leavesOf(items: BoundItems): readonly Expression[] {
  return items.flatMap((item) => ('items' in item ? leavesOf(item.items) : [item]));
}

/** The list type with another innermost element. */
function withElement({ element }: ListType, innermost: DataType): ListType {
  return { id: 'list', element: element.id === 'list' ? withElement(element, innermost) : innermost };
}

function castItems(
  binder: ExpressionBinder,
  items: BoundItems,
  { element }: ListType,
  span: SourceSpan,
  castSpan: SourceSpan,
): Expression {
  const cast = items.map((item) =>
    'items' in item
      ? castItems(binder, item.items, element as ListType, item.span, castSpan)
      : castExplicitly(item, element, binder.binder.environment, castSpan),
  );
  return arrayOf(binder, element, cast, span);
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
