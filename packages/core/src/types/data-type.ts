/**
 * The logical types of SQL values and the physical kinds in which kernels see them.
 *
 * A type is frozen plain data: it crosses threads and is compared with {@link sameType}. Each type has one
 * {@link PhysicalKind}, which says how a value lies in memory; kernels know kinds, never types.
 */

/** Types without parameters. Unsigned and 8-bit integers come from Parquet; PostgreSQL has no syntax for them. */
export type SimpleTypeId =
  | 'null'
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'varchar'
  | 'bytea'
  | 'uuid'
  | 'json'
  | 'jsonb'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval';

export interface SimpleType {
  readonly id: SimpleTypeId;
}

/** Fixed point: up to 38 digits, `scale` of them after the point. */
export interface DecimalType {
  readonly id: 'decimal';
  readonly precision: number;
  readonly scale: number;
}

export interface ListType {
  readonly id: 'list';
  readonly element: DataType;
}

export interface StructField {
  readonly name: string;
  readonly type: DataType;
}

export interface StructType {
  readonly id: 'struct';
  readonly fields: readonly StructField[];
}

export type DataType = SimpleType | DecimalType | ListType | StructType;

export type TypeId = DataType['id'];

/**
 * How a value lies in linear memory, little-endian:
 *
 * | kind | bytes | content |
 * |---|---|---|
 * | `bool` | 1 | 0 or 1 |
 * | `i32` | 4 | integers of up to 32 bits (unsigned ones of up to 16), days of a date since 1970-01-01 |
 * | `i64` | 8 | integers, uint32, microseconds of a time or timestamp, decimals of up to 18 digits (unscaled) |
 * | `f64` | 8 | float64; float32 too, with each value exactly representable in 32 bits |
 * | `i128` | 16 | decimals of 19 to 38 digits (unscaled, two's complement), uint64 |
 * | `ref` | 8 | address (u32) and length in bytes (u32) of a string, byte string or encoded nested value |
 * | `interval` | 16 | months (i32), days (i32), microseconds (i64) |
 */
export type PhysicalKind = 'bool' | 'i32' | 'i64' | 'f64' | 'i128' | 'ref' | 'interval';

/** Bytes of one value of a kind. */
export const KIND_WIDTH: Readonly<Record<PhysicalKind, number>> = {
  bool: 1,
  i32: 4,
  i64: 8,
  f64: 8,
  i128: 16,
  ref: 8,
  interval: 16,
};

const KIND_OF_SIMPLE: Readonly<Record<SimpleTypeId, PhysicalKind>> = {
  null: 'i32',
  boolean: 'bool',
  int8: 'i32',
  int16: 'i32',
  int32: 'i32',
  int64: 'i64',
  uint8: 'i32',
  uint16: 'i32',
  uint32: 'i64',
  uint64: 'i128',
  float32: 'f64',
  float64: 'f64',
  varchar: 'ref',
  bytea: 'ref',
  uuid: 'ref',
  json: 'ref',
  jsonb: 'ref',
  date: 'i32',
  time: 'i64',
  timestamp: 'i64',
  timestamptz: 'i64',
  interval: 'interval',
};

/** Digits that fit an int64: decimals of up to this precision are `i64`, wider ones `i128`. */
export const MAX_I64_DECIMAL_PRECISION = 18;
/** The widest decimal. */
export const MAX_DECIMAL_PRECISION = 38;

export function physicalKind(type: DataType): PhysicalKind {
  switch (type.id) {
    case 'decimal':
      return type.precision <= MAX_I64_DECIMAL_PRECISION ? 'i64' : 'i128';
    case 'list':
    case 'struct':
      return 'ref';
    default:
      return KIND_OF_SIMPLE[type.id];
  }
}

const simple = (id: SimpleTypeId): SimpleType => Object.freeze({ id });

export const NULL = simple('null');
export const BOOLEAN = simple('boolean');
export const INT8 = simple('int8');
export const INT16 = simple('int16');
export const INT32 = simple('int32');
export const INT64 = simple('int64');
export const UINT8 = simple('uint8');
export const UINT16 = simple('uint16');
export const UINT32 = simple('uint32');
export const UINT64 = simple('uint64');
export const FLOAT32 = simple('float32');
export const FLOAT64 = simple('float64');
export const VARCHAR = simple('varchar');
export const BYTEA = simple('bytea');
export const UUID = simple('uuid');
export const JSON_TYPE = simple('json');
export const JSONB = simple('jsonb');
export const DATE = simple('date');
export const TIME = simple('time');
export const TIMESTAMP = simple('timestamp');
export const TIMESTAMPTZ = simple('timestamptz');
export const INTERVAL = simple('interval');

export function decimal(precision: number, scale: number): DecimalType {
  return Object.freeze({ id: 'decimal', precision, scale });
}

export function list(element: DataType): ListType {
  return Object.freeze({ id: 'list', element });
}

export function struct(fields: readonly StructField[]): StructType {
  return Object.freeze({ id: 'struct', fields: Object.freeze([...fields]) });
}

/** Whether two types are the same, parameters included. */
export function sameType(a: DataType, b: DataType): boolean {
  if (a === b) return true;
  if (a.id !== b.id) return false;
  switch (a.id) {
    case 'decimal':
      return a.precision === (b as DecimalType).precision && a.scale === (b as DecimalType).scale;
    case 'list':
      return sameType(a.element, (b as ListType).element);
    case 'struct': {
      const other = (b as StructType).fields;
      return (
        a.fields.length === other.length &&
        a.fields.every((field, i) => field.name === other[i]!.name && sameType(field.type, other[i]!.type))
      );
    }
    default:
      return true;
  }
}

const SQL_NAME: Readonly<Partial<Record<SimpleTypeId, string>>> = {
  null: 'unknown',
  int8: 'tinyint',
  int16: 'smallint',
  int32: 'integer',
  int64: 'bigint',
  uint8: 'utinyint',
  uint16: 'usmallint',
  uint32: 'uinteger',
  uint64: 'ubigint',
  float32: 'real',
  float64: 'double precision',
};

/** The type as SQL writes it: `bigint`, `decimal(15,2)`, `integer[]`, `struct(a integer, b varchar)`. */
export function formatType(type: DataType): string {
  switch (type.id) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'list':
      return `${formatType(type.element)}[]`;
    case 'struct':
      return `struct(${type.fields.map((field) => `${field.name} ${formatType(field.type)}`).join(', ')})`;
    default:
      return SQL_NAME[type.id] ?? type.id;
  }
}

export function isInteger(type: DataType): boolean {
  return /^u?int\d/.test(type.id);
}

export function isNumeric(type: DataType): boolean {
  return isInteger(type) || type.id === 'decimal' || type.id === 'float32' || type.id === 'float64';
}

export function isFloat(type: DataType): boolean {
  return type.id === 'float32' || type.id === 'float64';
}
