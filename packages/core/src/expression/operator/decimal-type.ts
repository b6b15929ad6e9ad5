import { type DataType, type DecimalType, decimal, MAX_DECIMAL_PRECISION } from '../../types/index.ts';

/** Digits after the point that a quotient has at least; PostgreSQL's numeric division gives 16 significant ones or more. */
const MIN_QUOTIENT_SCALE = 16;
/** Digits before the point that a quotient can always have, unless its operands have fewer. */
const MIN_QUOTIENT_INTEGER_DIGITS = 20;

function pair(args: readonly DataType[]): readonly [DecimalType, DecimalType] {
  return args as readonly DataType[] as readonly [DecimalType, DecimalType];
}

/** Of a sum or difference: the larger scale, and one digit more than the wider operand has before the point. */
export function sumType(args: readonly DataType[]): DecimalType {
  const [a, b] = pair(args);
  const scale = Math.max(a.scale, b.scale);
  const integerDigits = Math.max(a.precision - a.scale, b.precision - b.scale) + 1;
  return decimal(Math.min(MAX_DECIMAL_PRECISION, integerDigits + scale), scale);
}

/** Of a product: the digits and the scales of both operands together. */
export function productType(args: readonly DataType[]): DecimalType {
  const [a, b] = pair(args);
  return decimal(
    Math.min(MAX_DECIMAL_PRECISION, a.precision + b.precision),
    Math.min(MAX_DECIMAL_PRECISION, a.scale + b.scale),
  );
}

/**
 * Of a quotient: 16 digits after the point, or the larger scale. Where 38 digits do not hold that beside all digits that
 * the quotient may have before the point, those before it are limited to 20; a larger quotient is an overflow.
 */
export function quotientType(args: readonly DataType[]): DecimalType {
  const [a, b] = pair(args);
  const integerDigits = a.precision - a.scale + b.scale;
  const wanted = Math.max(MIN_QUOTIENT_SCALE, a.scale, b.scale);
  const room = MAX_DECIMAL_PRECISION - Math.min(integerDigits, MIN_QUOTIENT_INTEGER_DIGITS);
  // The dividend is multiplied by 10^(scale - a.scale + b.scale), of which there are 38 at most.
  const scale = Math.min(wanted, room, MAX_DECIMAL_PRECISION + a.scale - b.scale);
  return decimal(MAX_DECIMAL_PRECISION, scale);
}

/** Of a remainder: the larger scale, and the digits of the narrower operand before the point. */
export function remainderType(args: readonly DataType[]): DecimalType {
  const [a, b] = pair(args);
  const scale = Math.max(a.scale, b.scale);
  const integerDigits = Math.min(a.precision - a.scale, b.precision - b.scale);
  return decimal(Math.min(MAX_DECIMAL_PRECISION, Math.max(1, integerDigits + scale)), scale);
}
