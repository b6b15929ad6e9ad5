import {
  type DataType,
  type DecimalType,
  isInteger,
  type LiteralValue,
  MAX_I64_DECIMAL_PRECISION,
  sameType,
} from '../../types/index.ts';
import { COMPARISON, type ComparisonOperator, mirrored } from '../comparison-code.ts';
import type { ColumnExpression, Expression } from '../expression.ts';
import { integerRange, rangeFits, scaleOf } from '../numeric-range.ts';

/** `column operator value`, with a value of the column's type that is not null. */
export interface ColumnComparison {
  readonly column: ColumnExpression;
  readonly operator: ComparisonOperator;
  readonly value: LiteralValue;
}

const DAY_MICROS = 86_400_000_000n;

/**
 * A comparison of a column with a constant, as a comparison with a value of the column's own type, or undefined when it is
 * nothing of the kind. Casts of the column that lose nothing are undone on the constant instead: `day::timestamp < moment`
 * becomes a comparison of days, so that the column is read as it lies.
 */
export function columnComparison(expression: Expression): ColumnComparison | undefined {
  if (expression.kind !== 'call' || !(expression.name in COMPARISON) || expression.args.length !== 2) return undefined;
  const operator = expression.name as ComparisonOperator;
  const [left, right] = expression.args as readonly [Expression, Expression];
  if (right.kind === 'literal') return againstLiteral(left, operator, right.type, right.value);
  if (left.kind === 'literal') return againstLiteral(right, mirrored(operator), left.type, left.value);
  return undefined;
}

function againstLiteral(
  operand: Expression,
  operator: ComparisonOperator,
  type: DataType,
  value: LiteralValue,
): ColumnComparison | undefined {
  // The bytes of nested values do not lie in their order.
  if (value === null || type.id === 'list' || type.id === 'struct') return undefined;
  if (operand.kind === 'column') {
    if (sameType(operand.type, type)) return { column: operand, operator, value };
    const rescaled = exactlyAs(operand.type, type, value);
    return rescaled === undefined ? undefined : { column: operand, operator, value: rescaled };
  }
  if (operand.kind !== 'cast') return undefined;
  const { arg } = operand;
  if (operand.type.id === 'timestamp' && arg.type.id === 'date') {
    return againstMoment(arg, operator, value as bigint);
  }
  if (!isExact(arg.type) || !isExact(operand.type) || !isExact(type)) return undefined;
  const loseNothing = rangeFits(arg.type, operand.type) && scaleOf(operand.type) >= scaleOf(arg.type);
  if (!loseNothing) return undefined;
  const narrowed = exactlyAs(arg.type, type, value);
  return narrowed === undefined ? undefined : againstLiteral(arg, operator, arg.type, narrowed);
}

/** `day::timestamp operator moment` in days. */
function againstMoment(
  operand: Expression,
  operator: ComparisonOperator,
  moment: bigint,
): ColumnComparison | undefined {
  const rest = ((moment % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  const day = Number((moment - rest) / DAY_MICROS);
  // The ends of 64 bits stand for the infinities, which are no days.
  if (Math.abs(day) > 100_000_000) return undefined;
  if (rest === 0n) return againstLiteral(operand, operator, operand.type, day);
  // Between two midnights: a day comes before the moment when it is at most the day of the moment.
  if (operator === '<' || operator === '<=') return againstLiteral(operand, '<=', operand.type, day);
  if (operator === '>' || operator === '>=') return againstLiteral(operand, '>', operand.type, day);
  return undefined;
}

function isExact(type: DataType): boolean {
  return isInteger(type) || type.id === 'decimal';
}

/** The value of an integer or decimal constant as another such type, or undefined when the type has no such value. */
function exactlyAs(target: DataType, type: DataType, value: LiteralValue): LiteralValue | undefined {
  if (!isExact(target) || !isExact(type)) return undefined;
  let unscaled = BigInt(value as number | bigint);
  const delta = scaleOf(target) - scaleOf(type);
  const factor = 10n ** BigInt(Math.abs(delta));
  if (delta >= 0) unscaled *= factor;
  else if (unscaled % factor === 0n) unscaled /= factor;
  else return undefined;
  const [least, greatest] = target.id === 'decimal' ? unscaledRange(target) : integerRange(target);
  if (unscaled < least || unscaled > greatest) return undefined;
  const isNumber = ['int8', 'int16', 'int32', 'uint8', 'uint16'].includes(target.id);
  return isNumber ? Number(unscaled) : unscaled;
}

/** What the width of the decimal holds: a constant with a digit too many still compares rightly. */
function unscaledRange({ precision }: DecimalType): readonly [bigint, bigint] {
  const bits = precision <= MAX_I64_DECIMAL_PRECISION ? 63n : 127n;
  return [-(2n ** bits), 2n ** bits - 1n];
}
