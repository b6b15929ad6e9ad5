import type { DataType } from '../../types/index.ts';
import { type Address, Arena, Batch, gatherVector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED } from '../operator.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { SortKeys } from '../sort/sort-keys.ts';
import { SpillReader } from './spill-reader.ts';
import type { SpilledRows, SpillTarget } from './spill-writer.ts';

const CURSOR_WORDS = 6;

/** A run being merged, and the block of it that is loaded. */
interface RunCursor {
  readonly reader: SpillReader;
  readonly arena: Arena;
  batch: Batch | undefined;
  keys: Address;
  /** First row of the batch that was not taken. */
  nextRow: number;
  isDone: boolean;
}

/**
 * Merges sorted runs of rows into one order. Stable: of equal rows those of an earlier run come first. Holds two blocks of each run.
 */
export class RunMerger {
  readonly #keys: SortKeys;
  readonly #target: SpillTarget;
  readonly #cursors: readonly RunCursor[];
  /** The rows of one batch, run by run. */
  readonly #staged: ColumnStore;

  constructor(types: readonly DataType[], keys: SortKeys, runs: readonly SpilledRows[], target: SpillTarget) {
    const { memory } = target.context;
    this.#keys = keys;
    this.#target = target;
    this.#staged = new ColumnStore(memory, target.account, types);
    this.#cursors = runs.map((run) => ({
      reader: new SpillReader(types, run, target),
      arena: new Arena(memory, target.account),
      batch: undefined,
      keys: 0,
      nextRow: 0,
      isDone: false,
    }));
  }

  /** The next rows, at most `maxRows`, all columns that were written; they lie in `arena` and are stale after the next call. */
  next(maxRows: number, arena: Arena): Batch | typeof BLOCKED | undefined {
    for (const cursor of this.#cursors) if (!this.#load(cursor)) return BLOCKED;
    const { memory } = this.#target.context;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const numRuns = this.#cursors.length;
    const cursors = arena.allocate(numRuns * CURSOR_WORDS * 4);
    const runs = arena.allocate(maxRows * 4);
    const rows = arena.allocate(maxRows * 4);
    const heap = arena.allocate(numRuns * 4);
    const places = arena.allocate(maxRows * 4);
    const bases = arena.allocate(numRuns * 4);
    this.#cursors.forEach(({ keys, nextRow, batch }, run) => {
      memory.u32.set([keys, nextRow, batch?.numRows ?? 0], cursors / 4 + run * CURSOR_WORDS);
    });
    const numRows = kernels.merge_runs(runs, rows, maxRows, cursors, numRuns, heap, this.#keys.numKeys);
    if (numRows === 0) return undefined;
    this.#staged.clear();
    this.#cursors.forEach((cursor, run) => {
      const { batch, nextRow } = cursor;
      if (!batch) return;
      const end = memory.u32[cursors / 4 + run * CURSOR_WORDS + 1]!;
      memory.u32[bases / 4 + run] = this.#staged.numRows - nextRow;
      const taken = batch.columns.map((column) => column.slice(nextRow, end));
      if (end > nextRow) this.#staged.append(taken, 0, end - nextRow, arena);
      cursor.nextRow = end;
    });
    kernels.merged_places(places, runs, rows, numRows, bases);
    const columns = this.#staged.columns();
    return new Batch(
      columns.map((column) => gatherVector(column, places, numRows, arena)),
      numRows,
    );
  }

  close(): void {
    for (const { reader, arena } of this.#cursors) {
      reader.close();
      arena.close();
    }
    this.#staged.close();
  }

  /** Sees that the cursor has rows unless its run has none left; false when they are not there yet. */
  #load(cursor: RunCursor): boolean {
    if (cursor.isDone || (cursor.batch && cursor.nextRow < cursor.batch.numRows)) return true;
    cursor.batch = undefined;
    cursor.arena.reset();
    const batch = cursor.reader.next(0x7fffffff, cursor.arena);
    if (batch === BLOCKED) return false;
    cursor.nextRow = 0;
    if (batch === undefined) {
      cursor.isDone = true;
      cursor.arena.close();
    } else {
      cursor.batch = batch;
      cursor.keys = this.#keys.describe(batch.columns, cursor.arena);
    }
    return true;
  }
}
