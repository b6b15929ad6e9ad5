import type { DataType } from '../../types/index.ts';
import type { Arena, Batch, Vector } from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import { SpillPartitions } from './spill-partitions.ts';
import { SpillSource } from './spill-source.ts';
import type { SpillTarget } from './spill-writer.ts';

/** One side of a join: how its rows are written, and by what they are spread. */
export interface JoinSide {
  readonly types: readonly DataType[];
  /** The dense columns to keep of a batch, and its keys. */
  split(batch: Batch, arena: Arena): { readonly columns: readonly Vector[]; readonly keys: readonly Vector[] };
}

/** What a {@link PartitionedJoin} is made of. */
export interface PartitionedJoinOptions {
  readonly build: JoinSide;
  readonly probe: JoinSide;
  /** Places of the keys among the columns of the store that is taken over first. */
  readonly storeKeys: readonly number[];
  readonly depth: number;
  readonly target: SpillTarget;
  /** Makes the join of one partition. */
  join(probe: Operator, build: Operator): Operator;
}

/** Rows of the build side that are taken out of memory at a time. */
const PIECE_ROWS = 4096;

/**
 * A hash join whose build side does not fit into memory (Grace hash join, Kitsuregawa 1983): both sides are written by the hash of their
 * keys, then partition after partition is joined by a join like the first one, which does the same once more when a partition
 * does not fit either. Rows with equal keys are in one partition, so every type of join can be done so.
 */
export class PartitionedJoin {
  readonly #options: PartitionedJoinOptions;
  readonly #build: SpillPartitions;
  #probe: SpillPartitions | undefined;
  #nextRow = 0;
  #isBuildDone = false;
  #isProbeDone = false;
  #nextPartition = 0;
  #joining: Operator | undefined;

  constructor(options: PartitionedJoinOptions) {
    this.#options = options;
    this.#build = new SpillPartitions(options.build.types, options.depth, options.target);
  }

  /** Bytes written by this depth. */
  get bytes(): number {
    return this.#build.bytes + (this.#probe?.bytes ?? 0);
  }

  /** Goes on to write the rows of the build side that are in memory; to be called until it answers true. */
  writeStore(store: ColumnStore, arena: Arena): boolean {
    const { build, storeKeys } = this.#options;
    while (this.#nextRow < store.numRows) {
      if (this.#build.isBusy()) return false;
      arena.reset();
      const end = Math.min(store.numRows, this.#nextRow + PIECE_ROWS);
      const columns = store.columns().map((column) => column.slice(this.#nextRow, end));
      const keys = storeKeys.map((place) => columns[place]!);
      this.#build.push(columns.slice(0, build.types.length), keys, end - this.#nextRow, arena);
      this.#nextRow = end;
    }
    return true;
  }

  /** Goes on to write the rest of the build side; to be called until it answers true. */
  takeBuild(input: Operator, arena: Arena): boolean {
    if (this.#isBuildDone) return this.#build.isWritten();
    if (!this.#drain(input, this.#options.build, this.#build, arena)) return false;
    this.#isBuildDone = true;
    return this.#build.isWritten();
  }

  /** The joined rows, once the build side is written. */
  next(input: Operator, arena: Arena): Batch | typeof BLOCKED | undefined {
    const { probe, target, depth } = this.#options;
    this.#probe ??= new SpillPartitions(probe.types, depth, target);
    if (!this.#isProbeDone) {
      if (!this.#drain(input, probe, this.#probe, arena)) return BLOCKED;
      this.#isProbeDone = true;
      input.close();
    }
    if (!this.#probe.isWritten()) return BLOCKED;
    for (;;) {
      if (!this.#joining && !this.#open()) return undefined;
      const batch = this.#joining!.next();
      if (batch !== undefined) return batch;
      this.#joining!.close();
      this.#joining = undefined;
    }
  }

  close(): void {
    this.#joining?.close();
    this.#joining = undefined;
    this.#build.close();
    this.#probe?.close();
  }

  #drain(input: Operator, side: JoinSide, partitions: SpillPartitions, arena: Arena): boolean {
    for (;;) {
      if (partitions.isBusy()) return false;
      arena.reset();
      const batch = input.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) {
        partitions.finish();
        return true;
      }
      const { columns, keys } = side.split(batch, arena);
      partitions.push(columns, keys, batch.numRows, arena);
    }
  }

  /** Starts to join the next partition; false when there is none. */
  #open(): boolean {
    const { build, probe, target, join } = this.#options;
    const buildRows = this.#build.files[this.#nextPartition];
    const probeRows = this.#probe!.files[this.#nextPartition];
    if (!buildRows || !probeRows) return false;
    this.#nextPartition += 1;
    this.#joining = join(
      new SpillSource(probe.types, probeRows, target),
      new SpillSource(build.types, buildRows, target),
    );
    return true;
  }
}
