import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression, FrameBound, LiteralExpression, SortKey, WindowFrame } from '../../expression/index.ts';
import {
  decimal,
  FLOAT64,
  formatType,
  INT64,
  INTERVAL,
  type IntervalValue,
  isFloat,
  isInteger,
  isNumeric,
  TIMESTAMP,
} from '../../types/index.ts';
import type { AstExpression, AstFrame, AstFrameBound } from '../ast/index.ts';
import { castExplicitly, literal } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import { callFunction } from './call-function.ts';
import { constantValue } from './constant-value.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** Digits of every integer type. */
const INTEGER_DIGITS = 20;
const MICROS_A_DAY = 86_400_000_000n;

/** The frame that is written, or else from the partition's first row to the peers of the current one. Throws INVALID_CLAUSE, TYPE_MISMATCH. */
export function bindFrame(
  binder: ExpressionBinder,
  ast: AstFrame | undefined,
  orderBy: readonly SortKey[],
  span: SourceSpan,
): WindowFrame {
  if (!ast) {
    return { unit: 'range', start: { kind: 'partition' }, end: { kind: 'current-row' }, exclude: 'nothing' };
  }
  const { unit, start, end, exclude } = ast;
  if (unit === 'groups' && orderBy.length === 0) {
    throw new QueryError('INVALID_CLAUSE', 'GROUPS needs an ORDER BY in the window.', { span });
  }
  const bound = (edge: 'start' | 'end', bound: AstFrameBound): FrameBound => {
    if (bound.kind === 'unbounded') return { kind: 'partition' };
    if (bound.kind === 'current-row') return bound;
    const offset = constantOffset(binder, bound.offset, unit, edge);
    const following = bound.kind === 'following';
    if (unit === 'range') return bindDistance(binder, offset, following, orderBy, edge);
    const count = countOf(binder, offset, unit, edge);
    return { kind: 'count', count: following ? count : -count };
  };
  return { unit, start: bound('start', start), end: bound('end', end), exclude };
}

function constantOffset(
  binder: ExpressionBinder,
  ast: AstExpression,
  unit: WindowFrame['unit'],
  edge: string,
): LiteralExpression {
  const clause = unit.toUpperCase();
  const offset = constantValue(binder.inClause(clause).bind(ast), binder.binder.environment);
  if (!offset) {
    throw new QueryError('INVALID_CLAUSE', `The argument of ${clause} must be a constant.`, { span: ast.span });
  }
  if (offset.value === null) {
    throw new QueryError('INVALID_CLAUSE', `The offset of the frame's ${edge} must not be null.`, { span: ast.span });
  }
  return { ...offset, span: offset.span ?? ast.span };
}

function negative(edge: string, span: SourceSpan | undefined): QueryError {
  return new QueryError('INVALID_CLAUSE', `The offset of the frame's ${edge} must not be negative.`, { span });
}

function countOf(binder: ExpressionBinder, offset: LiteralExpression, unit: WindowFrame['unit'], edge: string): number {
  const { type, span } = offset;
  if (!isUnknown(offset) && !isNumeric(type)) {
    throw new QueryError(
      'TYPE_MISMATCH',
      `The argument of ${unit.toUpperCase()} must be bigint, not ${formatType(type)}.`,
      { span, details: { expected: 'bigint', actual: formatType(type) } },
    );
  }
  const { environment } = binder.binder;
  const cast = isUnknown(offset) ? binder.coerce(offset, INT64) : castExplicitly(offset, INT64, environment, span!);
  const count = Number(constantValue(cast, environment)!.value);
  if (count < 0) throw negative(edge, span);
  return count;
}

/** RANGE with an offset: the limit up to which keys belong to the frame, of the type in which it is computed. */
function bindDistance(
  binder: ExpressionBinder,
  offset: LiteralExpression,
  following: boolean,
  orderBy: readonly SortKey[],
  edge: string,
): FrameBound {
  const span = offset.span!;
  const [sortKey] = orderBy;
  if (!sortKey || orderBy.length > 1) {
    throw new QueryError('INVALID_CLAUSE', 'RANGE with an offset needs exactly one key of ORDER BY in the window.', {
      span,
    });
  }
  const [key, distance] = operandsOf(binder, sortKey.expression, offset, edge);
  const limit = callFunction(binder, following === sortKey.descending ? '-' : '+', [key, distance], span);
  return {
    kind: 'distance',
    following,
    offset: distance,
    key: castExplicitly(key, limit.type, binder.binder.environment, span),
    limit,
  };
}

/** The key and the distance in types whose sum no value of the key's own type can overflow. */
function operandsOf(
  binder: ExpressionBinder,
  key: Expression,
  offset: LiteralExpression,
  edge: string,
): [Expression, Expression] {
  const { type } = key;
  const span = offset.span!;
  const { environment } = binder.binder;
  const cast = (expression: Expression, to: typeof type) => castExplicitly(expression, to, environment, span);
  const isNumber = isInteger(offset.type) || offset.type.id === 'decimal' || isFloat(offset.type);
  const refuseNegative = (value: LiteralExpression) => {
    if (Number(value.value) < 0 || Number.isNaN(value.value)) throw negative(edge, span);
  };
  if (isInteger(type) && (isUnknown(offset) || isInteger(offset.type))) {
    const distance = isUnknown(offset) ? binder.coerce(offset, type) : offset;
    refuseNegative(distance as LiteralExpression);
    return [cast(key, decimal(INTEGER_DIGITS, 0)), cast(distance, decimal(INTEGER_DIGITS, 0))];
  }
  if (isFloat(type) && (isUnknown(offset) || isNumber)) {
    const distance = binder.coerce(offset, FLOAT64) as LiteralExpression;
    refuseNegative(distance);
    return [cast(key, FLOAT64), distance];
  }
  if (type.id === 'decimal' && (isUnknown(offset) || isInteger(offset.type) || offset.type.id === 'decimal')) {
    const distance = (isUnknown(offset) ? binder.coerce(offset, type) : offset) as LiteralExpression;
    refuseNegative(distance);
    return [key, distance];
  }
  const isTime = type.id === 'time';
  const isMoment = type.id === 'date' || type.id === 'timestamp' || type.id === 'timestamptz';
  if ((isTime || isMoment || type.id === 'interval') && (isUnknown(offset) || offset.type.id === 'interval')) {
    const distance = binder.coerce(offset, INTERVAL) as LiteralExpression;
    const { months, days, micros } = distance.value as IntervalValue;
    const length = isTime ? micros : (BigInt(months) * 30n + BigInt(days)) * MICROS_A_DAY + micros;
    if (length < 0n) throw negative(edge, span);
    // A time of day does not go round at midnight here: it is a length, of which the distance's days are no part.
    if (isTime) return [cast(key, INTERVAL), literal(INTERVAL, { months: 0, days: 0, micros }, span)];
    return [type.id === 'date' ? cast(key, TIMESTAMP) : key, distance];
  }
  throw new QueryError(
    'TYPE_MISMATCH',
    `RANGE with an offset of type ${formatType(offset.type)} is not possible over a key of type ${formatType(type)}.`,
    {
      span,
      details: { key: formatType(type), offset: formatType(offset.type) },
      hint: 'Cast the offset to the type of the key, or to interval for a date or a timestamp.',
    },
  );
}
