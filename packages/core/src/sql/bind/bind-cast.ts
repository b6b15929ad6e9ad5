import { type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression, LiteralExpression } from '../../expression/index.ts';
import { type DataType, INT32, type IntervalValue, type LiteralValue, VARCHAR } from '../../types/index.ts';
import { decimalFor, listWithDigitsOf } from '../any-decimal.ts';
import type { AstCast } from '../ast/index.ts';
import { castExplicitly, coerce, literal } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import { type ResolvedTypeName, resolveTypeName } from '../sql-type-name.ts';
import { ALL_INTERVAL_FIELDS, cutInterval, roundMicros, withIntervalUnits } from '../type-modifiers.ts';
import { bindArrayOf } from './bind-array.ts';
import { callFunction } from './call-function.ts';
import type { ExpressionBinder, ExpressionFamily } from './expression-binder.ts';

/** `CAST(x AS type)`, `x::type`, `type 'text'`. */
export const bindCast: ExpressionFamily<'cast'> = (binder, ast) => {
  const target = resolveTypeName(ast.type);
  if (ast.arg.kind === 'array' && target.type.id === 'list') {
    return bindArrayOf(binder, ast.arg, target.type, target.anyDecimal, ast.span);
  }
  return castTo(binder, binder.bind(ast.arg), target, ast);
};

/** An explicit cast of a bound expression. A text literal is read as the type at once. */
export function castTo(
  binder: ExpressionBinder,
  arg: Expression,
  target: ResolvedTypeName,
  { span, literal: typed }: Pick<AstCast, 'span' | 'literal'>,
): Expression {
  const { environment } = binder.binder;
  const type = target.anyDecimal ? withDigits(target.type, arg) : target.type;
  const { fields } = target;
  const read = type.id === 'interval' && isText(arg) ? { ...arg, value: withIntervalUnits(arg.value, fields) } : arg;
  const cast = typed ? coerce(read, type, environment) : castExplicitly(read, type, environment, span);
  return applyModifiers(binder, cast, target, span);
}

/** The type with as many digits as the value has. */
function withDigits(type: DataType, arg: Expression): DataType {
  return type.id === 'list' ? listWithDigitsOf(type, arg.type) : decimalFor(arg);
}

function isText(arg: Expression): arg is LiteralExpression & { value: string } {
  return arg.kind === 'literal' && isUnknown(arg) && arg.value !== null;
}

/** Lengths, digits of seconds and interval fields, which types do not carry. */
function applyModifiers(
  binder: ExpressionBinder,
  cast: Expression,
  target: ResolvedTypeName,
  span: SourceSpan,
): Expression {
  const { maxLength, precision, fields } = target;
  if (maxLength !== undefined && cast.type.id === 'varchar') {
    if (cast.kind !== 'literal') {
      const args = [cast, literal(INT32, 1, span), literal(INT32, maxLength, span)];
      return callFunction(binder, 'substring', args, span);
    }
    const characters = cast.value === null ? null : [...(cast.value as string)].slice(0, maxLength).join('');
    return literal(VARCHAR, characters, cast.span);
  }
  if (precision === 6 && fields === ALL_INTERVAL_FIELDS) return cast;
  if (cast.kind !== 'literal')
    throw unsupported('A cast to fewer digits of seconds, or to fields of an interval', span);
  return literal(cast.type, cutLiteral(cast, target), cast.span);
}

function cutLiteral({ type, value }: LiteralExpression, { fields, precision }: ResolvedTypeName): LiteralValue {
  if (value === null) return null;
  if (type.id === 'interval') return cutInterval(value as IntervalValue, fields, precision);
  return typeof value === 'bigint' ? roundMicros(value, precision) : value;
}
