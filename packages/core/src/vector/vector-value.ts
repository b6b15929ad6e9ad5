import { type DataType, KIND_WIDTH, type LiteralValue, physicalKind } from '../types/index.ts';
import type { Address, LinearMemory } from './linear-memory.ts';
import { decodeNested } from './nested-encoding.ts';
import type { Vector } from './vector.ts';

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The value of one row, for constant folding, row functions and tests. It reads through JavaScript, so it is not for loops
 * over the rows of a query: results leave through Arrow, and work on rows belongs into kernels.
 */
export function vectorValue(vector: Vector, row: number, memory: LinearMemory): LiteralValue {
  const at = vector.encoding === 'constant' ? 0 : row;
  if (vector.validity !== 0 && memory.u8[vector.validity + at] === 0) return null;
  if (vector.encoding === 'dictionary') {
    const code = new DataView(memory.memory.buffer).getUint32(vector.data + 4 * row, true);
    return readLiteral(vector.type, vector.dictionary!.data + code * KIND_WIDTH[vector.kind], memory);
  }
  return readLiteral(vector.type, vector.data + at * vector.width, memory);
}

/** The values of all rows; see {@link vectorValue}. */
export function vectorValues(vector: Vector, memory: LinearMemory): LiteralValue[] {
  return Array.from({ length: vector.length }, (_, row) => vectorValue(vector, row, memory));
}

/** The value that lies at `address` in the layout of its kind. */
function readLiteral(type: DataType, address: Address, memory: LinearMemory): LiteralValue {
  const view = new DataView(memory.memory.buffer);
  switch (physicalKind(type)) {
    case 'bool':
      return view.getUint8(address) !== 0;
    case 'i32':
      return type.id === 'null' ? null : view.getInt32(address, true);
    case 'i64':
      return view.getBigInt64(address, true);
    case 'f64':
      return view.getFloat64(address, true);
    case 'i128':
      return (view.getBigInt64(address + 8, true) << 64n) | view.getBigUint64(address, true);
    case 'interval':
      return {
        months: view.getInt32(address, true),
        days: view.getInt32(address + 4, true),
        micros: view.getBigInt64(address + 8, true),
      };
    case 'ref': {
      const start = view.getUint32(address, true);
      // Copied: TextDecoder refuses views of shared memory.
      return decodeRef(type, memory.u8.slice(start, start + view.getUint32(address + 4, true)));
    }
  }
}

function decodeRef(type: DataType, bytes: Uint8Array): LiteralValue {
  switch (type.id) {
    case 'bytea':
      return bytes;
    case 'uuid': {
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    }
    case 'list':
    case 'struct':
      return decodeNested(type, bytes);
    default:
      return TEXT.decode(bytes);
  }
}
