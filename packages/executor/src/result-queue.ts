import { type QueryError, type ResultBlock, ResultReplay } from '@millrace/core/executor';
import type { QueryControl } from './protocol/query-control.ts';
import type { SharedBudget } from './protocol/shared-budget.ts';

interface TaskResultBlocks {
  readonly replay: ResultReplay;
  readonly blocks: ResultBlock[];
  isDone: boolean;
}

/**
 * The result of one query between the workers that make it and the consumer: blocks in the order of the tasks, whatever order they
 * come in. What a task sends again in another attempt is passed over. Reading gives the workers credit.
 */
export class ResultQueue {
  readonly #types: ResultBlock['types'];
  readonly #control: QueryControl;
  readonly #ledger: SharedBudget;
  readonly #tasks = new Map<number, TaskResultBlocks>();
  #reading = 0;
  /** Known when all tasks are. */
  #numTasks: number | undefined;
  #error: QueryError | undefined;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(types: ResultBlock['types'], control: QueryControl, ledger: SharedBudget) {
    this.#types = types;
    this.#control = control;
    this.#ledger = ledger;
  }

  /** An attempt at the task begins, which sends all blocks from the first. */
  beginAttempt(task: number): void {
    const of = this.#tasks.get(task);
    if (of) of.replay.restart();
    else this.#tasks.set(task, { replay: new ResultReplay(), blocks: [], isDone: false });
  }

  /** A block of the attempt begun last, which has taken credit for it. Throws `Internal` when it is not what was sent before. */
  push(task: number, numRows: number, buffer: ArrayBuffer): void {
    const of = this.#tasks.get(task);
    let isNew = false;
    try {
      isNew =
        of !== undefined &&
        !of.isDone &&
        !this.#isClosed &&
        of.replay.isNew(numRows, buffer.byteLength, this.#control.spilledBytes > 0);
    } finally {
      if (!isNew) this.#control.consumed(buffer.byteLength, this.#ledger);
    }
    if (!isNew) return;
    of!.blocks.push({ numRows, types: this.#types, buffer });
    if (task === this.#reading) this.#wake();
  }

  /** All blocks of the task are here. */
  finishTask(task: number): void {
    const of = this.#tasks.get(task);
    if (of) of.isDone = true;
    if (task === this.#reading) this.#wake();
  }

  /** There will be no more tasks than these. */
  finish(numTasks: number): void {
    this.#numTasks = numTasks;
    this.#wake();
  }

  /** From now on reading fails. What was not read is dropped. */
  fail(error: QueryError): void {
    this.#error ??= error;
    this.close();
  }

  /** Drops what was not read. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const { blocks } of this.#tasks.values()) {
      for (const { buffer } of blocks.splice(0)) this.#control.consumed(buffer.byteLength, this.#ledger);
    }
    this.#wake();
  }

  /** All was read, or nothing will be. */
  get isOver(): boolean {
    return this.#isClosed || this.#reading === this.#numTasks;
  }

  /** The next block, when it is there; undefined at the end. Rejects when the query has failed. One call at a time. */
  async next(): Promise<ResultBlock | undefined> {
    for (;;) {
      if (this.#error) throw this.#error;
      if (this.isOver) return undefined;
      const task = this.#tasks.get(this.#reading);
      const block = task?.blocks.shift();
      if (block) {
        this.#control.consumed(block.buffer.byteLength, this.#ledger);
        return block;
      }
      if (task?.isDone) {
        this.#tasks.delete(this.#reading);
        this.#reading += 1;
        this.#control.setReading(this.#reading);
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
