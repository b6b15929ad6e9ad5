import type { ExchangeBlock, ReadReport } from '../physical/index.ts';
import { MAX_REPORTED_READS } from '../physical/stage/task-spec.ts';
import type { Clock, MemoryAccount } from '../runtime/index.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import type { SpillFile, SpillIo } from './spill/spill-io.ts';
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
  /** What to report of it; undefined for copies, and beyond the limit. */
  readonly report: { -readonly [Key in keyof ReadReport]: ReadReport[Key] } | undefined;
}

/**
 * The reads of a task and the memory they write to. A block of memory can only be freed when its read is over, also when
 * nobody wants the bytes any more; this is the one place that knows.
 */
export class InFlightReads {
  readonly #memory: LinearMemory;
  readonly #io: TaskIo;
  readonly #clock: Clock;
  readonly #abandoned = new Set<OwnedRead>();
  readonly #reports: ReadReport[] = [];

  constructor(memory: LinearMemory, io: TaskIo, clock: Clock) {
    this.#memory = memory;
    this.#io = io;
    this.#clock = clock;
  }

  /** The first reads from stores, in the order in which they were asked for; one that was given up ends where it began. */
  get reports(): readonly ReadReport[] {
    return this.#reports;
  }

  /** Starts a read into a new block, charged to `account`. Throws `MEMORY_LIMIT` when there is no room. */
  start(request: Omit<ReadRequest, 'address'>, account: MemoryAccount): InFlightRead {
    const bytes = request.ranges.reduce((sum, range) => sum + range.length, 0);
    const read = this.#start(bytes, account, (address) => this.#io.read({ ...request, address }), request);
    if (read.report) this.#reports.push(read.report);
    return read;
  }

  /** Starts to copy a block of an exchange into a new block of memory. */
  startBlock(block: ExchangeBlock, account: MemoryAccount): InFlightRead {
    return this.#start(block.bytes, account, (address) => this.#io.readBlock(block, address));
  }

  /** Starts to write a block of memory to a file of spilled rows. The block is this object's from now on: `release` frees it. */
  startWrite(io: SpillIo, file: SpillFile, offset: number, address: Address, bytes: number): InFlightRead {
    try {
      const ticket = io.write(file, offset, address, bytes);
      const write: OwnedRead = { address, bytes, ticket, isOver: false, isAbandoned: false, report: undefined };
      return write;
    } catch (error) {
      this.#memory.free(address);
      throw error;
    }
  }

  /** Starts to read spilled bytes back into a new block of memory. */
  startSpilled(io: SpillIo, file: SpillFile, offset: number, bytes: number, account: MemoryAccount): InFlightRead {
    return this.#start(bytes, account, (address) => io.read(file, offset, address, bytes));
  }

  /** Whether the bytes are there. Throws the error that the read failed with. */
  isOver(read: InFlightRead): boolean {
    const owned = read as OwnedRead;
    if (owned.isOver) return true;
    try {
      owned.isOver = this.#io.poll(owned.ticket);
      if (owned.isOver && owned.report) owned.report.endedMs = this.#clock.wallMs();
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

  #start(
    bytes: number,
    account: MemoryAccount,
    begin: (address: Address) => IoTicket,
    request?: Omit<ReadRequest, 'address'>,
  ): OwnedRead {
    const address = this.#memory.allocate(bytes, account);
    try {
      const report = request && this.#reports.length < MAX_REPORTED_READS ? this.#report(request, bytes) : undefined;
      return { address, bytes, ticket: begin(address), isOver: false, isAbandoned: false, report };
    } catch (error) {
      this.#memory.free(address);
      throw error;
    }
  }

  #report({ store, path, ranges }: Omit<ReadRequest, 'address'>, bytes: number): NonNullable<OwnedRead['report']> {
    const nowMs = this.#clock.wallMs();
    return { store, path, numRequests: ranges.length, bytes, startedMs: nowMs, endedMs: nowMs };
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
