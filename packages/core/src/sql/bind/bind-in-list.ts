import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression, LiteralExpression } from '../../expression/index.ts';
import { BOOLEAN, formatType, type LiteralValue, list } from '../../types/index.ts';
import type { AstArray, AstInList } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { commonTypeOf, isUnknown, narrowToColumns } from '../common-type.ts';
import { hasEquality } from '../comparable-type.ts';
import { callOperator, combine, compareRows } from './bind-operator.ts';
import { callFunction } from './call-function.ts';
import { type ExpressionBinder, type ExpressionFamily, negate } from './expression-binder.ts';

export const bindInList: ExpressionFamily<'in-list'> = (binder, ast) => {
  const { arg, items, negated, span } = ast;
  if (arg.kind === 'row' || items.some((item) => item.kind === 'row')) return rowsInList(binder, ast);
  return inItems(binder, binder.bind(arg), binder.bindAll(items), negated, span);
};

/** A list of constants becomes one test; anything else is compared item by item, as PostgreSQL does. */
function inItems(
  binder: ExpressionBinder,
  arg: Expression,
  items: readonly Expression[],
  negated: boolean,
  span: SourceSpan,
): Expression {
  const test = constantList(binder, arg, items, negated, span);
  if (test) return test;
  const any = combine(
    'or',
    items.map((item) => callOperator(binder, '=', arg, item, span)),
    span,
  );
  return negate(any, negated, span);
}

/** Undefined when an item is no constant, or the types have nothing in common: then `=` says what is wrong. */
function constantList(
  binder: ExpressionBinder,
  arg: Expression,
  items: readonly Expression[],
  negated: boolean,
  span: SourceSpan,
): Expression | undefined {
  if (!items.every((item) => item.kind === 'literal')) return undefined;
  const type = narrowToColumns(commonTypeOf([arg, ...items]), [arg, ...items]);
  if (!type || type.id === 'struct' || type.id === 'list' || !hasEquality(type)) return undefined;
  const values = items.map((item) => binder.coerce(item, type));
  if (!values.every((value) => value.kind === 'literal')) return undefined;
  return {
    kind: 'in-list',
    type: BOOLEAN,
    negated,
    arg: binder.coerce(arg, type),
    values: values.map((value) => (value as LiteralExpression).value),
    span,
  };
}

function rowsInList(binder: ExpressionBinder, { arg, items, negated, span }: AstInList): Expression {
  const any = combine(
    'or',
    items.map((item) => compareRows(binder, '=', arg, item, span)),
    span,
  );
  return negate(any, negated, span);
}

/** `x = ANY (array)` is true when any element compares so, `ALL` when all do; over constants both become conditions. */
export const bindQuantified: ExpressionFamily<'quantified'> = (binder, { operator, quantifier, left, array, span }) => {
  const arg = binder.bind(left);
  const bound = array.kind === 'array' ? undefined : typedArray(binder.bind(array), arg, binder);
  if (bound && bound.kind !== 'literal') return anyElement(binder, quantifier, operator, arg, bound, span);
  const items = bound ? elementsOf(bound, span) : binder.bindAll((array as AstArray).items);
  if (items === null) return literal(BOOLEAN, null, span);
  if (items.length === 0) return literal(BOOLEAN, quantifier === 'all', span);
  if (operator === '=' && quantifier === 'any') return inItems(binder, arg, items, false, span);
  if (operator === '<>' && quantifier === 'all') return inItems(binder, arg, items, true, span);
  const kind = quantifier === 'any' ? 'or' : 'and';
  return combine(
    kind,
    items.map((item) => callOperator(binder, operator, arg, item, span)),
    span,
  );
};

/** `x = ANY ('{1,2}')`: a text is read as an array of what it is compared with. */
function typedArray(array: Expression, arg: Expression, binder: ExpressionBinder): Expression {
  return isUnknown(array) ? binder.coerce(array, list(binder.settle(arg).type)) : array;
}

/** The elements of an array of constants; null for a NULL array. */
function elementsOf(array: LiteralExpression, span: SourceSpan): readonly Expression[] | null {
  const { type, value } = array;
  if (type.id !== 'list') throw noArray(array, span);
  if (value === null) return null;
  return (value as readonly LiteralValue[]).map((item) => literal(type.element, item, array.span));
}

/** Any other array is taken apart when the query runs. */
function anyElement(
  binder: ExpressionBinder,
  quantifier: 'any' | 'all',
  operator: string,
  arg: Expression,
  array: Expression,
  span: SourceSpan,
): Expression {
  if (array.type.id !== 'list') throw noArray(array, span);
  const name = `${quantifier} ${operator}`;
  if (!binder.binder.environment.functions.scalar(name)) {
    throw unsupported(`${operator} ${quantifier.toUpperCase()} over an array that is no constant`, span);
  }
  return callFunction(binder, name, [arg, array], span);
}

function noArray({ type }: Expression, span: SourceSpan): QueryError {
  return new QueryError('TYPE_MISMATCH', `ANY and ALL need an array, not ${formatType(type)}.`, {
    span,
    details: { type: formatType(type) },
  });
}
