import type { DataType } from '../../types/index.ts';
import type { Arena, Batch } from '../../vector/index.ts';
import { ExchangeBlockReader } from '../exchange-block.ts';
import type { InFlightRead } from '../in-flight-reads.ts';
import { BLOCKED } from '../operator.ts';
import type { SpilledRows, SpillTarget } from './spill-writer.ts';

/** Reads spilled rows back, in order: asks for the next block while the current one is used. Removes the file at the end. */
export class SpillReader {
  readonly #types: readonly DataType[];
  readonly #rows: SpilledRows;
  readonly #target: SpillTarget;
  readonly #reads: InFlightRead[] = [];
  #reader: ExchangeBlockReader | undefined;
  #nextBlock = 0;
  #isClosed = false;

  constructor(types: readonly DataType[], rows: SpilledRows, target: SpillTarget) {
    this.#types = types;
    this.#rows = rows;
    this.#target = target;
  }

  /** The next rows of the current block, at most `maxRows`; they lie in `arena` and in the block, and are stale after the next call. */
  next(maxRows: number, arena: Arena): Batch | typeof BLOCKED | undefined {
    const { context } = this.#target;
    for (;;) {
      if (this.#isClosed) return undefined;
      while (this.#reads.length < 2 && this.#nextBlock < this.#rows.blocks.length) this.#ask();
      const read = this.#reads[0];
      if (!read) {
        this.close();
        return undefined;
      }
      if (!this.#reader) {
        if (!context.reads.isOver(read)) return BLOCKED;
        this.#reader = new ExchangeBlockReader(this.#types, read.address, read.bytes, context.memory);
      }
      const batch = this.#reader.read(maxRows, arena);
      if (batch) return batch;
      this.#reader = undefined;
      this.#reads.shift();
      context.reads.release(read);
    }
  }

  /** Frees memory, and removes the file unless a read of it is under way. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader = undefined;
    const isIdle = this.#reads.length === 0;
    for (const read of this.#reads.splice(0)) this.#target.context.reads.release(read);
    if (isIdle && this.#rows.file !== undefined) this.#target.io.remove(this.#rows.file);
  }

  #ask(): void {
    const { context, io, account } = this.#target;
    const { offset, bytes } = this.#rows.blocks[this.#nextBlock]!;
    this.#reads.push(context.reads.startSpilled(io, this.#rows.file!, offset, bytes, account));
    this.#nextBlock += 1;
  }
}
