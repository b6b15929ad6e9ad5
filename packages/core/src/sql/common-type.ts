import type { Expression } from '../expression/index.ts';
import { type DataType, type DecimalType, isInteger, VARCHAR } from '../types/index.ts';
import { commonType } from './coercion.ts';
import { exactNumber, integerHolds, naturalDecimal } from './exact-number.ts';

/**
 * The type of a text or NULL literal until its place says what it is. PostgreSQL calls it `unknown`.
 */
export function isUnknown(expression: Expression): boolean {
  return expression.type.id === 'null';
}

/**
 * The narrowest decimal for a constant: an integer literal, a decimal one, or a text that reads as a number. Undefined for
 * anything else.
 */
export function decimalOfConstant(expression: Expression): DecimalType | undefined {
  if (expression.kind !== 'literal' || expression.value === null) return undefined;
  const { type, value } = expression;
  if (type.id === 'decimal') return naturalDecimal({ unscaled: value as bigint, scale: type.scale });
  if (isInteger(type)) return naturalDecimal({ unscaled: BigInt(value as number | bigint), scale: 0 });
  if (type.id !== 'null' || typeof value !== 'string') return undefined;
  const exact = exactNumber(value);
  return exact && naturalDecimal(exact);
}

/**
 * The type in which expressions meet: branches of CASE, columns of UNION, arguments of COALESCE, sides of `=`. Texts and NULLs
 * take the type of the others, or varchar when there are no others; constants beside a decimal count as many digits as they
 * have. Undefined when the types do not meet.
 */
export function commonTypeOf(expressions: readonly Expression[]): DataType | undefined {
  const known = expressions.filter((expression) => !isUnknown(expression));
  if (known.length === 0) return VARCHAR;
  let type = meet(known.map((expression) => expression.type));
  if (type?.id !== 'decimal') return type;
  type = meet(known.map((expression) => decimalOfConstant(expression) ?? expression.type));
  // A text beside a decimal is read with all its digits.
  const texts = expressions.filter(isUnknown).flatMap((expression) => decimalOfConstant(expression) ?? []);
  return type && meet([type, ...texts]);
}

function meet(types: readonly DataType[]): DataType | undefined {
  return types.reduce<DataType | undefined>((a, b) => a && commonType(a, b), types[0]);
}

/**
 * The type in which columns are compared with constants: where all are integers and the constants fit, that of the columns, so
 * that no column has to be cast; otherwise `type`.
 */
export function narrowToColumns(type: DataType | undefined, expressions: readonly Expression[]): DataType | undefined {
  const columns = expressions.filter((expression) => expression.kind !== 'literal');
  const narrow = columns.length > 0 ? commonTypeOf(columns) : undefined;
  if (!type || !narrow || !isInteger(narrow)) return type;
  const fits = expressions.every(
    (expression) =>
      expression.kind !== 'literal' ||
      (isInteger(expression.type) &&
        (expression.value === null || integerHolds(narrow, BigInt(expression.value as number | bigint)))),
  );
  return fits ? narrow : type;
}
