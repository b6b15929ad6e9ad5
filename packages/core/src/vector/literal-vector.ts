import { internal } from '../error/index.ts';
import { type DataType, type IntervalValue, KIND_WIDTH, type LiteralValue, physicalKind } from '../types/index.ts';
import type { Arena } from './arena.ts';
import type { Address } from './linear-memory.ts';
import { encodeNested } from './nested-encoding.ts';
import { Vector } from './vector.ts';

const TEXT = new TextEncoder();

/**
 * A constant vector of one value; null gives the constant null. Strings and other `ref` values are copied into the arena.
 * A uuid is its 16 bytes, most significant first.
 */
export function literalVector(type: DataType, value: LiteralValue, numRows: number, arena: Arena): Vector {
  const data = arena.allocateZeroed(KIND_WIDTH[physicalKind(type)]);
  if (value === null) return Vector.constant(type, numRows, data, arena.allocateZeroed(1));
  writeLiteral(type, value, data, arena);
  return Vector.constant(type, numRows, data);
}

/**
 * A flat vector of the given values: for the rows of a VALUES clause, lists of an IN, partition keys. Not for rows that are
 * already in memory: it costs a JavaScript call a value.
 */
export function vectorOfLiterals(type: DataType, values: readonly LiteralValue[], arena: Arena): Vector {
  const width = KIND_WIDTH[physicalKind(type)];
  const data = arena.allocateZeroed(values.length * width);
  let validity: Address = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== null) {
      writeLiteral(type, value, data + i * width, arena);
    } else {
      if (validity === 0) {
        validity = arena.allocate(values.length);
        arena.memory.u8.fill(1, validity, validity + values.length);
      }
      arena.memory.u8[validity + i] = 0;
    }
  }
  return Vector.flat(type, values.length, data, validity);
}

/** The bytes that a `ref` of the type points to. */
export function encodeRefLiteral(type: DataType, value: LiteralValue): Uint8Array {
  switch (type.id) {
    case 'bytea':
      return value as Uint8Array;
    case 'uuid':
      return Uint8Array.from((value as string).replaceAll('-', '').match(/../g)!, (pair) => Number.parseInt(pair, 16));
    case 'list':
    case 'struct':
      return encodeNested(type, value);
    default:
      return TEXT.encode(value as string);
  }
}

/** Writes a value that is not null in the layout of its kind; what a `ref` points to goes into the arena. */
function writeLiteral(type: DataType, value: LiteralValue, address: Address, arena: Arena): void {
  if (value === null) throw internal('a null has no bytes');
  const { memory } = arena;
  const kind = physicalKind(type);
  if (kind === 'ref') {
    const bytes = encodeRefLiteral(type, value);
    const target = arena.allocate(bytes.length);
    memory.u8.set(bytes, target);
    const view = new DataView(memory.memory.buffer);
    view.setUint32(address, target, true);
    view.setUint32(address + 4, bytes.length, true);
    return;
  }
  const view = new DataView(memory.memory.buffer);
  switch (kind) {
    case 'bool':
      view.setUint8(address, value === true ? 1 : 0);
      return;
    case 'i32':
      view.setInt32(address, Number(value), true);
      return;
    case 'i64':
      view.setBigInt64(address, BigInt(value as bigint), true);
      return;
    case 'f64':
      view.setFloat64(address, type.id === 'float32' ? Math.fround(value as number) : (value as number), true);
      return;
    case 'i128': {
      const wide = BigInt(value as bigint);
      view.setBigUint64(address, BigInt.asUintN(64, wide), true);
      view.setBigInt64(address + 8, BigInt.asIntN(64, wide >> 64n), true);
      return;
    }
    case 'interval': {
      const { months, days, micros } = value as IntervalValue;
      view.setInt32(address, months, true);
      view.setInt32(address + 4, days, true);
      view.setBigInt64(address + 8, micros, true);
    }
  }
}
