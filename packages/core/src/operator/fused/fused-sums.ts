import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type Batch, type LinearMemory, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';
import type { SumAccumulator } from '../aggregate/sum-accumulator.ts';
import type { RowCounter } from '../aggregate/value-counter.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { bitsOf, type ExactTerm } from './exact-term.ts';
import {
  LOOP_SLOT,
  type LoopColumn,
  loopConstants,
  loopKey,
  NUM_LOOP_LANES,
  recordBytes,
  SLOT_BYTES,
  type SumLoopShape,
  sumLoopModule,
} from './sum-loop.ts';

/** An argument of `sum` or `avg` with what its values are added to. */
export interface FusedSum {
  readonly term: ExactTerm;
  readonly accumulators: readonly SumAccumulator[];
}

/** Groups up to which a batch is summed in records first, and rows that each of them must have on average. */
const MAX_RECORD_GROUPS = 256;
const MIN_ROWS_PER_GROUP = 8;
/** Of fewer stored rows than this share, values are better gathered first. */
const MIN_SELECTED_SHARE = 1 / 4;
/** Bits of a sum that surely fits i64. */
const MAX_SUM_BITS = 62;
/** Modules kept; the shapes of all queries of a service seldom are that many. */
const MAX_MODULES = 256;

type Loop = (block: Address, numRows: number) => void;

/** Compiled once a thread, the one used last at the end. */
const modules = new Map<string, WebAssembly.Module>();
const loops = new WeakMap<LinearMemory, Map<string, Loop>>();
/** Dictionaries keep their values for as long as they are the same object. */
const dictionaryBits = new WeakMap<Vector, number>();

/**
 * The exact sums of an aggregation in one pass over the rows of a batch, by a loop that is generated for them: no intermediate vector is
 * written, and the values of dictionary columns are looked up where they are needed (Neumann, "Efficiently Compiling Efficient Query
 * Plans for Modern Hardware", VLDB 2011). Filters stay vectorised: the loop takes their selection.
 *
 * The loop computes in 64 bits without checks. That this is enough is proved for each batch from the magnitudes of its columns; batches
 * for which it is not, or that have nulls, are left to the vectorised accumulators.
 */
export class FusedSums {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #sums: readonly FusedSum[];
  readonly #rows: RowCounter;
  readonly #places: readonly number[];
  #block: Address = 0;
  #records: Address = 0;
  /** Rows that went through the loop. */
  numRows = 0;

  constructor(sums: readonly FusedSum[], rows: RowCounter, memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
    this.#sums = sums;
    this.#rows = rows;
    const places = new Set<number>();
    for (const { term } of sums) collectPlaces(term, places);
    this.#places = [...places];
  }

  /** Adds the rows of a batch, counts them, and answers with true; with false, nothing was done. */
  update(batch: Batch, groups: Address, numGroups: number): boolean {
    const { numRows, numStoredRows } = batch;
    if (groups !== 0 && (numGroups > MAX_RECORD_GROUPS || numGroups * MIN_ROWS_PER_GROUP > numRows)) return false;
    if (numRows < numStoredRows * MIN_SELECTED_SHARE) return false;
    const shape = this.#shapeFor(batch, groups !== 0);
    if (!shape || !this.#fits(batch)) return false;
    const stride = recordBytes(shape);
    const numSums = groups === 0 ? 1 : numGroups;
    this.#records ||= this.#memory.allocateZeroed(MAX_RECORD_GROUPS * NUM_LOOP_LANES * stride, this.#account);
    this.#fillBlock(shape, batch, groups, numSums * stride);
    loopOf(shape, this.#memory)(this.#block, numRows);
    const numLanes = groups === 0 ? 1 : NUM_LOOP_LANES;
    this.#sums.forEach(({ accumulators }, i) => {
      const records = { address: this.#records, numGroups: numSums, numLanes, stride, offset: i * 8 };
      for (const accumulator of accumulators) accumulator.addRecords(records);
    });
    if (groups === 0) this.#rows.update({ groups, rows: 0, numRows, numGroups });
    else {
      const offset = this.#sums.length * 8;
      this.#rows.addRecords({ address: this.#records, numGroups: numSums, numLanes, stride, offset });
    }
    this.#memory.kernels(VECTOR_KERNELS).fill_bytes(this.#records, 0, numSums * numLanes * stride);
    this.numRows += numRows;
    return true;
  }

  close(): void {
    this.#memory.free(this.#block);
    this.#memory.free(this.#records);
    this.#block = 0;
    this.#records = 0;
  }

  #shapeFor({ columns, selection }: Batch, hasGroups: boolean): SumLoopShape | undefined {
    const loopColumns: LoopColumn[] = [];
    for (const place of this.#places) {
      const { encoding, kind, validity } = columns[place]!;
      if (validity !== 0 || encoding === 'constant' || (kind !== 'i32' && kind !== 'i64')) return undefined;
      loopColumns.push({ place, kind, isDictionary: encoding === 'dictionary' });
    }
    const terms = this.#sums.map(({ term }) => term);
    return { columns: loopColumns, terms, hasSelection: selection !== 0, hasGroups };
  }

