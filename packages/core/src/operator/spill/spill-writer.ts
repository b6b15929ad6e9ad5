import type { MemoryAccount } from '../../runtime/index.ts';
import type { DataType } from '../../types/index.ts';
import type { Address, Arena, Vector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { encodeExchangeBlock } from '../exchange-block.ts';
import type { InFlightRead } from '../in-flight-reads.ts';
import type { OperatorContext } from '../operator-context.ts';
import type { SpillFile, SpillIo } from './spill-io.ts';

/** A block of rows in a file, in the layout of exchange blocks. */
export interface SpilledBlock {
  readonly offset: number;
  readonly bytes: number;
}

/** Rows that were written, in the order in which they were appended. */
export interface SpilledRows {
  /** Undefined when nothing was written. */
  readonly file: SpillFile | undefined;
  readonly blocks: readonly SpilledBlock[];
  readonly numRows: number;
  readonly bytes: number;
}

/** Bytes that one writer has on their way before its operator should wait. */
const MAX_PENDING_BYTES = 4 << 20;

/** What writers of one operator write with. */
export interface SpillTarget {
  readonly io: SpillIo;
  readonly context: OperatorContext;
  readonly account: MemoryAccount;
  readonly blockBytes: number;
}

/** Appends rows to a file of their own. */
export class SpillWriter implements SpilledRows {
  readonly blocks: SpilledBlock[] = [];
  readonly #target: SpillTarget;
  readonly #store: ColumnStore;
  readonly #writes: InFlightRead[] = [];
  #numRows = 0;
  #file: SpillFile | undefined;
  #bytes = 0;

  constructor(types: readonly DataType[], target: SpillTarget) {
    this.#target = target;
    this.#store = new ColumnStore(target.context.memory, target.account, types);
  }

  get file(): SpillFile | undefined {
    return this.#file;
  }

  get numRows(): number {
    return this.#numRows;
  }

  /** Bytes written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends the rows that `selection` lists (all when it is 0). */
  append(columns: readonly Vector[], selection: Address, numRows: number, scratch: Arena): void {
    this.#store.append(columns, selection, numRows, scratch);
    this.#numRows += numRows;
    if (this.#store.usedBytes >= this.#target.blockBytes) this.#write();
  }

  /** Writes what is left. */
  finish(): void {
    if (this.#store.numRows > 0) this.#write();
    this.#store.close();
  }

  /** Frees what was written; whether so much is on its way that the operator should wait. Throws what a write failed with. */
  isBusy(): boolean {
    return this.#settle() > MAX_PENDING_BYTES;
  }

  /** Whether all is written. Throws what a write failed with. */
  isWritten(): boolean {
    return this.#settle() === 0;
  }

  /** Frees memory; the file stays. */
  close(): void {
    for (const write of this.#writes.splice(0)) this.#target.context.reads.release(write);
    this.#store.close();
  }

  #settle(): number {
    const { reads } = this.#target.context;
    let pendingBytes = 0;
    for (let i = this.#writes.length - 1; i >= 0; i--) {
      const write = this.#writes[i]!;
      if (!reads.isOver(write)) {
        pendingBytes += write.bytes;
        continue;
      }
      reads.release(write);
      this.#writes.splice(i, 1);
    }
    return pendingBytes;
  }

  #write(): void {
    const { context, account, io } = this.#target;
    const { numRows } = this.#store;
    const block = encodeExchangeBlock(this.#store.columns(), numRows, context.memory, account);
    this.#store.clear();
    this.#file ??= io.create();
    this.#writes.push(context.reads.startWrite(io, this.#file, this.#bytes, block.address, block.bytes));
    this.blocks.push({ offset: this.#bytes, bytes: block.bytes });
    this.#bytes += block.bytes;
  }
}
