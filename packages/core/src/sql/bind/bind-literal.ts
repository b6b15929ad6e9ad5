import { QueryError, unsupported } from '../../error/index.ts';
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
import { parseDate, parseTime, parseTimestamp, roundMicros } from '../literal-text/datetime-text.ts';
import { exactNumber, integerHolds, naturalDecimal, parseFloatText } from '../literal-text/number-text.ts';
import { parameterLiteral } from '../parameter-value.ts';
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
  if (/e/i.test(text)) return literal(FLOAT64, parseFloatText(text.replaceAll('_', ''), FLOAT64), span);
  throw unsupported(
    `A number of more than ${MAX_DECIMAL_PRECISION} digits`,
    span,
    'Write it with an exponent for double precision.',
  );
}

export const bindString: ExpressionFamily<'string'> = (_, { value, span }) => literal(NULL, value, span);

export const bindBoolean: ExpressionFamily<'boolean'> = (_, { value, span }) => literal(BOOLEAN, value, span);

export const bindNull: ExpressionFamily<'null'> = (_, { span }) => literal(NULL, null, span);

export const bindParameter: ExpressionFamily<'parameter'> = ({ binder }, { number, span }) =>
  parameterLiteral(binder.parameter(number, span), number, span);

/** The time is that of the query's start, so these are constants. */
export const bindCurrentTime: ExpressionFamily<'current-time'> = ({ binder }, { what, precision = 6, span }) => {
  const { environment } = binder;
  switch (what) {
    case 'date':
      return literal(DATE, parseDate('now', environment), span);
    case 'timestamp':
      return literal(TIMESTAMPTZ, roundMicros(environment.startedMicros, precision), span);
    case 'localtimestamp':
      return literal(TIMESTAMP, roundMicros(parseTimestamp('now', environment), precision), span);
    case 'localtime':
      return literal(TIME, roundMicros(parseTime('now', environment), precision), span);
    case 'time':
      throw unsupported('CURRENT_TIME (time with time zone)', span, 'LOCALTIME is the same without the zone.');
  }
};
