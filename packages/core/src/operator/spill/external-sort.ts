import type { Address, Arena, Batch } from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import { BLOCKED } from '../operator.ts';
import type { SortKeys } from '../sort/sort-keys.ts';
import { sortRows } from '../sort/sort-rows.ts';
import { RunMerger } from './run-merger.ts';
import { type SpilledRows, type SpillTarget, SpillWriter } from './spill-writer.ts';

const PIECE_ROWS = 1024;

/**
 * External merge sort (Knuth, The Art of Computer Programming 3, 5.4): rows are sorted a memoryful at a time and written as runs, which are
 * then merged; when there are more runs than can be read side by side, neighbouring ones are merged into longer ones first.
 * Stable.
 */
export class ExternalSort {
  readonly #keys: SortKeys;
  readonly #target: SpillTarget;
  readonly #fanIn: () => number;
  /** In the order of the rows that they were made from. */
  readonly #runs: SpilledRows[] = [];
  #writer: SpillWriter | undefined;
  /** The rows of the store that is being written, in order. */
  #rows: Address = 0;
  #nextRow = 0;
  #merger: RunMerger | undefined;
  /** The runs that the merger makes a longer one of: where they begin, and how many; 0 when it gives the result. */
  #firstMerging = 0;
  #numMerging = 0;
  #spilledBytes = 0;

  constructor(keys: SortKeys, target: SpillTarget, fanIn: () => number) {
    this.#keys = keys;
    this.#target = target;
    this.#fanIn = fanIn;
  }

  /** Bytes written so far. */
  get spilledBytes(): number {
    return this.#spilledBytes + (this.#writer?.bytes ?? 0);
  }

  get numRuns(): number {
    return this.#runs.length;
  }

  /** Sorts the rows of `store` and writes them as a run; to be called until it answers true. Then the store is empty and its room free. */
  writeRun(store: ColumnStore, arena: Arena): boolean {
    const { memory } = this.#target.context;
    if (!this.#writer) {
      this.#rows = sortRows(store, this.#keys, memory, this.#target.account);
      this.#writer = new SpillWriter(this.#keys.storedTypes, this.#target);
      this.#nextRow = 0;
    }
    while (this.#nextRow < store.numRows) {
      if (this.#writer.isBusy()) return false;
      const numRows = Math.min(PIECE_ROWS, store.numRows - this.#nextRow);
      arena.reset();
      this.#writer.append(store.columns(), this.#rows + this.#nextRow * 4, numRows, arena);
      this.#nextRow += numRows;
      if (this.#nextRow === store.numRows) {
        this.#writer.finish();
        memory.free(this.#rows);
        this.#rows = 0;
        store.close();
        this.#nextRow = 0;
        break;
      }
    }
    if (!this.#writer.isWritten()) return false;
    this.#runs.push(this.#endWriter());
    return true;
  }

  /** The rows of all runs in order, all columns that were kept. */
  next(maxRows: number, arena: Arena): Batch | typeof BLOCKED | undefined {
    for (;;) {
      if (!this.#merger) this.#startMerging();
      if (this.#numMerging === 0) return this.#merger!.next(maxRows, arena);
      if (!this.#mergeSome(arena)) return BLOCKED;
    }
  }

  close(): void {
    this.#merger?.close();
    this.#writer?.close();
    this.#target.context.memory.free(this.#rows);
    this.#rows = 0;
  }

  #startMerging(): void {
    const fanIn = this.#fanIn();
    this.#numMerging = this.#runs.length <= fanIn ? 0 : Math.min(fanIn, this.#runs.length - fanIn + 1);
    this.#firstMerging = this.#numMerging === 0 ? 0 : this.#smallestNeighbours(this.#numMerging);
    const end = this.#numMerging === 0 ? this.#runs.length : this.#firstMerging + this.#numMerging;
    const runs = this.#runs.slice(this.#firstMerging, end);
    this.#merger = new RunMerger(this.#keys.storedTypes, this.#keys, runs, this.#target);
  }

  /** Where `count` neighbouring runs begin that are the least to write; so no row is written more often than need be. */
  #smallestNeighbours(count: number): number {
    let best = 0;
    let leastBytes = Number.POSITIVE_INFINITY;
    for (let first = 0; first + count <= this.#runs.length; first++) {
      let bytes = 0;
      for (let i = first; i < first + count; i++) bytes += this.#runs[i]!.bytes;
      if (bytes >= leastBytes) continue;
      best = first;
      leastBytes = bytes;
    }
    return best;
  }

  /** Goes on to make one run of several; false when it is blocked. */
  #mergeSome(arena: Arena): boolean {
    this.#writer ??= new SpillWriter(this.#keys.storedTypes, this.#target);
    for (;;) {
      if (this.#writer.isBusy()) return false;
      this.#target.context.throwIfCancelled();
      arena.reset();
      const batch = this.#merger!.next(PIECE_ROWS, arena);
      if (batch === BLOCKED) return false;
      if (batch === undefined) break;
      this.#writer.append(batch.columns, 0, batch.numRows, arena);
    }
    this.#writer.finish();
    if (!this.#writer.isWritten()) return false;
    this.#merger!.close();
    this.#merger = undefined;
    this.#runs.splice(this.#firstMerging, this.#numMerging, this.#endWriter());
    return true;
  }

  #endWriter(): SpilledRows {
    const writer = this.#writer!;
    this.#spilledBytes += writer.bytes;
    this.#writer = undefined;
    writer.close();
    return writer;
  }
}
