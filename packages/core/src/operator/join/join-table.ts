import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, Arena, flatten, type LinearMemory, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';
import { ColumnHasher } from '../column-hasher.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { JoinPairs } from './join-operator.ts';

const LEAST_BUCKETS = 64;
const ENTRY_BYTES = 8;
/** Rows that are hashed in one piece while the table is built. */
const PIECE_ROWS = 1 << 16;
/** Active rows below which they are walked one by one. */
const LEAST_ROUND_ROWS = 64;

/**
 * Rows by the hash of their keys, chained (see `kernels/operator/join-table.ts`): 8 bytes a row and 4 a bucket, of which there
 * are one to two for each row.
 */
export class JoinTable {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #nullSafe: readonly boolean[];
  readonly #hasher: ColumnHasher;
  #keys: readonly Vector[] = [];
  #buckets: Address = 0;
  #numBuckets = 0;
  #entries: Address = 0;
  /** Of the probe: keys (flat), hashes, and the active rows (see the kernel) from `#firstActive` to `#numActive`. */
  #probeKeys: readonly Vector[] = [];
  #hashes: Address = 0;
  #activeRows: Address = 0;
  #chains: Address = 0;
  #firstActive = 0;
  #numActive = 0;

  /** `nullSafe` says for each key whether nulls match nulls. */
  constructor(nullSafe: readonly boolean[], memory: LinearMemory, account: MemoryAccount) {
    this.#nullSafe = nullSafe;
    this.#memory = memory;
    this.#account = account;
    this.#hasher = new ColumnHasher(memory, account);
  }

  get numBuckets(): number {
    return this.#numBuckets;
  }

  /** Builds the table over flat key columns, which stay where they are as long as the table is used. */
  build(keys: readonly Vector[], numRows: number): void {
    const memory = this.#memory;
    this.#keys = keys;
    let numBuckets = LEAST_BUCKETS;
    while (numBuckets < numRows) numBuckets *= 2;
    this.#buckets = memory.allocateZeroed(numBuckets * 4, this.#account);
    this.#numBuckets = numBuckets;
    this.#entries = memory.allocate(numRows * ENTRY_BYTES, this.#account);
    const scratch = new Arena(memory, this.#account);
    const hashes = memory.allocate(numRows * 8, this.#account);
    try {
      for (let from = 0; from < numRows; from += PIECE_ROWS) {
        const to = Math.min(numRows, from + PIECE_ROWS);
        const piece = keys.map((key) => key.slice(from, to));
        this.#hasher.hash(piece, to - from, hashes + from * 8, scratch);
        scratch.reset();
      }
      const usable = this.#usableRows(keys, numRows, scratch);
      memory
        .kernels(OPERATOR_KERNELS)
        .chain_rows(this.#buckets, numBuckets - 1, this.#entries, hashes, usable, numRows);
    } finally {
      memory.free(hashes);
      scratch.close();
    }
  }

  /** Starts to look up rows by dense key columns; temporaries go to `arena`, which lives as long as the probe. */
  startProbe(keys: readonly Vector[], numRows: number, arena: Arena): void {
    this.#hashes = arena.allocate(numRows * 8);
    this.#hasher.hash(keys, numRows, this.#hashes, arena);
    this.#probeKeys = keys.map((key) => flatten(key, arena));
    const usable = this.#usableRows(this.#probeKeys, numRows, arena);
    this.#activeRows = arena.allocate(numRows * 4);
    this.#chains = arena.allocate(numRows * 4);
    this.#firstActive = 0;
    this.#numActive = this.#memory
      .kernels(OPERATOR_KERNELS)
      .start_probe(this.#activeRows, this.#chains, this.#buckets, this.#numBuckets - 1, this.#hashes, usable, numRows);
  }

  /** The next pairs with equal keys, at most `capacity`; undefined when the probe is over. */
  nextPairs(capacity: number, arena: Arena): JoinPairs | undefined {
    if (this.#firstActive >= this.#numActive) return undefined;
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const probeRows = arena.allocate(capacity * 4);
    const buildRows = arena.allocate(capacity * 4);
    let numPairs = this.#findPairs(probeRows, buildRows, capacity, arena);
    this.#probeKeys.forEach((probe, i) => {
      if (numPairs === 0) return;
      const build = this.#keys[i]!;
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
    return { probeRows, buildRows, numPairs };
  }

  /** Pairs with equal tags. */
  #findPairs(probeRows: Address, buildRows: Address, capacity: number, arena: Arena): number {
    const memory = this.#memory;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const counts = arena.allocate(8);
    const [rows, chains, entries, hashes] = [this.#activeRows, this.#chains, this.#entries, this.#hashes];
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

  close(): void {
    this.#hasher.close();
    this.#memory.free(this.#buckets);
    this.#memory.free(this.#entries);
    this.#buckets = 0;
    this.#entries = 0;
  }

  /** One byte a row, 0 where a key is null that matches nothing; 0 when there is no such row. */
  #usableRows(keys: readonly Vector[], numRows: number, arena: Arena): Address {
    let usable: Address = 0;
    keys.forEach(({ validity }, i) => {
      if (this.#nullSafe[i] || validity === 0) return;
      if (usable === 0) {
        usable = validity;
        return;
      }
      const both = arena.allocate(numRows);
      this.#memory.kernels(VECTOR_KERNELS).and_bytes(both, usable, validity, numRows);
      usable = both;
    });
    return usable;
  }
}
