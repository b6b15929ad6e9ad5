import { QueryError, unsupported } from '../../error/index.ts';
import { evaluateConstant } from '../../expression/evaluate-constant.ts';
import type { Expression } from '../../expression/index.ts';
import {
  BOOLEAN,
  DATE,
  FLOAT64,
  INT32,
  INT64,
  MAX_DECIMAL_PRECISION,
  NULL,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
} from '../../types/index.ts';
import type { AstNumber } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { exactNumber, integerHolds, naturalDecimal } from '../exact-number.ts';
import { parameterLiteral } from '../parameter-value.ts';
import { roundMicros } from '../type-modifiers.ts';
import type { ExpressionFamily } from './expression-binder.ts';

export const bindNumber: ExpressionFamily<'number'> = (_, ast) => numberLiteral(ast);

/**
 * Integer, bigint or decimal by size; decimal with as many digits as are written. With an exponent that 38 digits do not
 * hold, double precision; without one that is an error, because digits would be lost silently.
 */
function numberLiteral({ text, span }: AstNumber): Expression {
  const exact = exactNumber(text);
  if (!exact) throw new QueryError('INVALID_LITERAL', `"${text}" is no number.`, { span });
  const { unscaled, scale } = exact;
  if (scale === 0 && /^[-+]?\w+$/.test(text) && !/^[-+]?\d+e/i.test(text)) {
    if (integerHolds(INT32, unscaled)) return literal(INT32, Number(unscaled), span);
    if (integerHolds(INT64, unscaled)) return literal(INT64, unscaled, span);
  }
  const type = naturalDecimal(exact);
  if (type) return literal(type, unscaled, span);
  const float = Number(text.replaceAll('_', ''));
  if (/e/i.test(text) && Number.isFinite(float) && float !== 0) return literal(FLOAT64, float, span);
  const hint = 'Write it with an exponent for double precision.';
  throw unsupported(`A number of more than ${MAX_DECIMAL_PRECISION} digits`, span, hint);
}

export const bindString: ExpressionFamily<'string'> = (_, { value, span }) => literal(NULL, value, span);

export const bindBoolean: ExpressionFamily<'boolean'> = (_, { value, span }) => literal(BOOLEAN, value, span);

export const bindNull: ExpressionFamily<'null'> = (_, { span }) => literal(NULL, null, span);

export const bindParameter: ExpressionFamily<'parameter'> = ({ binder }, { number, span }) =>
  parameterLiteral(binder.parameter(number, span), number, span);

const CURRENT_TIME_TYPES = { date: DATE, timestamp: TIMESTAMPTZ, localtimestamp: TIMESTAMP, localtime: TIME } as const;

/** The time is that of the query's start, so these are constants. */
export const bindCurrentTime: ExpressionFamily<'current-time'> = ({ binder }, { what, precision = 6, span }) => {
  if (what === 'time') {
    throw unsupported('CURRENT_TIME (time with time zone)', span, 'LOCALTIME is the same without the zone.');
  }
  const { environment } = binder;
  const type = CURRENT_TIME_TYPES[what];
  const now = literal(TIMESTAMPTZ, environment.startedMicros, span);
  const value = evaluateConstant({ kind: 'cast', type, arg: now, safe: false, span }, environment);
  return literal(type, typeof value === 'bigint' ? roundMicros(value, precision) : value, span);
};
