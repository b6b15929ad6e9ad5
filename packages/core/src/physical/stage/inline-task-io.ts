import { internal, QueryError, toQueryError } from '../../error/index.ts';
import type { IoTicket, ReadRequest, SpillIo, TaskIo } from '../../operator/index.ts';
import {
  accessStore,
  type ObjectStore,
  RequestMeter,
  SPILL_STORE,
  type SpillStore,
  type StoreAccess,
} from '../../storage/index.ts';
import type { LinearMemory } from '../../vector/index.ts';
import type { ExchangeBlock } from './task-spec.ts';

interface PendingRead {
  isOver: boolean;
  error: unknown;
  readonly abort: AbortController;
}

/** The reads of one task, straight from stores into the memory of this thread. */
export class InlineTaskIo implements TaskIo {
  readonly #memory: LinearMemory;
  readonly #stores: ReadonlyMap<string, StoreAccess>;
  readonly #opened = new Map<string, ObjectStore>();
  readonly #meter = new RequestMeter();
  readonly #reads = new Map<IoTicket, PendingRead>();
  #nextTicket = 1;
  /** A read has ended since `someRead` last resolved. */
  #hasNews = false;
  #wake: () => void = () => undefined;

  readonly spill: SpillIo | undefined;
  readonly #spillStore: SpillStore | undefined;
  readonly #spillName: string;
  #numFiles = 0;
  #spilledBytes = 0;
  /** Files that the task has done with are being removed. */
  readonly #removals = new Set<Promise<void>>();

  /** `spillName`: begins the names of files of this task, unlike those of any other. */
  constructor(
    memory: LinearMemory,
    stores: ReadonlyMap<string, StoreAccess>,
    spillStore: SpillStore | undefined,
    spillName: string,
  ) {
    this.#memory = memory;
    this.#stores = stores;
    this.#spillStore = spillStore;
    this.#spillName = spillName;
    this.spill = spillStore && this.#spillTo(spillStore);
  }

  get spilledBytes(): number {
    return this.#spilledBytes;
  }

  /** Removes what the task has spilled. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    for (let file = 0; file < this.#numFiles; file++) await this.#spillStore!.remove(this.#fileName(file));
  }

  /** What the reads have cost so far. */
  get meter(): RequestMeter {
    return this.#meter;
  }

  read(request: ReadRequest): IoTicket {
    return this.#start((signal) => this.#fetch(request, signal));
  }

  #start(work: (signal: AbortSignal) => Promise<void>): IoTicket {
    const pending: PendingRead = { isOver: false, error: undefined, abort: new AbortController() };
    void work(pending.abort.signal)
      .catch((error: unknown) => {
        pending.error = toQueryError(error);
      })
      .finally(() => {
        pending.isOver = true;
        this.#hasNews = true;
        this.#wake();
      });
    return this.#add(pending);
  }

  readBlock(block: ExchangeBlock, address: number): IoTicket {
    const { location, bytes } = block;
    if (location.kind === 'object') {
      const { store, path, offset } = location;
      if (store === SPILL_STORE)
        return this.#start((signal) => this.#readSpilled(path, offset, bytes, address, signal));
      return this.read({ store, path, version: '', ranges: [{ offset, length: bytes }], address });
    }
    this.#memory.u8.set(new Uint8Array(location.buffer, location.offset, bytes), address);
    return this.#add({ isOver: true, error: undefined, abort: new AbortController() });
  }

  poll(ticket: IoTicket): boolean {
    const read = this.#reads.get(ticket);
    if (!read) throw internal(`poll of ${ticket}, which is no read under way`);
    if (!read.isOver) return false;
    this.#reads.delete(ticket);
    if (read.error !== undefined) throw read.error;
    return true;
  }

  cancel(ticket: IoTicket): void {
    this.#reads.get(ticket)?.abort.abort(new QueryError('ABORTED', 'The read is no longer wanted.'));
  }

  /**
   * Resolves when a read has ended since this last resolved. A read that was over before and waits to be polled does not count: whoever
   * is blocked has seen it and needs another one.
   */
  async someRead(): Promise<void> {
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasNews = false;
  }

  #add(read: PendingRead): IoTicket {
    const ticket = this.#nextTicket++;
    this.#reads.set(ticket, read);
    this.#hasNews ||= read.isOver;
    return ticket;
  }

  #fileName(file: number): string {
    return `${this.#spillName}-${file}`;
  }

  #spillTo(store: SpillStore): SpillIo {
    // When the memory grows meanwhile, a view stays good: the bytes of shared memory do not move.
    const view = (address: number, bytes: number) => this.#memory.u8.subarray(address, address + bytes);
    return {
      create: () => this.#numFiles++,
      write: (file, offset, address, bytes) => {
        this.#spilledBytes += bytes;
        return this.#start((signal) => store.write(this.#fileName(file), offset, view(address, bytes), signal));
      },
      read: (file, offset, address, bytes) =>
        this.#start((signal) => store.read(this.#fileName(file), offset, view(address, bytes), signal)),
      remove: (file) => {
        // A file that cannot be removed now is tried again at the end of the task.
        const removal = store.remove(this.#fileName(file)).catch(() => undefined);
        this.#removals.add(removal);
        void removal.finally(() => this.#removals.delete(removal));
      },
    };
  }

  /** A block that a worker has put out of memory. */
  async #readSpilled(path: string, offset: number, bytes: number, address: number, signal: AbortSignal): Promise<void> {
    if (!this.#spillStore) throw internal('a block of an exchange was spilled to where this thread cannot read');
    await this.#spillStore.read(path, offset, this.#memory.u8.subarray(address, address + bytes), signal);
  }

  async #fetch(request: ReadRequest, signal: AbortSignal): Promise<void> {
    const { store: name, path, version, ranges, address } = request;
    const store = this.#store(name);
    const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
    // When the memory grows meanwhile, this view stays good: the bytes of shared memory do not move.
    const into = this.#memory.u8.subarray(address, address + bytes);
    await store.getRanges(path, ranges, { into, signal, ifMatch: version === '' ? undefined : version });
  }

  #store(name: string): ObjectStore {
    let opened = this.#opened.get(name);
    if (!opened) {
      const found = this.#stores.get(name);
      if (!found) throw new QueryError('STORE_NOT_FOUND', `There is no store '${name}'.`, { details: { store: name } });
      opened = accessStore(found, this.#meter);
      this.#opened.set(name, opened);
    }
    return opened;
  }
}
