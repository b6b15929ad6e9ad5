import type { Expression } from '../expression/index.ts';
import { type DataType, type DecimalType, isInteger, list } from '../types/index.ts';
import { commonType, decimalOfInteger } from './coercion.ts';
import { decimalOfConstant } from './common-type.ts';
import { ANY_DECIMAL } from './sql-type-name.ts';

/** The digits that `numeric` without digits has for a value: all of its own where they are known. */
export function decimalFor(arg: Expression): DecimalType {
  return arg.type.id === 'decimal' ? arg.type : (decimalOfConstant(arg) ?? digitsOf(arg.type));
}

/** `numeric[]` without digits for values of a type: with the digits of its elements where these are known. */
export function listWithDigitsOf(type: DataType, from: DataType): DataType {
  if (type.id !== 'list') return digitsOf(from);
  return from.id === 'list' ? list(listWithDigitsOf(type.element, from.element)) : type;
}

/** The digits in which all of some values fit that are to be `numeric`. */
export function decimalForAll(values: readonly Expression[]): DecimalType {
  const known = values.filter((value) => !(value.kind === 'literal' && value.value === null)).map(decimalFor);
  const [first = ANY_DECIMAL, ...more] = known;
  return more.reduce<DecimalType>((a, b) => commonType(a, b) as DecimalType, first);
}

function digitsOf(type: DataType): DecimalType {
  if (type.id === 'decimal') return type;
  return isInteger(type) ? decimalOfInteger(type) : ANY_DECIMAL;
}
