import { canCast } from '../expression/cast/cast-rules.ts';
import {
  type DataType,
  type DecimalType,
  decimal,
  isInteger,
  MAX_DECIMAL_PRECISION,
  type StructType,
  sameType,
  type TypeId,
} from '../types/index.ts';

/**
 * PostgreSQL's type categories, which overload resolution and the search for a common type go by.
 */
export type TypeCategory =
  | 'unknown'
  | 'boolean'
  | 'numeric'
  | 'string'
  | 'datetime'
  | 'timespan'
  | 'bytes'
  | 'uuid'
  | 'json'
  | 'list'
  | 'struct';

const CATEGORY: Readonly<Record<TypeId, TypeCategory>> = {
  null: 'unknown',
  boolean: 'boolean',
  int8: 'numeric',
  int16: 'numeric',
  int32: 'numeric',
  int64: 'numeric',
  uint8: 'numeric',
  uint16: 'numeric',
  uint32: 'numeric',
  uint64: 'numeric',
  decimal: 'numeric',
  float32: 'numeric',
  float64: 'numeric',
  varchar: 'string',
  bytea: 'bytes',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  date: 'datetime',
  time: 'datetime',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  interval: 'timespan',
  list: 'list',
  struct: 'struct',
};

const PREFERRED: ReadonlySet<TypeId> = new Set(['boolean', 'float64', 'varchar', 'timestamptz', 'interval']);

export function typeCategory(type: DataType): TypeCategory {
  return CATEGORY[type.id];
}

/** The type of its category that overload resolution turns to when nothing else decides. */
export function isPreferred(type: DataType): boolean {
  return PREFERRED.has(type.id);
}

/** Digits that hold every value of an integer type. */
const INTEGER_DIGITS: Readonly<Record<string, number>> = {
  int8: 3,
  int16: 5,
  int32: 10,
  int64: 19,
  uint8: 3,
  uint16: 5,
  uint32: 10,
  uint64: 20,
};

/** The decimal that holds every value of an integer type. */
export function decimalOfInteger(type: DataType): DecimalType {
  return decimal(INTEGER_DIGITS[type.id] ?? MAX_DECIMAL_PRECISION, 0);
}

/** Bits of an integer type and whether it has a sign. */
function integerShape(type: DataType): { readonly bits: number; readonly signed: boolean } {
  return { bits: Number(type.id.replace(/\D/g, '')), signed: !type.id.startsWith('u') };
}

/** Casts that are made wherever types differ, because they lose nothing that matters. */
export function isImplicitCast(from: DataType, to: DataType): boolean {
  return canCast(from, to) === 'implicit';
}

/** Casts that a user may write: the implicit ones, those that may lose or fail, and text to and from other types. */
export function isExplicitCast(from: DataType, to: DataType): boolean {
  return canCast(from, to) !== 'no';
}

/**
 * The decimal that holds the values of both. Where 38 digits are not enough the digits after the point stay and a value with
 * too many before it is an overflow when it comes: rounding away would be a wrong answer.
 */
function commonDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  return decimal(Math.min(whole + scale, MAX_DECIMAL_PRECISION), scale);
}

/** The smallest integer type, or else decimal, that holds the values of both integer types. */
function commonInteger(a: DataType, b: DataType): DataType {
  if (isImplicitCast(a, b)) return b;
  if (isImplicitCast(b, a)) return a;
  // One is signed and the other is not, and neither holds the other.
  const bits = Math.max(integerShape(a).bits, integerShape(b).bits) * 2;
  return bits <= 64 ? ({ id: `int${bits}` } as DataType) : decimal(INTEGER_DIGITS.uint64!, 0);
}

/** Rows meet field by field, under the names of the first. */
function commonRow(a: StructType, b: StructType): DataType | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const types = a.fields.map((field, i) => commonType(field.type, b.fields[i]!.type));
  if (types.includes(undefined)) return undefined;
  return { id: 'struct', fields: a.fields.map(({ name }, i) => ({ name, type: types[i]! })) };
}

/**
 * The type in which two known types meet by implicit casts; undefined when there is none. It is symmetric, and what
 * PostgreSQL's `select_common_type` gives for its own types.
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b) || b.id === 'null') return a;
  if (a.id === 'null') return b;
  if (isInteger(a) && isInteger(b)) return commonInteger(a, b);
  if (isInteger(a) && b.id === 'decimal') return commonDecimal(decimalOfInteger(a), b);
  if (a.id === 'decimal' && isInteger(b)) return commonDecimal(a, decimalOfInteger(b));
  if (a.id === 'decimal' && b.id === 'decimal') return commonDecimal(a, b);
  if (a.id === 'list' && b.id === 'list') {
    const element = commonType(a.element, b.element);
    return element && { id: 'list', element };
  }
  if (a.id === 'struct' && b.id === 'struct') return commonRow(a, b);
  if (typeCategory(a) !== typeCategory(b)) return undefined;
  if (isImplicitCast(a, b)) return b;
  return isImplicitCast(b, a) ? a : undefined;
}
