import type { ParquetSchemaElement } from '../physical/split.ts';
import { type DataType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../types/index.ts';
import { leafType } from './leaf-type.ts';
import { CONVERTED, PHYSICAL } from './parquet-format.ts';

/** Operations of the kernel `convert`. Kept equal with `kernels/parquet/convert.ts`. */
const CONVERSION = {
  copy: 0,
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32ToI64: 5,
  uint32ToI64: 6,
  int32Millis: 7,
  int32ToI128: 8,
  int64Millis: 9,
  int64Nanos: 10,
  int64ToI128: 11,
  uint64ToI128: 12,
  int96: 13,
  float: 14,
  float16: 15,
  fixedToI64: 16,
  fixedToI128: 17,
  bytesToI64: 18,
  bytesToI128: 19,
  fixedToRef: 20,
  interval: 21,
} as const;

/** How the physical values of a leaf become values of the engine's type. */
export interface LeafConversion {
  /** The type of the vectors. */
  readonly type: DataType;
  /** Operation of the kernel `convert`; 0 when the physical values are the engine's already. */
  readonly operation: number;
  /** Bytes of a physical value in a row of them: its width, or that of a ref for BYTE_ARRAY; 1 for BOOLEAN. */
  readonly sourceWidth: number;
  /** Bytes of a value after `operation`, and after widening to `type`. */
  readonly naturalWidth: number;
  readonly width: number;
  /** Values must be valid UTF-8. */
  readonly isText: boolean;
}

/**
 * The conversion of a leaf to `type`, which is the leaf's own type ({@link leafType}) or one that it widens to.
 *
 * Throws as `leafType` does.
 */
export function leafConversion(
  file: string,
  column: string,
  element: ParquetSchemaElement,
  type: DataType,
): LeafConversion {
  const isText = type.id === 'varchar' || type.id === 'json';
  const natural = leafType(file, column, element, { binaryAsString: isText });
  const naturalKind = physicalKind(natural);
  return {
    type,
    operation: operationOf(element, natural, naturalKind),
    sourceWidth: sourceWidth(element),
    naturalWidth: KIND_WIDTH[naturalKind],
    width: KIND_WIDTH[physicalKind(type)],
    isText,
  };
}

function sourceWidth({ type, typeLength }: ParquetSchemaElement): number {
  switch (type) {
    case PHYSICAL.boolean:
      return 1;
    case PHYSICAL.int32:
    case PHYSICAL.float:
      return 4;
    case PHYSICAL.int96:
      return 12;
    case PHYSICAL.fixedLenByteArray:
      return typeLength!;
    default:
      return 8;
  }
}

function operationOf(element: ParquetSchemaElement, natural: DataType, kind: PhysicalKind): number {
  switch (element.type) {
    case PHYSICAL.int32:
      if (natural.id === 'decimal') return kind === 'i128' ? CONVERSION.int32ToI128 : CONVERSION.int32ToI64;
      return INT32_OPERATIONS[natural.id] ?? CONVERSION.copy;
    case PHYSICAL.int64:
      if (natural.id === 'decimal') return kind === 'i128' ? CONVERSION.int64ToI128 : CONVERSION.copy;
      if (natural.id === 'uint64') return CONVERSION.uint64ToI128;
      return timeOperation(element, natural);
    case PHYSICAL.int96:
      return CONVERSION.int96;
    case PHYSICAL.float:
      return CONVERSION.float;
    case PHYSICAL.byteArray:
      if (natural.id !== 'decimal') return CONVERSION.copy;
      return kind === 'i128' ? CONVERSION.bytesToI128 : CONVERSION.bytesToI64;
    case PHYSICAL.fixedLenByteArray:
      if (natural.id === 'decimal') return kind === 'i128' ? CONVERSION.fixedToI128 : CONVERSION.fixedToI64;
      if (natural.id === 'float32') return CONVERSION.float16;
      return natural.id === 'interval' ? CONVERSION.interval : CONVERSION.fixedToRef;
    default:
      return CONVERSION.copy;
  }
}

const INT32_OPERATIONS: Readonly<Partial<Record<DataType['id'], number>>> = {
  int8: CONVERSION.int8,
  uint8: CONVERSION.uint8,
  int16: CONVERSION.int16,
  uint16: CONVERSION.uint16,
  uint32: CONVERSION.uint32ToI64,
  time: CONVERSION.int32Millis,
};

function timeOperation({ logicalType, convertedType }: ParquetSchemaElement, natural: DataType): number {
  if (natural.id !== 'timestamp' && natural.id !== 'timestamptz' && natural.id !== 'time') return CONVERSION.copy;
  if (!logicalType) return convertedType === CONVERTED.timestampMillis ? CONVERSION.int64Millis : CONVERSION.copy;
  if (logicalType.unit === 'MILLIS') return CONVERSION.int64Millis;
  return logicalType.unit === 'NANOS' ? CONVERSION.int64Nanos : CONVERSION.copy;
}
