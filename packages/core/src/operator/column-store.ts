import type { MemoryAccount } from '../runtime/index.ts';
import { type DataType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../types/index.ts';
import {
  type Address,
  type Arena,
  copyValidity,
  copyValues,
  isConstantNull,
  type LinearMemory,
  VECTOR_KERNELS,
  Vector,
} from '../vector/index.ts';
import { RefHeap } from './ref-heap.ts';

const FIRST_CAPACITY = 256;

/**
 * Rows that an operator keeps beyond the batch they came in, as flat columns: the build side of a join, the rows of a sort,
 * the block being filled. What refs point to is copied, once a dictionary where a column comes with one.
 */
export class ColumnStore {
  readonly #columns: readonly StoredColumn[];
  readonly #heap: RefHeap;
  #numRows = 0;

  constructor(memory: LinearMemory, account: MemoryAccount, types: readonly DataType[]) {
    this.#heap = new RefHeap(memory, account);
    this.#columns = types.map((type) => new StoredColumn(memory, account, this.#heap, type));
  }

  get numRows(): number {
    return this.#numRows;
  }

  /** Bytes of the rows: values, validity and what refs point to; without spare capacity. */
  get usedBytes(): number {
    let bytes = this.#heap.usedBytes;
    for (const column of this.#columns) bytes += column.rowBytes * this.#numRows;
    return bytes;
  }

  /** Appends the rows that `selection` lists (all when it is 0). `scratch` holds temporaries of the call. */
  append(columns: readonly Vector[], selection: Address, numRows: number, scratch: Arena): void {
    for (let i = 0; i < columns.length; i++) {
      this.#columns[i]!.append(columns[i]!, selection, numRows, this.#numRows, scratch);
    }
    this.#numRows += numRows;
  }

  /** Makes room for so many rows in all. */
  reserve(numRows: number): void {
    for (const column of this.#columns) column.reserve(this.#numRows, numRows);
  }

  /** Counts rows that a kernel has written behind the last one, in room that `reserve` made. They have no nulls. */
  addWritten(numRows: number): void {
    this.#numRows += numRows;
  }

  /** A column as a flat vector of all rows. It is stale after the next `append`. */
  column(index: number): Vector {
    return this.#columns[index]!.vector(this.#numRows);
  }

  /** All columns; see {@link ColumnStore.column}. */
  columns(): Vector[] {
    return this.#columns.map((column) => column.vector(this.#numRows));
  }

  /** Forgets the rows and keeps the room for fixed-width values. */
  clear(): void {
    this.#numRows = 0;
    this.#heap.clear();
    for (const column of this.#columns) column.clear();
  }

  close(): void {
    this.clear();
    for (const column of this.#columns) column.close();
  }
}

class StoredColumn {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #heap: RefHeap;
  readonly #type: DataType;
  readonly #kind: PhysicalKind;
  readonly #width: number;
  #capacity = 0;
  #data: Address = 0;
  #validity: Address = 0;
  #hasNulls = false;
  /** The dictionary whose entries were copied last, and where the refs to the copies are. */
  #dictionary: Vector | undefined;
  #dictionaryRefs: Address = 0;

  constructor(memory: LinearMemory, account: MemoryAccount, heap: RefHeap, type: DataType) {
    this.#memory = memory;
    this.#account = account;
    this.#heap = heap;
    this.#type = type;
    this.#kind = physicalKind(type);
    this.#width = KIND_WIDTH[this.#kind];
  }

  get rowBytes(): number {
    return this.#width + (this.#hasNulls ? 1 : 0);
  }

  reserve(numRowsBefore: number, numRows: number): void {
    if (numRows <= this.#capacity) return;
    const capacity = Math.max(numRows, this.#capacity * 2, FIRST_CAPACITY);
    const memory = this.#memory;
    const data = memory.allocate(capacity * this.#width, this.#account);
    memory.kernels(VECTOR_KERNELS).copy_bytes(data, this.#data, numRowsBefore * this.#width);
    memory.free(this.#data);
    this.#data = data;
    this.#capacity = capacity;
    if (this.#validity === 0) return;
    const validity = memory.allocate(capacity, this.#account);
    if (this.#hasNulls) memory.kernels(VECTOR_KERNELS).copy_bytes(validity, this.#validity, numRowsBefore);
    memory.free(this.#validity);
    this.#validity = validity;
  }

  append(vector: Vector, selection: Address, numRows: number, numRowsBefore: number, scratch: Arena): void {
    this.reserve(numRowsBefore, numRowsBefore + numRows);
    const target = this.#data + numRowsBefore * this.#width;
    this.#appendValidity(vector, selection, numRows, numRowsBefore);
    if (this.#kind !== 'ref') {
      const room = vector.encoding === 'dictionary' && selection !== 0 ? scratch.allocate(numRows * 4) : 0;
      copyValues(this.#memory, vector, selection, numRows, target, room);
    } else if (isConstantNull(this.#memory, vector)) {
      this.#memory.fill(target, numRows * this.#width, 0);
    } else {
      this.#appendRefs(vector, selection, numRows, target, numRowsBefore, scratch);
    }
  }

  vector(numRows: number): Vector {
    return Vector.flat(this.#type, numRows, this.#data, this.#hasNulls ? this.#validity : 0);
  }

  clear(): void {
    this.#hasNulls = false;
    this.#dictionary = undefined;
    this.#memory.free(this.#dictionaryRefs);
    this.#dictionaryRefs = 0;
  }

  close(): void {
    this.#memory.free(this.#data);
    this.#memory.free(this.#validity);
    this.#data = 0;
    this.#validity = 0;
    this.#capacity = 0;
  }

  #appendValidity(vector: Vector, selection: Address, numRows: number, numRowsBefore: number): void {
    if (vector.validity === 0 && !this.#hasNulls) return;
    if (this.#validity === 0) this.#validity = this.#memory.allocate(this.#capacity, this.#account);
    if (!this.#hasNulls) this.#memory.fill(this.#validity, numRowsBefore, 1);
    this.#hasNulls = true;
    copyValidity(this.#memory, vector, selection, numRows, this.#validity + numRowsBefore);
  }

  #appendRefs(
    vector: Vector,
    selection: Address,
    numRows: number,
    target: Address,
    numRowsBefore: number,
    scratch: Arena,
  ): void {
    const memory = this.#memory;
    if (vector.encoding === 'constant') {
      const ref = scratch.allocate(this.#width);
      memory.kernels(VECTOR_KERNELS).copy_bytes(ref, vector.data, this.#width);
      this.#heap.adopt(ref, 1);
      copyValues(memory, Vector.constant(this.#type, numRows, ref), 0, numRows, target, 0);
      return;
    }
    const isShared = vector.encoding === 'dictionary' && this.#shareDictionary(vector.dictionary!, numRows);
    const source = isShared
      ? Vector.dictionary(
          Vector.flat(this.#type, vector.dictionary!.length, this.#dictionaryRefs),
          vector.length,
          vector.data,
          vector.validity,
        )
      : vector;
    const room = vector.encoding === 'dictionary' && selection !== 0 ? scratch.allocate(numRows * 4) : 0;
    copyValues(memory, source, selection, numRows, target, room);
    if (vector.validity !== 0) {
      memory.kernels(VECTOR_KERNELS).clear_null_refs(target, this.#validity + numRowsBefore, numRows);
    }
    if (!isShared) this.#heap.adopt(target, numRows);
  }

  /** Copies the entries of a dictionary once, when that is no more than copying the rows one by one. */
  #shareDictionary(dictionary: Vector, numRows: number): boolean {
    if (dictionary === this.#dictionary) return true;
    if (dictionary.length > numRows || dictionary.length === 0) return false;
    const memory = this.#memory;
    memory.free(this.#dictionaryRefs);
    this.#dictionary = undefined;
    this.#dictionaryRefs = 0;
    this.#dictionaryRefs = memory.allocate(dictionary.length * this.#width, this.#account);
    memory.kernels(VECTOR_KERNELS).copy_bytes(this.#dictionaryRefs, dictionary.data, dictionary.length * this.#width);
    this.#heap.adopt(this.#dictionaryRefs, dictionary.length);
    this.#dictionary = dictionary;
    return true;
  }
}