  /** Whether no term and no sum of the batch leaves 64 bits. */
  #fits({ columns, numRows }: Batch): boolean {
    const bits = new Map(this.#places.map((place) => [place, this.#columnBits(columns[place]!)]));
    const rowBits = Math.ceil(Math.log2(numRows + 1));
    return this.#sums.every(({ term }) => {
      const termBits = bitsOf(term, (place) => bits.get(place)!);
      return termBits !== undefined && termBits + rowBits <= MAX_SUM_BITS;
    });
  }

  #columnBits({ dictionary, kind, data, length }: Vector): number {
    if (kind === 'i32') return 31;
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    if (!dictionary) return kernels.magnitude_bits_i64(data, length);
    let bits = dictionaryBits.get(dictionary);
    if (bits === undefined) {
      bits = kernels.magnitude_bits_i64(dictionary.data, dictionary.length);
      dictionaryBits.set(dictionary, bits);
    }
    return bits;
  }

  #fillBlock(shape: SumLoopShape, { columns, selection }: Batch, groups: Address, laneBytes: number): void {
    const constants = loopConstants(shape);
    const numSlots = LOOP_SLOT.firstColumn + shape.columns.length * 2 + constants.length;
    this.#block ||= this.#memory.allocate(numSlots * SLOT_BYTES, this.#account);
    const { u32, i64 } = this.#memory;
    const at = this.#block / SLOT_BYTES;
    u32[(at + LOOP_SLOT.selection) * 2] = selection;
    u32[(at + LOOP_SLOT.groups) * 2] = groups;
    u32[(at + LOOP_SLOT.records) * 2] = this.#records;
    u32[(at + LOOP_SLOT.laneBytes) * 2] = laneBytes;
    let slot: number = LOOP_SLOT.firstColumn;
    for (const { place } of shape.columns) {
      const { data, dictionary } = columns[place]!;
      u32[(at + slot++) * 2] = data;
      u32[(at + slot++) * 2] = dictionary?.data ?? 0;
    }
    for (const constant of constants) i64[at + slot++] = constant;
  }
}

function collectPlaces(term: ExactTerm, places: Set<number>): void {
  if (term.kind === 'column') places.add(term.place);
  else if (term.kind !== 'constant') for (const part of [term.left, term.right]) collectPlaces(part, places);
}

function loopOf(shape: SumLoopShape, memory: LinearMemory): Loop {
  const key = loopKey(shape);
  let ofMemory = loops.get(memory);
  if (!ofMemory) {
    ofMemory = new Map();
    loops.set(memory, ofMemory);
  }
  let loop = ofMemory.get(key);
  if (!loop) {
    const instance = new WebAssembly.Instance(moduleOf(key, shape), { env: { memory: memory.memory } });
    loop = instance.exports.run as Loop;
    ofMemory.set(key, loop);
    dropOldest(ofMemory);
  }
  return loop;
}

function moduleOf(key: string, shape: SumLoopShape): WebAssembly.Module {
  const module = modules.get(key) ?? new WebAssembly.Module(sumLoopModule(shape));
  modules.delete(key);
  modules.set(key, module);
  dropOldest(modules);
  return module;
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_MODULES && oldest !== undefined) map.delete(oldest);
}
