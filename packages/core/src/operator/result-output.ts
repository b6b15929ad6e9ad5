import type { MemoryAccount } from '../runtime/index.ts';
import type { DataType } from '../types/index.ts';
import { Arena, type Batch, type LinearMemory } from '../vector/index.ts';
import { ColumnStore } from './column-store.ts';
import { encodeResultBlock } from './result-block.ts';
import type { OutputBlock, TaskOutput } from './task-output.ts';

/** Gathers rows into {@link ResultBlock}s of about `blockBytes` bytes, in order. */
export class ResultOutput implements TaskOutput {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #blockBytes: number;
  readonly #store: ColumnStore;
  readonly #scratch: Arena;
  #taken: OutputBlock | undefined;
  #isFinished = false;

  constructor(types: readonly DataType[], blockBytes: number, memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account.child('result');
    this.#blockBytes = blockBytes;
    this.#store = new ColumnStore(memory, this.#account, types);
    this.#scratch = new Arena(memory, this.#account);
  }

  push(batch: Batch): void {
    this.#freeTaken();
    this.#scratch.reset();
    this.#store.append(batch.columns, batch.selection, batch.numRows, this.#scratch);
  }

  finish(): void {
    this.#isFinished = true;
  }

  take(): OutputBlock | undefined {
    this.#freeTaken();
    const { numRows } = this.#store;
    // Rows without columns have no bytes; their number alone is the block.
    const isReady = this.#isFinished || this.#store.usedBytes >= this.#blockBytes;
    if (numRows === 0 || !isReady) return undefined;
    const block = encodeResultBlock(this.#store.columns(), numRows, this.#memory, this.#account);
    this.#store.clear();
    this.#taken = { ...block, partition: 0 };
    return this.#taken;
  }

  close(): void {
    this.#freeTaken();
    this.#store.close();
    this.#scratch.close();
  }

  #freeTaken(): void {
    if (!this.#taken) return;
    this.#memory.free(this.#taken.address);
    this.#taken = undefined;
  }
}
