import type { Batch } from '../vector/index.ts';
import type { EncodedBlock } from './result-block.ts';

/** A finished block and the partition it is for. */
export interface OutputBlock extends EncodedBlock {
  readonly partition: number;
}

/** Where the rows of a task go: gathers batches into blocks. */
export interface TaskOutput {
  /** Takes the rows of a batch; copies what it keeps. */
  push(batch: Batch): void;
  /** No more batches will come. */
  finish(): void;
  /** The next finished block, if there is one; it stays valid until the next call of any member. */
  take(): OutputBlock | undefined;
  /** Frees everything. Idempotent. */
  close(): void;
}
