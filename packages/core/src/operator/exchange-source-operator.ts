import { internal } from '../error/index.ts';
import type { ExchangeBlock, ExchangeSourceExec } from '../physical/index.ts';
import type { DataType } from '../types/index.ts';
import { ExchangeBlockReader } from './exchange-block.ts';
import type { InFlightRead } from './in-flight-reads.ts';
import { BLOCKED } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';

/** Reads the blocks of an exchange in order, asking for the next ones while it gives the rows of the current one. */
export class ExchangeSourceOperator extends PlanOperator<ExchangeSourceExec> {
  readonly #types: readonly DataType[];
  readonly #blocks: readonly ExchangeBlock[];
  #nextBlock = 0;
  /** Blocks asked for, in order; the first is the one being read. */
  readonly #reads: InFlightRead[] = [];
  #reader: ExchangeBlockReader | undefined;
  #bytesRead = 0;

  constructor(node: ExchangeSourceExec, context: OperatorContext) {
    super(node, context);
    this.#types = node.columns.map((column) => column.type);
    const input = context.spec.inputs.find(({ exchange }) => exchange === node.exchange);
    if (!input) throw internal(`a task has no blocks for exchange ${node.exchange}, which it reads`);
    this.#blocks = input.blocks.filter((block) => block.numRows > 0);
  }

  protected override pull(): Pulled {
    for (;;) {
      this.#readAhead();
      const read = this.#reads[0];
      if (!read) return undefined;
      if (!this.#reader) {
        if (!this.context.reads.isOver(read)) return BLOCKED;
        this.#reader = new ExchangeBlockReader(this.#types, read.address, read.bytes, this.context.memory);
      }
      const batch = this.#reader.read(this.context.spec.settings.batchRows, this.arena);
      if (batch) return batch;
      this.#reader = undefined;
      this.#reads.shift();
      this.context.reads.release(read);
    }
  }

  protected override release(): void {
    this.#reader = undefined;
    for (const read of this.#reads.splice(0)) this.context.reads.release(read);
  }

  protected override counters(): Readonly<Record<string, number>> {
    return { blocks: this.#nextBlock, exchangedBytes: this.#bytesRead };
  }

  /** Asks for blocks up to the read-ahead limit and what memory allows; always for one. */
  #readAhead(): void {
    const { settings } = this.context.spec;
    let pendingBytes = this.#reads.reduce((sum, read) => sum + read.bytes, 0);
    while (this.#nextBlock < this.#blocks.length) {
      const block = this.#blocks[this.#nextBlock]!;
      if (this.#reads.length > 0) {
        // The current block does not count; half of what is free stays for the operators above.
        const isBeyondLimit = pendingBytes - this.#reads[0]!.bytes + block.bytes > settings.readAheadBytes;
        if (isBeyondLimit || block.bytes > this.account.availableBytes / 2) return;
      }
      this.#reads.push(this.context.reads.startBlock(block, this.account));
      this.#nextBlock++;
      this.#bytesRead += block.bytes;
      pendingBytes += block.bytes;
    }
  }
}
