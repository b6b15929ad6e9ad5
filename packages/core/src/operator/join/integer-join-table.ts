import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, Arena, type LinearMemory, type Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { JoinKeys, JoinPairs, JoinProbe, JoinTable } from './join-table.ts';
import { type IntegerKind, KeyPacking } from './key-packing.ts';

const LEAST_SLOTS = 64;
const SLOT_BYTES = 16;
const BOUNDS_BYTES = 24;
/** Keys of a dense table: always that many, beyond them so many a row, where they still are few in all a little more. */
const SMALL_SPAN = 1 << 16;
const DENSE_KEYS_PER_ROW = 8;
const SPARSE_KEYS_PER_ROW = 32;
const MIDDLE_SPAN = 1 << 23;
/** Keys up to which a sparse table has a bit for each, so that most rows without a match cost no cache miss. */
const MAX_PRESENCE_SPAN = 1 << 26;

/**
 * A table over integer keys, or what is stored as such (see `kernels/operator/join-integers.ts`); undefined for other keys. Several keys are
 * packed into one. Where keys lie close together it is an array by key, otherwise a hash table. Needs no comparison of keys after the look-up.
 */
export function buildIntegerJoinTable(
  { columns, nullSafe, numRows }: JoinKeys,
  memory: LinearMemory,
  account: MemoryAccount,
): JoinTable | undefined {
  if (columns.length === 0 || nullSafe.includes(true)) return undefined;
  const packing = KeyPacking.of(columns, numRows, memory, account);
  if (!packing) return undefined;
  const table = new IntegerJoinTable(packing, memory);
  try {
    table.build(columns, numRows, account);
  } catch (error) {
    table.close();
    throw error;
  }
  return table;
}

class IntegerJoinTable implements JoinTable {
  readonly isExact = true;
  readonly memory: LinearMemory;
  readonly packing: KeyPacking;
  kind: IntegerKind = 'i64';
  /** Least and greatest key and their distance; see the kernel. */
  bounds: Address = 0;
  /** The array of a dense table or the slots of a sparse one. */
  places: Address = 0;
  isDense = false;
  numSlots = 0;
  /** A bit for each key from the least to the greatest; 0 without them. */
  presence: Address = 0;
  /** The next row with the same key; 0 when no key has more than one row. */
  next: Address = 0;

  constructor(packing: KeyPacking, memory: LinearMemory) {
    this.packing = packing;
    this.memory = memory;
  }

  build(columns: readonly Vector[], numRows: number, account: MemoryAccount): void {
    const scratch = new Arena(this.memory, account);
    try {
      this.#chain(this.packing.pack(columns, numRows, scratch), numRows, account);
    } finally {
      scratch.close();
    }
  }

  #chain({ kind: keyKind, data, validity }: Vector, numRows: number, account: MemoryAccount): void {
    const { memory } = this;
    const kind = keyKind as IntegerKind;
    this.kind = kind;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    this.bounds = memory.allocate(BOUNDS_BYTES, account);
    const numKeys = kernels[`integer_bounds_${kind}`](data, validity, numRows, this.bounds);
    const span = memory.f64[this.bounds / 8 + 2]! + 1;
    this.isDense = isDense(span, numKeys);
    this.next = memory.allocate(numRows * 4, account);
    let hasDuplicates: number;
    if (this.isDense) {
      this.numSlots = Math.max(1, span);
      this.places = memory.allocateZeroed(this.numSlots * 4, account);
      hasDuplicates = kernels[`chain_dense_${kind}`](this.places, this.bounds, this.next, data, validity, numRows);
    } else {
      this.numSlots = LEAST_SLOTS;
      while (this.numSlots < numKeys * 2) this.numSlots *= 2;
      this.places = memory.allocateZeroed(this.numSlots * SLOT_BYTES, account);
      const mask = this.numSlots - 1;
      hasDuplicates = kernels[`chain_sparse_${kind}`](this.places, mask, this.next, data, validity, numRows);
      if (span <= MAX_PRESENCE_SPAN) {
        this.presence = memory.allocateZeroed(Math.ceil(span / 8), account);
        kernels[`note_present_${kind}`](this.presence, this.bounds, data, validity, numRows);
      }
    }
    if (hasDuplicates === 0) {
      memory.free(this.next);
      this.next = 0;
    }
  }

  openProbe(): JoinProbe {
    return new IntegerJoinProbe(this);
  }

  close(): void {
    this.packing.close();
    for (const address of [this.bounds, this.places, this.presence, this.next]) this.memory.free(address);
    this.bounds = 0;
    this.places = 0;
    this.presence = 0;
    this.next = 0;
  }
}

/** An array costs 4 bytes a key; a hash table 32 to 64 bytes a row, and a look-up in it two times as much. */
function isDense(span: number, numKeys: number): boolean {
  if (span <= SMALL_SPAN || span <= numKeys * DENSE_KEYS_PER_ROW) return true;
  return span <= MIDDLE_SPAN && span <= numKeys * SPARSE_KEYS_PER_ROW;
}

class IntegerJoinProbe implements JoinProbe {
  readonly #table: IntegerJoinTable;
  /** Rows with a match, and of each the row of the build side to go on with. */
  #rows: Address = 0;
  #firsts: Address = 0;
  #from = 0;
  #numRows = 0;
  #numProbed = 0;
  #once = false;

  constructor(table: IntegerJoinTable) {
    this.#table = table;
  }

  start(keys: readonly Vector[], numRows: number, arena: Arena, once: boolean): void {
    const { packing, kind, memory, isDense, places, presence, bounds, numSlots } = this.#table;
    const { data, validity } = packing.pack(keys, numRows, arena);
    this.#rows = arena.allocate(numRows * 4);
    this.#firsts = arena.allocate(numRows * 4);
    this.#from = 0;
    this.#numProbed = numRows;
    this.#once = once;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const [rows, firsts, mask] = [this.#rows, this.#firsts, numSlots - 1];
    if (isDense) {
      this.#numRows = kernels[`probe_dense_${kind}`](rows, firsts, places, bounds, data, validity, numRows);
    } else if (presence !== 0) {
      this.#numRows = kernels[`rows_present_${kind}`](rows, presence, bounds, data, validity, numRows);
      kernels[`find_present_${kind}`](rows, firsts, places, mask, data, this.#numRows);
    } else {
      this.#numRows = kernels[`probe_sparse_${kind}`](rows, firsts, places, mask, data, validity, numRows);
    }
  }

  next(capacity: number, arena: Arena): JoinPairs | undefined {
    const from = this.#from;
    if (from >= this.#numRows) return undefined;
    const { next, memory } = this.#table;
    if (next === 0 || this.#once) {
      const numPairs = Math.min(capacity, this.#numRows - from);
      this.#from += numPairs;
      const coversProbe = numPairs === this.#numProbed;
      return { probeRows: this.#rows + from * 4, buildRows: this.#firsts + from * 4, numPairs, coversProbe };
    }
    const probeRows = arena.allocate(capacity * 4);
    const buildRows = arena.allocate(capacity * 4);
    const state = arena.allocate(4);
    const numPairs = memory
      .kernels(OPERATOR_KERNELS)
      .expand_chains(this.#rows, this.#firsts, from, this.#numRows, next, probeRows, buildRows, capacity, state);
    this.#from = memory.u32[state / 4]!;
    return { probeRows, buildRows, numPairs, coversProbe: false };
  }

  close(): void {}
}
