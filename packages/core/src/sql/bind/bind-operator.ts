import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { BOOLEAN, formatType, isNumeric, VARCHAR } from '../../types/index.ts';
import type { AstExpression, AstRow } from '../ast/index.ts';
import { castExplicitly, literal } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import { callFunction } from './call-function.ts';
import { type ExpressionBinder, type ExpressionFamily, negate } from './expression-binder.ts';

export const bindOperator: ExpressionFamily<'operator'> = (binder, { name, left, right, span }) => {
  if (!left) return prefix(binder, name, binder.bind(right), span);
  if (left.kind === 'row' && right.kind === 'row') return compareRows(binder, name, left, right, span);
  return callOperator(binder, name, binder.bind(left), binder.bind(right), span);
};

function prefix(binder: ExpressionBinder, name: string, arg: Expression, span: SourceSpan): Expression {
  if (name === '+' && isNumeric(arg.type)) return arg;
  return callFunction(binder, name, [arg], span);
}

/** An operator between bound operands. */
export function callOperator(
  binder: ExpressionBinder,
  name: string,
  left: Expression,
  right: Expression,
  span: SourceSpan,
): Expression {
  if (name === '||') return callFunction(binder, name, textOperands(binder, left, right, span), span);
  return callFunction(binder, name, [left, right], span);
}

/** Beside a text, `||` takes anything that is no array as its text; beside an array, what may be an element. */
function textOperands(binder: ExpressionBinder, left: Expression, right: Expression, span: SourceSpan): Expression[] {
  if (left.type.id === 'list' || right.type.id === 'list') {
    refuseTextBesideArray(left, right, span);
    return [left, right];
  }
  const isText = (arg: Expression) => arg.type.id === 'varchar' || isUnknown(arg);
  const convertible = (arg: Expression) => !isText(arg) && arg.type.id !== 'bytea';
  const asText = (arg: Expression) => castExplicitly(arg, VARCHAR, binder.binder.environment, span);
  if (isText(left) && convertible(right)) return [left, asText(right)];
  if (convertible(left) && isText(right)) return [asText(left), right];
  return [left, right];
}

/** A text is no element of an array of something else, and the array no text beside it. */
function refuseTextBesideArray(left: Expression, right: Expression, span: SourceSpan): void {
  const elements = [left, right].flatMap(({ type }) => (type.id === 'list' ? [type.element] : []));
  const hasText = [left, right].some(({ type }) => type.id === 'varchar');
  if (!hasText || elements.some(({ id }) => id === 'varchar')) return;
  const types = [left, right].map(({ type }) => formatType(type));
  throw new QueryError('TYPE_MISMATCH', `There is no operator ${types.join(' || ')}.`, {
    span,
    details: { function: '||', arguments: types },
    hint: 'Cast the text to the type of the elements, or the array to text.',
  });
}

/** `(a, b) = (1, 2)`, as they are written. */
export function compareRows(
  binder: ExpressionBinder,
  name: string,
  left: AstExpression,
  right: AstExpression,
  span: SourceSpan,
): Expression {
  if (left.kind !== 'row' || right.kind !== 'row') {
    return callOperator(binder, name, binder.bind(left), binder.bind(right), span);
  }
  const pairs = pairFields(left, right, span).map(([a, b]) => [binder.bind(a), binder.bind(b)] as const);
  return comparePairs(binder, name, pairs, span);
}

