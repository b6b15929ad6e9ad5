import pLimit, { type LimitFunction } from 'p-limit';
import { abortError, QueryError, throwIfAborted } from '../error/index.ts';
import { linkSignals } from './linked-signal.ts';
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
import { storeClosed } from './store-error.ts';

export interface LimitStoreSettings {
  /** The most `get`, `getRanges`, `head` and pages of `list` at a time. */
  readonly maxReads: number;
  /** The most `put` and `delete` at a time. Default: `maxReads`. */
  readonly maxWrites?: number;
}

/**
 * A store with a limit on the calls in flight; the others wait in the order in which they came, and leave the queue at
 * once when their signal aborts. A `get` counts until its body has been read, cancelled or lost.
 *
 * Reads and writes have limits of their own: a copy holds an open body while its write waits, so that with one limit
 * for both, enough copies at a time would wait for each other for ever. A rebuilt store has limits of its own.
 *
 * Errors: `BAD_SETTING` unless the limits are whole numbers of one or more.
 */
export function limitStore(inner: ObjectStore, settings: LimitStoreSettings): ObjectStore {
  return new LimitStore(inner, settings);
}

/** Rebuilds a {@link limitStore} from its descriptor. */
export async function openLimitStore(options: StoreDescriptor['options'], open: OpenStore): Promise<ObjectStore> {
  const settings: LimitStoreSettings = {
    maxReads: options.maxReads as number,
    ...(options.maxWrites === undefined ? {} : { maxWrites: options.maxWrites as number }),
  };
  validateSettings(settings);
  return limitStore(await open(nestedDescriptor(options, 'inner')), settings);
}

class LimitStore implements ObjectStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #settings: LimitStoreSettings;
  readonly #reads: LimitFunction;
  readonly #writes: LimitFunction;
  readonly #closing = new AbortController();

  constructor(inner: ObjectStore, settings: LimitStoreSettings) {
    validateSettings(settings);
    this.#inner = inner;
    this.#settings = settings;
    this.#reads = pLimit(settings.maxReads);
    this.#writes = pLimit(settings.maxWrites ?? settings.maxReads);
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    const release = await this.#acquire(this.#reads, options.signal);
    try {
      const result = await this.#inner.get(path, options);
      return { ...result, body: observeBody(result.body, { end: release }, options.signal) };
    } catch (error) {
      release();
      throw error;
    }
  }

  getRanges(path: string, ranges: readonly ByteRange[], options: GetRangesOptions = {}): Promise<GetRangesResult> {
    return this.#withSlot(this.#reads, options.signal, () => this.#inner.getRanges(path, ranges, options));
  }

  head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    return this.#withSlot(this.#reads, options.signal, () => this.#inner.head(path, options));
  }

  async *list(prefix?: string, options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    const pages = this.#inner.list(prefix, options)[Symbol.asyncIterator]();
    try {
      while (true) {
        const next = await this.#withSlot(this.#reads, options.signal, () => pages.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await pages.return?.();
    }
  }

  put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    return this.#withSlot(this.#writes, options.signal, () => this.#inner.put(path, body, options));
  }

  delete(path: string, options: DeleteOptions = {}): Promise<void> {
    return this.#withSlot(this.#writes, options.signal, () => this.#inner.delete(path, options));
  }

  descriptor(): StoreDescriptor {
    const { maxReads, maxWrites } = this.#settings;
    return {
      module: '@millrace/core/storage',
      export: 'openLimitStore',
      options: {
        inner: descriptorAsData(this.#inner.descriptor()),
        maxReads,
        ...(maxWrites === undefined ? {} : { maxWrites }),
      },
    };
  }

  close(): Promise<void> {
    this.#closing.abort(storeClosed('This store'));
    return this.#inner.close();
  }

  async #withSlot<T>(limit: LimitFunction, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    const release = await this.#acquire(limit, signal);
    try {
      return await run();
    } finally {
      release();
    }
  }

  /** Waits for a slot; the answer gives it back. Leaves the queue when the signal aborts or the store is closed. */
  async #acquire(limit: LimitFunction, signal: AbortSignal | undefined): Promise<() => void> {
    throwIfAborted(signal);
    const leaving = linkSignals(signal, this.#closing.signal);
    let left = false;
    return new Promise((resolve, reject) => {
      const leave = () => {
        left = true;
        leaving.unlink();
        reject(abortError(leaving.signal));
      };
      if (limit.activeCount >= limit.concurrency) {
        if (leaving.signal.aborted) leave();
        else leaving.signal.addEventListener('abort', leave, { once: true });
      }
      void limit(() => {
        leaving.unlink();
        return left ? undefined : new Promise<void>((release) => resolve(release));
      });
    });
  }
}

function validateSettings(settings: LimitStoreSettings): void {
  for (const name of ['maxReads', 'maxWrites'] as const) {
    const value = settings[name];
    if (value === undefined && name === 'maxWrites') continue;
    if (!Number.isSafeInteger(value) || value! < 1) {
      throw new QueryError(
        'BAD_SETTING',
        `${name} of a limit store must be a whole number of one or more, not ${value}.`,
      );
    }
  }
}
