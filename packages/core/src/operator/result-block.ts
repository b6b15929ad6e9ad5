import { QueryError } from '../error/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import {
  arrowWidth,
  type ColumnLayout,
  LAYOUT_ALIGNMENT,
  LAYOUT_COLUMN_WORDS,
  LAYOUT_HEADER_WORDS,
  writeDirectory,
} from '../vector/arrow-layout.ts';
import { type Address, type LinearMemory, VECTOR_KERNELS, type Vector } from '../vector/index.ts';
import { EXCHANGE_KERNELS, OPERATOR_KERNELS } from './operator-kernels.ts';

const UUID_TEXT_BYTES = 36;
/** Offsets of Arrow's `Utf8` and `Binary` are i32. */
const MAX_BINARY_BYTES = 2 ** 31 - 1;

/** A finished block in linear memory, to be freed by whoever asked for it. */
export interface EncodedBlock {
  readonly address: Address;
  readonly bytes: number;
  readonly numRows: number;
}

/** A column to be laid out, and where. */
interface PlacedColumn extends ColumnLayout {
  readonly column: Vector;
}

/**
 * Lays flat columns out as a `ResultBlock` in a new block of memory. Throws `MEMORY_LIMIT` when there is no room,
 * `OVERFLOW` for an interval that Arrow cannot hold, `RESULT_LIMIT` when the strings of one column exceed 2 GiB.
 */
export function encodeResultBlock(
  columns: readonly Vector[],
  numRows: number,
  memory: LinearMemory,
  account: MemoryAccount,
): EncodedBlock {
  const numWords = LAYOUT_HEADER_WORDS + LAYOUT_COLUMN_WORDS * columns.length;
  let end = numWords * 4;
  const place = (bytes: number): number => {
    if (bytes === 0) return 0;
    const offset = align(end);
    end = offset + bytes;
    return offset;
  };
  const layouts = columns.map((column): PlacedColumn => {
    const numNulls = countNulls(column, numRows, memory);
    const validityBytes = numNulls > 0 && column.type.id !== 'null' ? Math.ceil(numRows / 8) : 0;
    const [firstBytes, secondBytes] = bufferSizes(column, numRows, memory);
    return {
      column,
      numNulls,
      validityOffset: place(validityBytes),
      validityBytes,
      firstOffset: place(firstBytes),
      firstBytes,
      secondOffset: place(secondBytes),
      secondBytes,
    };
  });
  const bytes = align(end);
  const address = memory.allocate(bytes, account);
  try {
    for (const layout of layouts) writeColumn(layout, numRows, address, memory);
  } catch (error) {
    memory.free(address);
    throw error;
  }
  writeDirectory(memory.u32.subarray(address / 4, address / 4 + numWords), numRows, layouts);
  return { address, bytes, numRows };
}

function align(offset: number): number {
  return Math.ceil(offset / LAYOUT_ALIGNMENT) * LAYOUT_ALIGNMENT;
}

function countNulls(column: Vector, numRows: number, memory: LinearMemory): number {
  if (column.type.id === 'null') return numRows;
  if (column.validity === 0) return 0;
  return numRows - memory.kernels(VECTOR_KERNELS).count_true(column.validity, numRows);
}

function bufferSizes(column: Vector, numRows: number, memory: LinearMemory): [number, number] {
  const { type, kind } = column;
  if (type.id === 'null') return [0, 0];
  if (kind === 'bool') return [Math.ceil(numRows / 8), 0];
  if (kind !== 'ref') return [numRows * arrowWidth(type), 0];
  const binaryBytes =
    type.id === 'uuid'
      ? (numRows - countNulls(column, numRows, memory)) * UUID_TEXT_BYTES
      : memory.kernels(OPERATOR_KERNELS).sum_ref_bytes(column.data, numRows) >>> 0;
  if (binaryBytes > MAX_BINARY_BYTES) {
    throw new QueryError('RESULT_LIMIT', 'The strings of one column of a result block exceed 2 GiB.', {
      details: { bytes: binaryBytes },
      hint: 'Lower the batch size, or select fewer or shorter values.',
    });
  }
  return [(numRows + 1) * 4, binaryBytes];
}

function writeColumn(layout: PlacedColumn, numRows: number, block: Address, memory: LinearMemory): void {
  const { column, firstBytes } = layout;
  const { data, type, kind } = column;
  const vectorKernels = memory.kernels(VECTOR_KERNELS);
  const kernels = memory.kernels(EXCHANGE_KERNELS);
  if (layout.validityBytes > 0) {
    vectorKernels.pack_bitmap(block + layout.validityOffset, column.validity, numRows);
  }
  const first = block + layout.firstOffset;
  switch (type.id) {
    case 'null':
      return;
    case 'boolean':
      vectorKernels.pack_bitmap(first, data, numRows);
      return;
    case 'int8':
    case 'uint8':
      kernels.narrow_i32_to_1(first, data, numRows);
      return;
    case 'int16':
    case 'uint16':
      kernels.narrow_i32_to_2(first, data, numRows);
      return;
    case 'uint32':
      kernels.narrow_i64_to_4(first, data, numRows);
      return;
    case 'uint64':
      kernels.narrow_i128_to_8(first, data, numRows);
      return;
    case 'float32':
      kernels.narrow_f64_to_4(first, data, numRows);
      return;
    case 'interval':
      if (kernels.intervals_to_arrow(first, data, column.validity, numRows) !== 0) {
        throw new QueryError('OVERFLOW', 'An interval is too long for a result: its time part exceeds 292 years.');
      }
      return;
    case 'uuid':
      kernels.uuids_to_text(first, block + layout.secondOffset, data, numRows);
      return;
    default:
      if (kind === 'ref') kernels.refs_to_binary(first, block + layout.secondOffset, data, numRows);
      else if (kind === 'i64' && type.id === 'decimal') kernels.widen_i64_to_16(first, data, numRows);
      else vectorKernels.copy_bytes(first, data, firstBytes);
  }
}
