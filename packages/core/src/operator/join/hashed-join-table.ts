import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, Arena, flatten, type LinearMemory, type Vector } from '../../vector/index.ts';
import { ColumnHasher } from '../column-hasher.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { JoinKeys, JoinPairs, JoinProbe, JoinTable } from './join-table.ts';
import { usableRows } from './usable-rows.ts';

const LEAST_BUCKETS = 64;
const ENTRY_BYTES = 8;
/** Rows that are hashed in one piece while the table is built. */
const PIECE_ROWS = 1 << 16;
/** Active rows below which they are walked one by one. */
const LEAST_ROUND_ROWS = 64;

/**
 * A table over keys of any number and types: rows by the hash of their keys, chained (see `kernels/operator/join-table.ts`); 8 bytes a
 * row and 4 a bucket, of which there are one to two for each row.
 */
export function buildHashedJoinTable(keys: JoinKeys, memory: LinearMemory, account: MemoryAccount): JoinTable {
  const table = new HashedJoinTable(keys, memory);
  try {
    table.build(account);
  } catch (error) {
    table.close();
    throw error;
  }
  return table;
}

class HashedJoinTable implements JoinTable {
  readonly isExact = false;
  readonly memory: LinearMemory;
  readonly keys: JoinKeys;
  buckets: Address = 0;
  numSlots = LEAST_BUCKETS;
  entries: Address = 0;

  constructor(keys: JoinKeys, memory: LinearMemory) {
    this.keys = keys;
    this.memory = memory;
  }

  build(account: MemoryAccount): void {
    const { memory } = this;
    const { columns, nullSafe, numRows } = this.keys;
    while (this.numSlots < numRows) this.numSlots *= 2;
    this.buckets = memory.allocateZeroed(this.numSlots * 4, account);
    this.entries = memory.allocate(numRows * ENTRY_BYTES, account);
    const scratch = new Arena(memory, account);
    const hasher = new ColumnHasher(memory, account);
    let hashes: Address = 0;
    try {
      hashes = memory.allocate(numRows * 8, account);
      for (let from = 0; from < numRows; from += PIECE_ROWS) {
        const to = Math.min(numRows, from + PIECE_ROWS);
        const piece = columns.map((column) => column.slice(from, to));
        hasher.hash(piece, to - from, hashes + from * 8, scratch);
        scratch.reset();
      }
      const usable = usableRows(columns, nullSafe, numRows, scratch);
      memory
        .kernels(OPERATOR_KERNELS)
        .chain_rows(this.buckets, this.numSlots - 1, this.entries, hashes, usable, numRows);
    } finally {
      memory.free(hashes);
      hasher.close();
      scratch.close();
    }
  }

  openProbe(account: MemoryAccount): JoinProbe {
    return new HashedJoinProbe(this, account);
  }

  close(): void {
    this.memory.free(this.buckets);
    this.memory.free(this.entries);
    this.buckets = 0;
    this.entries = 0;
  }
}

class HashedJoinProbe implements JoinProbe {
  readonly #table: HashedJoinTable;
  readonly #hasher: ColumnHasher;
  /** Keys (flat), hashes, and the active rows (see the kernel) from `#firstActive` to `#numActive`. */
  #keys: readonly Vector[] = [];
  #hashes: Address = 0;
  #activeRows: Address = 0;
  #chains: Address = 0;
  #firstActive = 0;
  #numActive = 0;

  constructor(table: HashedJoinTable, account: MemoryAccount) {
    this.#table = table;
    this.#hasher = new ColumnHasher(table.memory, account);
  }

  /** Candidates have the same tag, not always the same key: a row may need more than one even when one match is enough. */
  start(keys: readonly Vector[], numRows: number, arena: Arena, _once: boolean): void {
    const { memory, buckets, numSlots, keys: built } = this.#table;
    this.#hashes = arena.allocate(numRows * 8);
    this.#hasher.hash(keys, numRows, this.#hashes, arena);
    this.#keys = keys.map((key) => flatten(key, arena));
    const usable = usableRows(this.#keys, built.nullSafe, numRows, arena);
    this.#activeRows = arena.allocate(numRows * 4);
    this.#chains = arena.allocate(numRows * 4);
    this.#firstActive = 0;
    this.#numActive = memory
      .kernels(OPERATOR_KERNELS)
      .start_probe(this.#activeRows, this.#chains, buckets, numSlots - 1, this.#hashes, usable, numRows);
  }

  next(capacity: number, arena: Arena): JoinPairs | undefined {
    if (this.#firstActive >= this.#numActive) return undefined;
    const { memory, keys } = this.#table;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const probeRows = arena.allocate(capacity * 4);
    const buildRows = arena.allocate(capacity * 4);
    let numPairs = this.#findPairs(probeRows, buildRows, capacity, arena);
    this.#keys.forEach((probe, i) => {
      if (numPairs === 0) return;
      const build = keys.columns[i]!;
      numPairs = kernels[`equal_pairs_${probe.kind}`](
        probe.data,
        probe.validity,
        build.data,
        build.validity,
        probeRows,
        buildRows,
        numPairs,
      );
    });
    return { probeRows, buildRows, numPairs, coversProbe: false };
  }

  close(): void {
    this.#hasher.close();
  }

  /** Pairs with equal tags. */
  #findPairs(probeRows: Address, buildRows: Address, capacity: number, arena: Arena): number {
    const { memory, entries } = this.#table;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const counts = arena.allocate(8);
    const [rows, chains, hashes] = [this.#activeRows, this.#chains, this.#hashes];
    let numPairs = 0;
    while (this.#firstActive < this.#numActive && numPairs < capacity) {
      const isFresh = this.#firstActive === 0;
      const [probeEnd, buildEnd] = [probeRows + numPairs * 4, buildRows + numPairs * 4];
      if (isFresh && this.#numActive >= LEAST_ROUND_ROWS && numPairs + this.#numActive <= capacity) {
        kernels.probe_round(rows, chains, this.#numActive, entries, hashes, probeEnd, buildEnd, counts);
        numPairs += memory.u32[counts / 4]!;
        this.#numActive = memory.u32[counts / 4 + 1]!;
      } else if (isFresh && this.#numActive >= LEAST_ROUND_ROWS && numPairs > 0) {
        // The next round has room when these pairs are gone.
        break;
      } else {
        const room = capacity - numPairs;
        numPairs += kernels.probe_walk(
          rows,
          chains,
          this.#firstActive,
          this.#numActive,
          entries,
          hashes,
          probeEnd,
          buildEnd,
          room,
          counts,
        );
        this.#firstActive = memory.u32[counts / 4]!;
      }
    }
    return numPairs;
  }
}
