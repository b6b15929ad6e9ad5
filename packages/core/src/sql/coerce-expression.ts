import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import type { ConstantContext } from '../expression/evaluate-constant.ts';
import type { Expression, LiteralExpression } from '../expression/index.ts';
import {
  BOOLEAN,
  type DataType,
  formatType,
  isFloat,
  isInteger,
  isNumeric,
  type LiteralValue,
  sameType,
} from '../types/index.ts';
import { isExplicitCast, isImplicitCast } from './coercion.ts';
import { isUnknown } from './common-type.ts';
import { integerHolds, integerLiteral, rescale, toUnscaled } from './exact-number.ts';
import { parseLiteralText } from './literal-text.ts';

export function literal(type: DataType, value: LiteralValue, span?: SourceSpan): LiteralExpression {
  return { kind: 'literal', type, value, span };
}

/**
 * The expression as a value of `type`, by an implicit cast. A text literal is read at once, a numeric constant converted at
 * once where that is exact. Throws TYPE_MISMATCH where PostgreSQL has no implicit cast, and INVALID_LITERAL for a text that
 * is none of the type.
 */
export function coerce(expression: Expression, type: DataType, context: ConstantContext): Expression {
  if (sameType(expression.type, type)) return expression;
  if (!isImplicitCast(expression.type, type) && !isUntypedList(expression) && !isFittingInteger(expression, type)) {
    throw cannotCast(expression, type, expression.span);
  }
  try {
    return convert(expression, type, context);
  } catch (error) {
    if (!(error instanceof QueryError) || (error.code !== 'CAST_FAILED' && error.code !== 'OVERFLOW')) throw error;
    const { message, details, span, hint } = error;
    throw new QueryError('INVALID_LITERAL', message, { details, span, hint, cause: error });
  }
}

/** As {@link coerce}, for a cast that the user wrote: a text that is none of the type is CAST_FAILED, or OVERFLOW. */
export function castExplicitly(
  expression: Expression,
  type: DataType,
  context: ConstantContext,
  span: SourceSpan,
): Expression {
  if (sameType(expression.type, type)) return expression;
  if (isExplicitCast(expression.type, type) || isUntypedList(expression))
    return convert(expression, type, context, span);
  if (expression.type.id === 'varchar' || type.id === 'varchar') {
    throw unsupported(`A cast from ${formatType(expression.type)} to ${formatType(type)}`, span);
  }
  throw cannotCast(expression, type, span);
}

/** The expression as a condition. `clause` is what wants one: `WHERE`, `AND`. */
export function coerceToBoolean(expression: Expression, clause: string, context: ConstantContext): Expression {
  if (isUnknown(expression) || expression.type.id === 'boolean') return coerce(expression, BOOLEAN, context);
  throw new QueryError(
    'TYPE_MISMATCH',
    `The argument of ${clause} must be boolean, not ${formatType(expression.type)}.`,
    { span: expression.span, details: { expected: 'boolean', actual: formatType(expression.type) } },
  );
}

function cannotCast(expression: Expression, type: DataType, span: SourceSpan | undefined): QueryError {
  const [from, to] = [formatType(expression.type), formatType(type)];
  return new QueryError('TYPE_MISMATCH', `Cannot cast type ${from} to ${to}.`, { span, details: { from, to } });
}

/** A parameter's array of strings, which takes the type that its place asks for. */
function isUntypedList(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.type.id === 'list' && expression.type.element.id === 'null';
}

/** An integer constant that a narrower integer type holds. */
function isFittingInteger(expression: Expression, type: DataType): boolean {
  if (expression.kind !== 'literal' || !isInteger(expression.type) || !isInteger(type)) return false;
  return expression.value === null || integerHolds(type, BigInt(expression.value as number | bigint));
}

function convert(expression: Expression, type: DataType, context: ConstantContext, castSpan?: SourceSpan): Expression {
  if (expression.kind === 'literal') {
    const value = literalAs(expression, type, context);
    if (value !== undefined) return literal(type, value, expression.span);
  }
  return { kind: 'cast', type, arg: expression, safe: false, span: castSpan ?? expression.span };
}

/** The literal's value as one of another type; undefined when the cast has to be made when the query runs. */
function literalAs(
  { type: from, value, span }: LiteralExpression,
  to: DataType,
  context: ConstantContext,
): LiteralValue | undefined {
  if (value === null) return null;
  if (from.id === 'null') return parseLiteralText(value as string, to, context, span);
  if (from.id === 'list' && to.id === 'list') {
    const items = (value as readonly LiteralValue[]).map((item) =>
      literalAs({ kind: 'literal', type: from.element, value: item, span }, to.element, context),
    );
    return items.includes(undefined) ? undefined : (items as LiteralValue[]);
  }
  if (isNumeric(from) && isNumeric(to)) return numberAs(from, value as number | bigint, to);
  if (from.id === 'date' && to.id === 'timestamp') return BigInt(value as number) * 86_400_000_000n;
  return undefined;
}

/** Rounds half away from zero from decimals and half to even from floats; undefined for what does not fit. */
function numberAs(from: DataType, value: number | bigint, to: DataType): number | bigint | undefined {
  if (isFloat(from)) {
    const number = Number(value);
    if (to.id === 'float64') return number;
    if (to.id === 'float32') return floatAs32(number);
    if (!isInteger(to) || !Number.isFinite(number) || !Number.isSafeInteger(Math.trunc(number))) return undefined;
    return integerAs(BigInt(roundHalfEven(number)), to);
  }
  const exact = { unscaled: BigInt(value), scale: from.id === 'decimal' ? from.scale : 0 };
  if (to.id === 'decimal') return toUnscaled(exact, to);
  if (isInteger(to)) return integerAs(rescale(exact.unscaled, exact.scale, 0), to);
  const number = Number(`${exact.unscaled}e-${exact.scale}`);
  return to.id === 'float32' ? floatAs32(number) : number;
}

function floatAs32(value: number): number | undefined {
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) === Number.isFinite(value) ? rounded : undefined;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function integerAs(value: bigint, type: DataType): number | bigint | undefined {
  return integerHolds(type, value) ? integerLiteral(type, value) : undefined;
}
