import type { ParquetSchemaElement } from '../physical/split.ts';
import * as types from '../types/index.ts';
import { badFooter, unsupportedFile } from './file-error.ts';
import { CONVERTED, PHYSICAL, PHYSICAL_NAMES } from './parquet-format.ts';

export interface LeafTypeOptions {
  /** Byte arrays without an annotation are text. Default: false, they are `bytea`. */
  readonly binaryAsString?: boolean;
}

const PLAIN_TYPES: readonly types.DataType[] = [
  types.BOOLEAN,
  types.INT32,
  types.INT64,
  types.TIMESTAMP,
  types.FLOAT32,
  types.FLOAT64,
  types.BYTEA,
  types.BYTEA,
];

const SIGNED_BY_BITS: Readonly<Record<number, types.DataType>> = {
  8: types.INT8,
  16: types.INT16,
  32: types.INT32,
  64: types.INT64,
};

const UNSIGNED_BY_BITS: Readonly<Record<number, types.DataType>> = {
  8: types.UINT8,
  16: types.UINT16,
  32: types.UINT32,
  64: types.UINT64,
};

/**
 * The engine's type of a Parquet leaf, by LogicalTypes.md: the logical type where there is one, else the converted type,
 * else the physical type. What PostgreSQL has no type for is read as the nearest one:
 *
 * - times and timestamps in nanoseconds are read in microseconds, rounded down;
 * - INT96 is a timestamp without time zone, and so are the old converted timestamps, which say nothing about a zone;
 * - times adjusted to UTC are plain times; FLOAT16 is `real`;
 * - BSON, geometry and annotations yet unknown are read as what they are stored as.
 *
 * Throws `BAD_FOOTER` for an annotation that its physical type cannot carry, and `UNSUPPORTED_FILE` for decimals beyond
 * 38 digits.
 */
export function leafType(
  file: string,
  column: string,
  element: ParquetSchemaElement,
  options: LeafTypeOptions = {},
): types.DataType {
  const physical = element.type!;
  const only = (type: types.DataType, ...allowed: readonly number[]): types.DataType => {
    if (allowed.includes(physical)) return type;
    const declared = types.formatType(type);
    throw badFooter(file, `column '${column}' is declared as ${declared} but stored as ${PHYSICAL_NAMES[physical]}`);
  };
  const bytes = [PHYSICAL.byteArray, PHYSICAL.fixedLenByteArray];
  const plain = () =>
    options.binaryAsString && physical === PHYSICAL.byteArray ? types.VARCHAR : PLAIN_TYPES[physical]!;

  const logical = element.logicalType;
  switch (logical?.kind) {
    case 'STRING':
    case 'ENUM':
      return only(types.VARCHAR, ...bytes);
    case 'JSON':
      return only(types.JSON_TYPE, ...bytes);
    case 'UUID':
      if (element.typeLength !== 16)
        throw badFooter(file, `column '${column}' is declared as uuid but not 16 bytes long`);
      return only(types.UUID, PHYSICAL.fixedLenByteArray);
    case 'DECIMAL':
      return decimalType(file, column, Number(logical.precision), Number(logical.scale), only);
    case 'DATE':
      return only(types.DATE, PHYSICAL.int32);
    case 'TIME':
      return only(types.TIME, logical.unit === 'MILLIS' ? PHYSICAL.int32 : PHYSICAL.int64);
    case 'TIMESTAMP':
      return only(logical.utc ? types.TIMESTAMPTZ : types.TIMESTAMP, PHYSICAL.int64);
    case 'INTEGER': {
      const bits = Number(logical.bits);
      const type = (logical.signed ? SIGNED_BY_BITS : UNSIGNED_BY_BITS)[bits];
      if (!type) throw badFooter(file, `column '${column}' is declared as an integer of ${bits} bits`);
      return only(type, bits === 64 ? PHYSICAL.int64 : PHYSICAL.int32);
    }
    case 'FLOAT16':
      if (element.typeLength !== 2)
        throw badFooter(file, `column '${column}' is declared as FLOAT16 but not 2 bytes long`);
      return only(types.FLOAT32, PHYSICAL.fixedLenByteArray);
    default:
      break;
  }
  // A logical type that is known to have no converted form must not be overruled by one.
  if (logical) return plain();

  switch (element.convertedType) {
    case CONVERTED.utf8:
    case CONVERTED.enum:
      return only(types.VARCHAR, ...bytes);
    case CONVERTED.json:
      return only(types.JSON_TYPE, ...bytes);
    case CONVERTED.decimal:
      return decimalType(file, column, element.precision ?? 0, element.scale ?? 0, only);
    case CONVERTED.date:
      return only(types.DATE, PHYSICAL.int32);
    case CONVERTED.timeMillis:
      return only(types.TIME, PHYSICAL.int32);
    case CONVERTED.timeMicros:
      return only(types.TIME, PHYSICAL.int64);
    case CONVERTED.timestampMillis:
    case CONVERTED.timestampMicros:
      return only(types.TIMESTAMP, PHYSICAL.int64);
    case CONVERTED.uint8:
      return only(types.UINT8, PHYSICAL.int32);
    case CONVERTED.uint16:
      return only(types.UINT16, PHYSICAL.int32);
    case CONVERTED.uint32:
      return only(types.UINT32, PHYSICAL.int32);
    case CONVERTED.uint64:
      return only(types.UINT64, PHYSICAL.int64);
    case CONVERTED.int8:
      return only(types.INT8, PHYSICAL.int32);
    case CONVERTED.int16:
      return only(types.INT16, PHYSICAL.int32);
    case CONVERTED.int32:
      return only(types.INT32, PHYSICAL.int32);
    case CONVERTED.int64:
      return only(types.INT64, PHYSICAL.int64);
    case CONVERTED.interval:
      if (element.typeLength !== 12) throw badFooter(file, `column '${column}' is an interval but not 12 bytes long`);
      return only(types.INTERVAL, PHYSICAL.fixedLenByteArray);
    default:
      return plain();
  }
}

function decimalType(
  file: string,
  column: string,
  precision: number,
  scale: number,
  only: (type: types.DataType, ...allowed: readonly number[]) => types.DataType,
): types.DataType {
  if (!(precision >= 1 && scale >= 0 && scale <= precision)) {
    throw badFooter(file, `column '${column}' is declared as decimal(${precision},${scale})`);
  }
  const type = types.decimal(precision, scale);
  if (precision > types.MAX_DECIMAL_PRECISION) {
    throw unsupportedFile(file, `column '${column}' is a decimal of ${precision} digits, and 38 is the most`);
  }
  return only(type, PHYSICAL.int32, PHYSICAL.int64, PHYSICAL.byteArray, PHYSICAL.fixedLenByteArray);
}
