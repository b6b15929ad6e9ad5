import type { ParquetSchemaElement } from '../physical/split.ts';
import { type DataType, type LiteralValue, physicalKind } from '../types/index.ts';
import type { RawStatistics } from './column-metadata.ts';
import type { ColumnOrder } from './footer.ts';
import { CONVERTED, PHYSICAL } from './parquet-format.ts';

/**
 * A value in the form in which bounds compare: as a {@link LiteralValue}, but text and uuid as their bytes, because that
 * is their order and a bound may have been cut in the middle of a character.
 */
export type BoundValue = boolean | number | bigint | Uint8Array;

/** What is certain about the values of a column in some rows. */
export interface ColumnBounds {
  readonly type: DataType;
  readonly numRows: number;
  /** Undefined: not known. */
  readonly numNulls: number | undefined;
  /** No value is less, none is greater; undefined: not known. Floats: not a number is left out of account. */
  readonly min: BoundValue | undefined;
  readonly max: BoundValue | undefined;
  /** Whether `min` and `max` are values that occur (and not merely bounds). */
  readonly isMinExact: boolean;
  readonly isMaxExact: boolean;
  /** Whether a value may occur, where more is known than the bounds (a bloom filter). */
  readonly mayContain?: ((value: BoundValue) => boolean) | undefined;
}

/** Nothing is known but the number of rows. */
export function unknownBounds(type: DataType, numRows: number): ColumnBounds {
  return { type, numRows, numNulls: undefined, min: undefined, max: undefined, isMinExact: false, isMaxExact: false };
}

/** All rows have the same value, as those of a partition column. */
export function constantBounds(type: DataType, value: LiteralValue, numRows: number): ColumnBounds {
  if (value === null) {
    return { type, numRows, numNulls: numRows, min: undefined, max: undefined, isMinExact: false, isMaxExact: false };
  }
  const bound = toBoundValue(type, value);
  return { type, numRows, numNulls: 0, min: bound, max: bound, isMinExact: true, isMaxExact: true };
}

/**
 * The bounds that the statistics of a column chunk give. `type` is the type of the leaf.
 *
 * Left out, because they prove nothing: INT96 and interval (no defined order), orders that are not the type's, not a number,
 * and the deprecated `min` and `max` of types whose order was ambiguous (byte strings and unsigned integers).
 */
export function statisticsBounds(
  statistics: RawStatistics | undefined,
  element: ParquetSchemaElement,
  type: DataType,
  order: ColumnOrder,
  numRows: number,
): ColumnBounds {
  if (!statistics) return unknownBounds(type, numRows);
  const numNulls =
    statistics.numNulls !== undefined && statistics.numNulls <= numRows ? statistics.numNulls : undefined;
  let { min, max } = statistics;
  if (order !== 'type') min = max = undefined;
  if (min === undefined && max === undefined && isSignedOrder(element, type)) {
    min = statistics.deprecatedMin;
    max = statistics.deprecatedMax;
  }
  const low = decodeBound(min, element, type);
  const high = decodeBound(max, element, type);
  const isFixed = element.type !== PHYSICAL.byteArray && element.type !== PHYSICAL.fixedLenByteArray;
  return {
    type,
    numRows,
    numNulls,
    min: low,
    max: high,
    isMinExact: low !== undefined && (statistics.isMinExact ?? isFixed),
    isMaxExact: high !== undefined && (statistics.isMaxExact ?? isFixed),
  };
}

const textEncoder = new TextEncoder();

/** A value of a literal as bounds compare it; undefined for types that have no order here. */
export function toBoundValue(type: DataType, value: LiteralValue): BoundValue | undefined {
  switch (type.id) {
    case 'varchar':
      return typeof value === 'string' ? textEncoder.encode(value) : undefined;
    case 'uuid':
      return typeof value === 'string' ? uuidBytes(value) : undefined;
    case 'json':
    case 'interval':
    case 'list':
    case 'struct':
      return undefined;
    default:
      if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
      return typeof value === 'boolean' || typeof value === 'bigint' || value instanceof Uint8Array ? value : undefined;
  }
}

/** The value of a bound as a literal; undefined where it is none (text that was cut in a character). */
export function fromBoundValue(type: DataType, bound: BoundValue | undefined): LiteralValue | undefined {
  if (!(bound instanceof Uint8Array) || type.id === 'bytea') return bound;
  if (type.id === 'uuid') {
    const hex = Array.from(bound, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bound);
  } catch {
    return undefined;
  }
}

/** Order of two values of one type: negative, zero or positive. Bytes compare as unsigned, a prefix before what it begins. */
export function compareBounds(a: BoundValue, b: BoundValue): number {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return a < b ? -1 : a > b ? 1 : 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

/** Whether the deprecated statistics of the type, which compared bytes as signed, are in the type's order. */
function isSignedOrder(element: ParquetSchemaElement, type: DataType): boolean {
  if (type.id.startsWith('uint')) return false;
  return element.type !== PHYSICAL.byteArray && element.type !== PHYSICAL.fixedLenByteArray;
}

function decodeBound(
  bytes: Uint8Array | undefined,
  element: ParquetSchemaElement,
  type: DataType,
): BoundValue | undefined {
  if (!bytes || type.id === 'interval' || type.id === 'json') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (element.type) {
    case PHYSICAL.boolean:
      return bytes.length === 1 ? bytes[0] !== 0 : undefined;
    case PHYSICAL.int32: {
      if (bytes.length !== 4) return undefined;
      const value = type.id.startsWith('uint') ? view.getUint32(0, true) : view.getInt32(0, true);
      return integerBound(BigInt(value), element, type);
    }
    case PHYSICAL.int64: {
      if (bytes.length !== 8) return undefined;
      const value = type.id === 'uint64' ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
      return integerBound(value, element, type);
    }
    case PHYSICAL.float:
      return bytes.length === 4 ? notNaN(view.getFloat32(0, true)) : undefined;
    case PHYSICAL.double:
      return bytes.length === 8 ? notNaN(view.getFloat64(0, true)) : undefined;
    case PHYSICAL.byteArray:
    case PHYSICAL.fixedLenByteArray:
      if (type.id === 'decimal') return bytes.length > 0 ? bigEndian(bytes) : undefined;
      if (type.id === 'float32') return bytes.length === 2 ? notNaN(float16(view.getUint16(0, true))) : undefined;
      if (type.id === 'uuid' && bytes.length !== 16) return undefined;
      // A footer lives in a cache for long; a bound must not keep it alive.
      return type.id === 'varchar' || type.id === 'bytea' || type.id === 'uuid' ? bytes.slice() : undefined;
    default:
      return undefined;
  }
}

/** An integer of the file in the unit and the JavaScript form of its type. */
function integerBound(value: bigint, element: ParquetSchemaElement, type: DataType): BoundValue {
  const unit = element.logicalType?.unit;
  const isMillis =
    unit === 'MILLIS' ||
    (!element.logicalType &&
      (element.convertedType === CONVERTED.timeMillis || element.convertedType === CONVERTED.timestampMillis));
  if (isMillis) return value * 1000n;
  if (unit === 'NANOS') return floorDivide(value, 1000n);
  if (type.id === 'decimal' || physicalKind(type) !== 'i32') return value;
  return Number(value);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function notNaN(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function uuidBytes(text: string): Uint8Array | undefined {
  const hex = text.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) return undefined;
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
