import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { CallExpression, Expression } from '../../expression/index.ts';
import { type DataType, formatType, isInteger } from '../../types/index.ts';
import { literal } from '../coerce-expression.ts';
import { typeCategory } from '../coercion.ts';
import { commonTypeOf } from '../common-type.ts';
import { callOperator } from './bind-operator.ts';
import { callFunction } from './call-function.ts';
import type { ExpressionBinder, ExpressionFamily } from './expression-binder.ts';

/** The common type of expressions that a construct puts together. Throws TYPE_MISMATCH, naming the first that does not fit. */
export function unify(what: string, expressions: readonly Expression[], span: SourceSpan): DataType {
  const type = commonTypeOf(expressions);
  if (type) return type;
  const at = expressions.findIndex((_, i) => !commonTypeOf(expressions.slice(0, i + 1)));
  const types = [commonTypeOf(expressions.slice(0, at))!, expressions[at]!.type].map(formatType);
  throw new QueryError('TYPE_MISMATCH', `${what}: the types ${types.join(' and ')} cannot be matched.`, {
    span: expressions[at]!.span ?? span,
    details: { types },
    hint: 'Cast one of them to the type of the others.',
  });
}

/** Both forms become the searched one: `CASE x WHEN 1` compares `x = 1`. */
export const bindCase: ExpressionFamily<'case'> = (around, { subject, branches, otherwise, span }) => {
  const binder = around.withoutSets('CASE');
  const value = subject && binder.bind(subject);
  const whens = branches.map(({ when, span: at }) =>
    value ? callOperator(binder, '=', value, binder.bind(when), at) : binder.condition(when, 'CASE WHEN'),
  );
  const results = branches.map(({ result }) => binder.bind(result));
  const last = otherwise && binder.bind(otherwise);
  const type = unify('CASE', last ? [...results, last] : results, span);
  return {
    kind: 'case',
    type,
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    branches: results.map((then, i) => ({ when: whens[i]!, then: binder.coerce(then, type) })),
    otherwise: last && binder.coerce(last, type),
    span,
  };
};

export const bindCoalesce: ExpressionFamily<'coalesce'> = (around, { args, span }) => {
  const binder = around.withoutSets('COALESCE');
  const bound = binder.bindAll(args);
  const type = unify('COALESCE', bound, span);
  if (bound.length === 1) return binder.coerce(bound[0]!, type);
  return { kind: 'coalesce', type, args: bound.map((arg) => binder.coerce(arg, type)), span };
};

/** NULL when both are equal, else the first, in the type that PostgreSQL's operator for the pair takes on its left. */
export const bindNullIf: ExpressionFamily<'nullif'> = (binder, { left, right, span }) => {
  const first = binder.bind(left);
  const when = callOperator(binder, '=', first, binder.bind(right), span);
  const compared = (when as CallExpression).args[0]!;
  const value = hasMixedOperators(first.type, compared.type) ? first : compared;
  return {
    kind: 'case',
    type: value.type,
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    branches: [{ when, then: literal(value.type, null, span) }],
    otherwise: value,
    span,
  };
};

/** PostgreSQL compares integers of two sizes, real with double precision, and dates with timestamps, without a cast. */
function hasMixedOperators(own: DataType, compared: DataType): boolean {
  if (isInteger(own)) return isInteger(compared);
  return own.id === 'float32' || typeCategory(own) === 'datetime';
}

/** The greatest or least argument that is not null. */
export const bindExtremum: ExpressionFamily<'greatest' | 'least'> = (binder, { kind, args, span }) => {
  const bound = binder.bindAll(args);
  const type = unify(kind.toUpperCase(), bound, span);
  return callExtremum(
    binder,
    kind,
    bound.map((arg) => binder.coerce(arg, type)),
    span,
  );
};

function callExtremum(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): Expression {
  return args.length === 1 ? args[0]! : callFunction(binder, name, args, span);
}
