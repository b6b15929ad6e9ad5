import type { DataType } from '../../types/index.ts';
import type { Arena, Vector } from '../../vector/index.ts';
import { ColumnHasher } from '../column-hasher.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { type SpilledRows, type SpillTarget, SpillWriter } from './spill-writer.ts';

/** Files that the rows of one operator are spread over at each depth. */
const NUM_SPILL_PARTITIONS = 16;

/**
 * Writes rows to a file for each partition of the hash of their keys: rows with equal keys meet in one file, in the order in which they
 * came. At another depth the same rows are spread anew.
 */
export class SpillPartitions {
  readonly #target: SpillTarget;
  readonly #depth: number;
  readonly #hasher: ColumnHasher;
  readonly #writers: readonly SpillWriter[];

  /** `depth`: how often these rows were spread before, plus 1. */
  constructor(types: readonly DataType[], depth: number, target: SpillTarget) {
    this.#target = target;
    this.#depth = depth;
    this.#hasher = new ColumnHasher(target.context.memory, target.account);
    this.#writers = Array.from({ length: NUM_SPILL_PARTITIONS }, () => new SpillWriter(types, target));
  }

  get files(): readonly SpilledRows[] {
    return this.#writers;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#writers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Appends rows of dense columns; `keys` are dense columns of the same rows. */
  push(columns: readonly Vector[], keys: readonly Vector[], numRows: number, scratch: Arena): void {
    const { memory } = this.#target.context;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const hashes = scratch.allocate(numRows * 8);
    this.#hasher.hash(keys, numRows, hashes, scratch);
    const partitions = scratch.allocate(numRows * 4);
    const rows = scratch.allocate(numRows * 4);
    const ends = scratch.allocate(NUM_SPILL_PARTITIONS * 4);
    kernels.partition_of_hashes_at(partitions, hashes, numRows, NUM_SPILL_PARTITIONS, this.#depth);
    kernels.group_by_partition(rows, ends, partitions, 0, numRows, NUM_SPILL_PARTITIONS);
    let start = 0;
    this.#writers.forEach((writer, partition) => {
      const end = memory.u32[ends / 4 + partition]!;
      if (end > start) writer.append(columns, rows + start * 4, end - start, scratch);
      start = end;
    });
  }

  /** Writes what is left. */
  finish(): void {
    for (const writer of this.#writers) writer.finish();
    this.#hasher.close();
  }

  /** Whether so much is on its way that the operator should wait. Throws what a write failed with. */
  isBusy(): boolean {
    // Each is asked, so that each frees what was written.
    return this.#writers.filter((writer) => writer.isBusy()).length > 0;
  }

  /** Whether all is written. Throws what a write failed with. */
  isWritten(): boolean {
    return this.#writers.filter((writer) => !writer.isWritten()).length === 0;
  }

  /** Frees memory; the files stay. */
  close(): void {
    this.#hasher.close();
    for (const writer of this.#writers) writer.close();
  }
}
