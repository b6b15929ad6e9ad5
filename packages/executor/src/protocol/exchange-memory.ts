import { BUDGET_UNIT_BYTES } from '@millrace/core/runtime';
import { QueryError } from '@millrace/core/storage';

/** Pages are as large as the units of the budget, so that what is charged is what is held. */
const PAGE_BYTES = BUDGET_UNIT_BYTES;
const GROWTH_BYTES = 16 * 2 ** 20;
/** Address space beyond the limit of the budget, for runs of free pages that are too short for a block. Costs nothing until used. */
const FRAGMENTATION_ROOM = 1.25;
const FREE = 0;
/** Owners below are slots of the ledger, owners from here on are queries. */
const FIRST_QUERY_OWNER = 1 << 20;

/** What threads need to share an {@link ExchangeMemory}. */
export interface SharedExchangeMemory {
  readonly region: SharedArrayBuffer;
  readonly owners: SharedArrayBuffer;
}

/** Neighbouring pages of an {@link ExchangeMemory}. */
export interface PageRun {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The memory that all exchanges of a process lie in: one region that every thread sees, in pages that are used again as soon as they are
 * free. Separate buffers would live until the garbage collector of each thread that has seen them finds nothing better to do.
 *
 * Each page has a word that says who owns it: the worker that is filling it, then the query whose exchange it is part of. A page is taken by
 * compare-and-exchange of that word, without any lock, so that a thread may die at any moment: what it owned is found by its
 * number. Allocation is first fit from the start, which keeps the region about as long as its greatest use.
 */
export class ExchangeMemory {
  readonly shared: SharedExchangeMemory;
  readonly #owners: Int32Array;

  constructor(shared: SharedExchangeMemory) {
    this.shared = shared;
    this.#owners = new Int32Array(shared.owners);
  }

  /** Reserves address space for `limitBytes`; memory is taken as it is needed. */
  static create(limitBytes: number): ExchangeMemory {
    const numPages = Math.ceil((limitBytes * FRAGMENTATION_ROOM) / PAGE_BYTES);
    return new ExchangeMemory({
      region: new SharedArrayBuffer(0, { maxByteLength: numPages * PAGE_BYTES }),
      owners: new SharedArrayBuffer(4 * numPages),
    });
  }

  /** The owner that stands for a worker or the main thread, by its slot in the ledger. */
  static slotOwner(slot: number): number {
    return slot + 1;
  }

  /** The owner that stands for a query, by its number in the executor. */
  static queryOwner(query: number): number {
    return FIRST_QUERY_OWNER + (query % (2 ** 31 - 1 - FIRST_QUERY_OWNER));
  }

  /** Bytes that a block of so many bytes takes. */
  static runBytes(bytes: number): number {
    return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
  }

  /** The bytes of a part of the region. */
  view(offset: number, bytes: number): Uint8Array {
    return new Uint8Array(this.shared.region, offset, bytes);
  }

  /** Takes whole pages for `bytes` bytes. Throws `MEMORY_LIMIT` when there are not as many in a row. */
  allocate(bytes: number, owner: number): PageRun {
    const wanted = Math.ceil(bytes / PAGE_BYTES);
    const numPages = this.#owners.length;
    for (let first = 0; first + wanted <= numPages; ) {
      const taken = this.#take(first, wanted, owner);
      if (taken === wanted) {
        const run = { offset: first * PAGE_BYTES, bytes: wanted * PAGE_BYTES };
        this.#commit(run);
        return run;
      }
      // The page behind those that could be taken belongs to somebody.
      this.#set(first, taken, FREE);
      first += taken + 1;
    }
    throw noRoom(bytes);
  }

  /** Makes pages somebody else's. */
  transfer(runs: readonly PageRun[], owner: number): void {
    for (const { offset, bytes } of runs) this.#set(offset / PAGE_BYTES, bytes / PAGE_BYTES, owner);
  }

  free(runs: readonly PageRun[]): void {
    this.transfer(runs, FREE);
  }

  /** Frees all that an owner has; it must not be allocating any more. */
  freeAll(owner: number): void {
    for (let page = 0; page < this.#owners.length; page++) Atomics.compareExchange(this.#owners, page, owner, FREE);
  }

  /** Bytes that are not free. */
  get usedBytes(): number {
    let numPages = 0;
    for (let page = 0; page < this.#owners.length; page++) {
      if (Atomics.load(this.#owners, page) !== FREE) numPages += 1;
    }
    return numPages * PAGE_BYTES;
  }

  /** Bytes of the region: the most that were in use, nearly. */
  get sizeBytes(): number {
    return this.shared.region.byteLength;
  }

  /** Takes neighbouring free pages, up to `wanted`; answers with how many it got. */
  #take(first: number, wanted: number, owner: number): number {
    for (let i = 0; i < wanted; i++) {
      if (Atomics.compareExchange(this.#owners, first + i, FREE, owner) !== FREE) return i;
    }
    return wanted;
  }

  #set(first: number, numPages: number, owner: number): void {
    for (let i = 0; i < numPages; i++) Atomics.store(this.#owners, first + i, owner);
  }

  #commit(run: PageRun): void {
    const { region } = this.shared;
    const end = run.offset + run.bytes;
    const wanted = Math.min(region.maxByteLength, Math.ceil(end / GROWTH_BYTES) * GROWTH_BYTES);
    try {
      if (region.byteLength < end) region.grow(wanted);
    } catch (cause) {
      // Another thread may have grown it further at the same moment.
      if (region.byteLength >= end) return;
      this.#set(run.offset / PAGE_BYTES, run.bytes / PAGE_BYTES, FREE);
      throw noRoom(run.bytes, cause);
    }
  }
}

function noRoom(bytes: number, cause?: unknown): QueryError {
  return new QueryError('MEMORY_LIMIT', `There is no room for ${bytes} bytes of an exchange.`, {
    details: { requestedBytes: bytes },
    hint: "Raise the engine's memory setting, or lower the number of workers.",
    cause,
  });
}