/** Two rows of as many fields, field by field; `<` and its kin by the first fields that differ. */
export function comparePairs(
  binder: ExpressionBinder,
  name: string,
  pairs: readonly (readonly [Expression, Expression])[],
  span: SourceSpan,
): Expression {
  if (pairs.length === 1) return callOperator(binder, name, ...pairs[0]!, span);
  const compare = (operator: string, i: number) => callOperator(binder, operator, ...pairs[i]!, span);
  const all = pairs.map((_, i) => i);
  if (name === '=')
    return combine(
      'and',
      all.map((i) => compare('=', i)),
      span,
    );
  if (name === '<>')
    return combine(
      'or',
      all.map((i) => compare('<>', i)),
      span,
    );
  if (!['<', '<=', '>', '>='].includes(name)) throw unsupported(`The operator ${name} between rows`, span);
  const strict = name.slice(0, 1);
  // a < x OR (a = x AND (b < y OR (b = y AND c <= z)))
  return all.reduceRight<Expression | undefined>((rest, i) => {
    if (!rest) return compare(name, i);
    return combine('or', [compare(strict, i), combine('and', [compare('=', i), rest], span)], span);
  }, undefined)!;
}

function pairFields(left: AstRow, right: AstRow, span: SourceSpan): (readonly [AstExpression, AstExpression])[] {
  if (left.items.length !== right.items.length) {
    throw new QueryError('TYPE_MISMATCH', 'Rows that are compared must have the same number of fields.', { span });
  }
  if (left.items.length === 0) throw unsupported('A comparison of rows without fields', span);
  return left.items.map((item, i) => [item, right.items[i]!] as const);
}

/** AND or OR of one condition or more. */
export function combine(kind: 'and' | 'or', args: readonly Expression[], span: SourceSpan): Expression {
  return args.length === 1 ? args[0]! : { kind, type: BOOLEAN, args, span };
}

export const bindLogical: ExpressionFamily<'and' | 'or'> = (binder, { kind, args, span }) =>
  combine(
    kind,
    args.map((arg) => binder.condition(arg, kind.toUpperCase())),
    span,
  );

export const bindNot: ExpressionFamily<'not'> = (binder, { arg, span }) =>
  negate(binder.condition(arg, 'NOT'), true, span);

export const bindNullTest: ExpressionFamily<'null-test'> = (binder, { arg, negated, span }) => {
  if (arg.kind === 'row') {
    // A row is null when all its fields are, and not null when none of them is.
    const tests = binder.bindAll(arg.items).map((field) => isNull(binder.settle(field), negated, span));
    return tests.length > 0 ? combine('and', tests, span) : literal(BOOLEAN, true, span);
  }
  return isNull(binder.settle(binder.bind(arg)), negated, span);
};

function isNull(arg: Expression, negated: boolean, span: SourceSpan): Expression {
  return { kind: 'is-null', type: BOOLEAN, arg, negated, span };
}

/** `x IS TRUE` is never null: null counts as false, in IS FALSE as true. */
export const bindTruthTest: ExpressionFamily<'truth-test'> = (binder, { arg, value, negated, span }) => {
  const condition = binder.condition(arg, `IS ${value.toUpperCase()}`);
  if (value === 'unknown') return isNull(condition, negated, span);
  const whenNull = value === 'false';
  const settled: Expression = {
    kind: 'coalesce',
    type: BOOLEAN,
    args: [condition, literal(BOOLEAN, whenNull, span)],
    span,
  };
  return negate(settled, negated !== whenNull, span);
};

export const bindDistinctTest: ExpressionFamily<'distinct-test'> = (binder, { left, right, negated, span }) => {
  const name = negated ? 'is not distinct from' : 'is distinct from';
  return callFunction(binder, name, [binder.bind(left), binder.bind(right)], span);
};

/** `a BETWEEN b AND c` is `a >= b AND a <= c`; SYMMETRIC takes the bounds in either order. */
export const bindBetween: ExpressionFamily<'between'> = (binder, { arg, low, high, symmetric, negated, span }) => {
  const [value, first, second] = [binder.bind(arg), binder.bind(low), binder.bind(high)];
  const within = (from: Expression, to: Expression) =>
    combine('and', [callOperator(binder, '>=', value, from, span), callOperator(binder, '<=', value, to, span)], span);
  const between = symmetric
    ? combine('or', [within(first, second), within(second, first)], span)
    : within(first, second);
  return negate(between, negated, span);
};
