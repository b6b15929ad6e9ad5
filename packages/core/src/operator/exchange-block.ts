import { QueryError } from '../error/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../types/index.ts';
import { type Address, type Arena, Batch, type LinearMemory, VECTOR_KERNELS, Vector } from '../vector/index.ts';
import { EXCHANGE_KERNELS, OPERATOR_KERNELS } from './operator-kernels.ts';
import type { EncodedBlock } from './result-block.ts';

/** `MILX` in memory order. */
const MAGIC = 0x584c494d;
const VERSION = 1;
const HEADER_WORDS = 4;
const COLUMN_WORDS = 3;
const ALIGNMENT = 16;

interface PlacedColumn {
  readonly column: Vector;
  readonly validityOffset: number;
  readonly dataOffset: number;
  readonly heapOffset: number;
}

/**
 * Lays flat columns out as an exchange block in a new block of memory. Version 1, little-endian:
 *
 * - header, four u32: magic `MILX`, version (low half) and number of columns (high half), number of rows, bytes of the block;
 * - for each column three u32: offset of the validity bytes (0 without nulls), offset of the data, offset of the heap (0
 *   unless the kind is `ref`);
 * - the buffers, each at a multiple of 16: validity is one byte a row; data are the values in the layout of their kind, of
 *   `ref` columns the u32 lengths; the heap has the bytes that refs point to, back to back.
 *
 * The types are not in the block: both sides know the plan. Throws `MEMORY_LIMIT` when there is no room.
 */
export function encodeExchangeBlock(
  columns: readonly Vector[],
  numRows: number,
  memory: LinearMemory,
  account: MemoryAccount,
): EncodedBlock {
  const numWords = HEADER_WORDS + COLUMN_WORDS * columns.length;
  let end = numWords * 4;
  const place = (bytes: number): number => {
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + bytes;
    return offset;
  };
  const placed = columns.map((column): PlacedColumn => {
    const isRef = column.kind === 'ref';
    return {
      column,
      validityOffset: column.validity === 0 ? 0 : place(numRows),
      dataOffset: place(numRows * (isRef ? 4 : KIND_WIDTH[column.kind])),
      heapOffset: isRef ? place(memory.kernels(OPERATOR_KERNELS).sum_ref_bytes(column.data, numRows) >>> 0) : 0,
    };
  });
  const address = memory.allocate(end, account);
  const { u32 } = memory;
  u32.set([MAGIC, VERSION | (columns.length << 16), numRows, end], address / 4);
  const vectorKernels = memory.kernels(VECTOR_KERNELS);
  placed.forEach(({ column, validityOffset, dataOffset, heapOffset }, i) => {
    u32.set([validityOffset, dataOffset, heapOffset], address / 4 + HEADER_WORDS + COLUMN_WORDS * i);
    if (validityOffset !== 0) vectorKernels.copy_bytes(address + validityOffset, column.validity, numRows);
    if (column.kind === 'ref') {
      memory
        .kernels(EXCHANGE_KERNELS)
        .refs_to_lengths(address + dataOffset, address + heapOffset, column.data, numRows);
    } else {
      vectorKernels.copy_bytes(address + dataOffset, column.data, numRows * KIND_WIDTH[column.kind]);
    }
  });
  return { address, bytes: end, numRows };
}

/** Reads the rows of an exchange block where it lies. Throws `BAD_ENCODING` when it is none. */
export class ExchangeBlockReader {
  readonly #memory: LinearMemory;
  readonly #types: readonly DataType[];
  readonly #address: Address;
  readonly numRows: number;
  /** Where the strings of each column go on; advanced as rows are read. */
  readonly #heaps: number[] = [];
  #nextRow = 0;

  /** `bytes` bytes at `address` must stay until the last batch has been used. */
  constructor(types: readonly DataType[], address: Address, bytes: number, memory: LinearMemory) {
    this.#memory = memory;
    this.#types = types;
    this.#address = address;
    const words = memory.u32.subarray(address / 4, address / 4 + HEADER_WORDS);
    const isWhole = bytes >= HEADER_WORDS * 4 && words[0] === MAGIC && words[3] === bytes;
    if (!isWhole) throw badBlock('it is truncated or no exchange block');
    if ((words[1]! & 0xffff) !== VERSION) throw badBlock(`it has version ${words[1]! & 0xffff}, not ${VERSION}`);
    if (words[1]! >>> 16 !== types.length) throw badBlock(`it has ${words[1]! >>> 16} columns, not ${types.length}`);
    this.numRows = words[2]!;
    types.forEach((_, i) => {
      this.#heaps.push(address + this.#word(i, 2));
    });
  }

  /** The next rows, at most `maxRows`; refs and values point into the block. Undefined after the last. */
  read(maxRows: number, arena: Arena): Batch | undefined {
    const from = this.#nextRow;
    const numRows = Math.min(maxRows, this.numRows - from);
    if (numRows === 0) return undefined;
    this.#nextRow += numRows;
    const columns = this.#types.map((type, i) => {
      const validityOffset = this.#word(i, 0);
      const validity = validityOffset === 0 ? 0 : this.#address + validityOffset + from;
      const data = this.#address + this.#word(i, 1);
      const kind = physicalKind(type);
      if (kind !== 'ref') return Vector.flat(type, numRows, data + from * KIND_WIDTH[kind], validity);
      const refs = arena.allocate(numRows * KIND_WIDTH.ref);
      const heap = this.#heaps[i]!;
      const kernels = this.#memory.kernels(EXCHANGE_KERNELS);
      this.#heaps[i] = heap + (kernels.lengths_to_refs(refs, data + from * 4, heap, validity, numRows) >>> 0);
      return Vector.flat(type, numRows, refs, validity);
    });
    return new Batch(columns, numRows);
  }

  #word(column: number, word: number): number {
    return this.#memory.u32[this.#address / 4 + HEADER_WORDS + COLUMN_WORDS * column + word]!;
  }
}

function badBlock(why: string): QueryError {
  return new QueryError('BAD_ENCODING', `A block of an exchange cannot be read: ${why}.`, {
    hint: 'Run the engine and its workers with the same release of Millrace.',
  });
}
