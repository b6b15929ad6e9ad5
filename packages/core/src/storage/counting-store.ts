import { observeBody } from './object-body.ts';
import type {
  ByteRange,
  DeleteOptions,
  GetOptions,
  GetRangesOptions,
  GetRangesResult,
  GetResult,
  HeadOptions,
  ListOptions,
  ListPage,
  ObjectBody,
  ObjectMetadata,
  ObjectStore,
  PutOptions,
  StoreDescriptor,
} from './object-store.ts';
import { descriptorAsData, nestedDescriptor, type OpenStore } from './store-descriptor.ts';
import { STORE_OPERATIONS, type StoreOperation } from './store-operation.ts';

/** What has passed through a {@link countingStore} since it was made or last reset. */
export interface StoreCounts {
  /** Calls, failed ones included. */
  readonly calls: Readonly<Record<StoreOperation, number>>;
  /**
   * Requests as an object store counts and bills them: one for each call, but one for each range of `getRanges` and for
   * each page of `list`.
   */
  readonly requests: Readonly<Record<StoreOperation, number>>;
  /** Bytes of bodies and ranges that were handed out. */
  readonly bytesRead: number;
  /** Bytes of objects that were written. */
  readonly bytesWritten: number;
  /** Calls, pages and bodies that ended in an error. */
  readonly errors: number;
  /** Calls and open bodies at this moment, and the most there were at one time. */
  readonly inFlight: number;
  readonly peakInFlight: number;
}

export interface CountingStore extends ObjectStore {
  /** The counts so far; a copy that does not change. */
  counts(): StoreCounts;
  /** Begins again from zero. What is in flight stays in flight. */
  resetCounts(): void;
}

/**
 * A store that counts what is asked of the store it wraps. A rebuilt one counts for itself: counts of other threads are
 * not in it.
 */
export function countingStore(inner: ObjectStore): CountingStore {
  return new CountingObjectStore(inner);
}

/** Rebuilds a {@link countingStore} from its descriptor, with counts of its own. */
export async function openCountingStore(options: StoreDescriptor['options'], open: OpenStore): Promise<CountingStore> {
  return countingStore(await open(nestedDescriptor(options, 'inner')));
}

class CountingObjectStore implements CountingStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  #calls = zeroCounts();
  #requests = zeroCounts();
  #bytesRead = 0;
  #bytesWritten = 0;
  #errors = 0;
  #inFlight = 0;
  #peakInFlight = 0;

  constructor(inner: ObjectStore) {
    this.#inner = inner;
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  counts(): StoreCounts {
    return {
      calls: { ...this.#calls },
      requests: { ...this.#requests },
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      errors: this.#errors,
      inFlight: this.#inFlight,
      peakInFlight: this.#peakInFlight,
    };
  }

  resetCounts(): void {
    this.#calls = zeroCounts();
    this.#requests = zeroCounts();
    this.#bytesRead = 0;
    this.#bytesWritten = 0;
    this.#errors = 0;
    this.#peakInFlight = this.#inFlight;
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    const leave = this.#enter('get', 1);
    try {
      const result = await this.#inner.get(path, options);
      const reader = {
        part: (bytes: Uint8Array) => {
          this.#bytesRead += bytes.length;
          return bytes;
        },
        error: () => {
          this.#errors += 1;
        },
        end: leave,
      };
      return { ...result, body: observeBody(result.body, reader, options.signal) };
    } catch (error) {
      this.#errors += 1;
      leave();
      throw error;
    }
  }

  getRanges(path: string, ranges: readonly ByteRange[], options?: GetRangesOptions): Promise<GetRangesResult> {
    const numRequests = Math.max(1, ranges.filter(({ length }) => length > 0).length);
    return this.#count('getRanges', numRequests, async () => {
      const result = await this.#inner.getRanges(path, ranges, options);
      for (const { length } of result.ranges) this.#bytesRead += length;
      return result;
    });
  }

  head(path: string, options?: HeadOptions): Promise<ObjectMetadata> {
    return this.#count('head', 1, () => this.#inner.head(path, options));
  }

  async *list(prefix?: string, options?: ListOptions): AsyncGenerator<ListPage, void> {
    const leave = this.#enter('list', 0);
    try {
      for await (const page of this.#inner.list(prefix, options)) {
        this.#requests.list += 1;
        yield page;
      }
    } catch (error) {
      this.#errors += 1;
      throw error;
    } finally {
      leave();
    }
  }

  put(path: string, body: ObjectBody, options?: PutOptions): Promise<ObjectMetadata> {
    return this.#count('put', 1, async () => {
      const metadata = await this.#inner.put(path, body, options);
      this.#bytesWritten += metadata.size;
      return metadata;
    });
  }

  delete(path: string, options?: DeleteOptions): Promise<void> {
    return this.#count('delete', 1, () => this.#inner.delete(path, options));
  }

  descriptor(): StoreDescriptor {
    return {
      module: '@millrace/core/storage',
      export: 'openCountingStore',
      options: { inner: descriptorAsData(this.#inner.descriptor()) },
    };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #enter(operation: StoreOperation, numRequests: number): () => void {
    this.#calls[operation] += 1;
    this.#requests[operation] += numRequests;
    this.#inFlight += 1;
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight);
    return () => {
      this.#inFlight -= 1;
    };
  }

  async #count<T>(operation: StoreOperation, numRequests: number, run: () => Promise<T>): Promise<T> {
    const leave = this.#enter(operation, numRequests);
    try {
      return await run();
    } catch (error) {
      this.#errors += 1;
      throw error;
    } finally {
      leave();
    }
  }
}

function zeroCounts(): Record<StoreOperation, number> {
  return Object.fromEntries(STORE_OPERATIONS.map((name) => [name, 0])) as Record<StoreOperation, number>;
}
