import type { ExchangeBlock } from '../physical/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import type { IoTicket, ReadRequest, TaskIo } from './task-io.ts';

/** A read of a task, with the block of memory that its bytes go to. */
export interface InFlightRead {
  /** Start of the block. */
  readonly address: Address;
  readonly bytes: number;
}

interface OwnedRead extends InFlightRead {
  readonly ticket: IoTicket;
  isOver: boolean;
  isAbandoned: boolean;
}

/**
 * The reads of a task and the memory they write to. A block of memory can only be freed when its read is over, also when
 * nobody wants the bytes any more; this is the one place that knows.
 */
export class InFlightReads {
  readonly #memory: LinearMemory;
  readonly #io: TaskIo;
  readonly #abandoned = new Set<OwnedRead>();

  constructor(memory: LinearMemory, io: TaskIo) {
    this.#memory = memory;
    this.#io = io;
  }

  /** Starts a read into a new block, charged to `account`. Throws `MEMORY_LIMIT` when there is no room. */
  start(request: Omit<ReadRequest, 'address'>, account: MemoryAccount): InFlightRead {
    const bytes = request.ranges.reduce((sum, range) => sum + range.length, 0);
    return this.#start(bytes, account, (address) => this.#io.read({ ...request, address }));
  }

  /** Starts to copy a block of an exchange into a new block of memory. */
  startBlock(block: ExchangeBlock, account: MemoryAccount): InFlightRead {
    return this.#start(block.bytes, account, (address) => this.#io.readBlock(block, address));
  }

  /** Whether the bytes are there. Throws the error that the read failed with. */
  isOver(read: InFlightRead): boolean {
    const owned = read as OwnedRead;
    if (owned.isOver) return true;
    try {
      owned.isOver = this.#io.poll(owned.ticket);
    } catch (error) {
      owned.isOver = true;
      throw error;
    }
    return owned.isOver;
  }

  /** Frees the block; at once when the read is over, otherwise cancels the read and frees it when it is. Idempotent. */
  release(read: InFlightRead): void {
    const owned = read as OwnedRead;
    if (owned.isAbandoned) return;
    owned.isAbandoned = true;
    if (owned.isOver) {
      this.#memory.free(owned.address);
      return;
    }
    this.#io.cancel(owned.ticket);
    this.#abandoned.add(owned);
    this.#settle(owned);
  }

  /** Frees the blocks of released reads that are over by now; whether none is left. */
  drain(): boolean {
    for (const read of this.#abandoned) this.#settle(read);
    return this.#abandoned.size === 0;
  }

  #start(bytes: number, account: MemoryAccount, begin: (address: Address) => IoTicket): InFlightRead {
    const address = this.#memory.allocate(bytes, account);
    try {
      const read: OwnedRead = { address, bytes, ticket: begin(address), isOver: false, isAbandoned: false };
      return read;
    } catch (error) {
      this.#memory.free(address);
      throw error;
    }
  }

  #settle(read: OwnedRead): void {
    let isOver = true;
    try {
      isOver = this.#io.poll(read.ticket);
    } catch {
      // The task has no use for these bytes any more, nor for the reason why they did not come.
    }
    if (!isOver) return;
    this.#abandoned.delete(read);
    this.#memory.free(read.address);
  }
}
