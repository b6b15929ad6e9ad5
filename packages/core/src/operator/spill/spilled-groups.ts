import type { DataType } from '../../types/index.ts';
import type { Arena, Batch, Vector } from '../../vector/index.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import { SpillPartitions } from './spill-partitions.ts';
import { SpillSource } from './spill-source.ts';
import type { SpillTarget } from './spill-writer.ts';

/** What groups are written from: their keys, and the states of their aggregates. */
export interface GroupStates {
  readonly numGroups: number;
  /** Flat columns of groups `from` to `from + numGroups`: keys first. */
  columns(from: number, numGroups: number, arena: Arena): Vector[];
}

/**
 * The groups of an aggregation that did not fit into memory, as states by the hash of their keys. A group may be there more than once; the
 * states of one partition at a time are merged at the end, by an aggregation like the first one, which does the same once more
 * when a partition does not fit either.
 */
export class SpilledGroups {
  readonly #types: readonly DataType[];
  readonly #numKeys: number;
  readonly #target: SpillTarget;
  readonly #partitions: SpillPartitions;
  readonly #merge: (states: Operator) => Operator;
  #nextGroup = 0;
  #isFinished = false;
  #nextPartition = 0;
  #merging: Operator | undefined;

  /** `types`: those of the keys and states. `merge` makes the aggregation that reads the states of one partition. */
  constructor(
    types: readonly DataType[],
    numKeys: number,
    depth: number,
    target: SpillTarget,
    merge: (states: Operator) => Operator,
  ) {
    this.#types = types;
    this.#numKeys = numKeys;
    this.#target = target;
    this.#partitions = new SpillPartitions(types, depth, target);
    this.#merge = merge;
  }

  /** Bytes written by this depth. */
  get bytes(): number {
    return this.#partitions.bytes;
  }

  /** Goes on to write groups; to be called until it answers true. Then they can be forgotten. */
  write(groups: GroupStates, arena: Arena): boolean {
    while (this.#nextGroup < groups.numGroups) {
      if (this.#partitions.isBusy()) return false;
      this.#target.context.throwIfCancelled();
      arena.reset();
      const numGroups = Math.min(this.#target.context.spec.settings.batchRows, groups.numGroups - this.#nextGroup);
      const columns = groups.columns(this.#nextGroup, numGroups, arena);
      this.#partitions.push(columns, columns.slice(0, this.#numKeys), numGroups, arena);
      this.#nextGroup += numGroups;
    }
    this.#nextGroup = 0;
    return true;
  }

  /** The results of all groups, when no more will be written. */
  next(): Batch | typeof BLOCKED | undefined {
    if (!this.#isFinished) {
      this.#partitions.finish();
      this.#isFinished = true;
    }
    if (this.#nextPartition === 0 && !this.#merging && !this.#partitions.isWritten()) return BLOCKED;
    for (;;) {
      if (!this.#merging) {
        const rows = this.#partitions.files[this.#nextPartition];
        if (!rows) return undefined;
        this.#nextPartition += 1;
        if (rows.numRows === 0) continue;
        this.#merging = this.#merge(new SpillSource(this.#types, rows, this.#target));
      }
      const batch = this.#merging.next();
      if (batch !== undefined) return batch;
      this.#merging.close();
      this.#merging = undefined;
    }
  }

  close(): void {
    this.#merging?.close();
    this.#merging = undefined;
    this.#partitions.close();
  }
}
