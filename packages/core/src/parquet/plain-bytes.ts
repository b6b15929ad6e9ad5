import type { ParquetSchemaElement } from '../physical/split.ts';
import type { DataType } from '../types/index.ts';
import type { BoundValue } from './column-bounds.ts';
import { CONVERTED, PHYSICAL } from './parquet-format.ts';

/**
 * The PLAIN encoding of a value in a leaf, without the length of a byte array. `null` when no such value can be stored there;
 * undefined where equal values may be stored in different ways (0 and -0, decimals of any length), so that looking for one of
 * them proves nothing.
 */
export function plainBytes(
  value: BoundValue,
  element: ParquetSchemaElement,
  type: DataType,
): Uint8Array | null | undefined {
  switch (element.type) {
    case PHYSICAL.int32:
    case PHYSICAL.int64:
      return typeof value === 'number' || typeof value === 'bigint' ? integerBytes(BigInt(value), element) : undefined;
    case PHYSICAL.float:
    case PHYSICAL.double:
      return typeof value === 'number' ? floatBytes(value, element.type === PHYSICAL.float) : undefined;
    case PHYSICAL.byteArray:
      return value instanceof Uint8Array && type.id !== 'decimal' ? value : undefined;
    case PHYSICAL.fixedLenByteArray:
      if (value instanceof Uint8Array) return value.length === element.typeLength ? value : null;
      return type.id === 'decimal' && typeof value === 'bigint' ? decimalBytes(value, element.typeLength!) : undefined;
    default:
      return undefined;
  }
}

function integerBytes(value: bigint, element: ParquetSchemaElement): Uint8Array | null | undefined {
  const unit = element.logicalType?.unit;
  // Many nanoseconds are the same microsecond here.
  if (unit === 'NANOS') return undefined;
  const isMillis =
    unit === 'MILLIS' ||
    element.convertedType === CONVERTED.timeMillis ||
    element.convertedType === CONVERTED.timestampMillis;
  if (isMillis && value % 1000n !== 0n) return null;
  const stored = isMillis ? value / 1000n : value;
  const length = element.type === PHYSICAL.int32 ? 4 : 8;
  const bits = length * 8;
  if (BigInt.asIntN(bits, stored) !== stored && BigInt.asUintN(bits, stored) !== stored) return null;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  if (length === 4) view.setInt32(0, Number(BigInt.asIntN(32, stored)), true);
  else view.setBigInt64(0, BigInt.asIntN(64, stored), true);
  return bytes;
}

function floatBytes(value: number, isSingle: boolean): Uint8Array | null | undefined {
  if (value === 0 || Number.isNaN(value)) return undefined;
  if (isSingle && Math.fround(value) !== value) return null;
  const bytes = new Uint8Array(isSingle ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (isSingle) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return bytes;
}

function decimalBytes(value: bigint, length: number): Uint8Array | null {
  if (BigInt.asIntN(length * 8, value) !== value) return null;
  const bytes = new Uint8Array(length);
  let left = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(BigInt.asUintN(8, left));
    left >>= 8n;
  }
  return bytes;
}
