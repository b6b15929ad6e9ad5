import { QueryError, throwIfAborted } from '../error/index.ts';
import { type Random, seededRandom } from '../runtime/random.ts';
import { timerSleep } from '../runtime/timers.ts';
import { validateRanges } from './byte-range.ts';
import { type LatencyPreset, type LatencyTable, latencyAt, latencyTable } from './latency-table.ts';
import { bodyStream, observeBody } from './object-body.ts';
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
  PlainData,
  PutOptions,
  StoreCapabilities,
  StoreDescriptor,
} from './object-store.ts';
import { RequestCapacity, type RequestCapacitySettings } from './request-capacity.ts';
import { descriptorAsData, nestedDescriptor, type OpenStore } from './store-descriptor.ts';
import { notCapable } from './store-error.ts';
import type { StoreOperation } from './store-operation.ts';

/** How slow a store is, and how much it grants. Plain data. */
export interface ThrottledStoreSettings {
  /** The same seed gives the same latencies to the same sequence of requests. */
  readonly seed: number;
  /** First-byte times of requests. Default: none. */
  readonly latency?: LatencyPreset | LatencyTable;
  /** What first-byte times are multiplied with. Default: 1. */
  readonly latencyFactor?: number;
  /** Bytes a second of one request's body. Default: no limit. */
  readonly connectionBytesPerSecond?: number;
  /** Bytes a second of all bodies together: the network card. Default: no limit. */
  readonly networkBytesPerSecond?: number;
  /** Request rates granted to each prefix, beyond which requests are refused with 503. Default: no limit. */
  readonly capacity?: RequestCapacitySettings;
  /** How many folders of a path make its prefix. Default: 1. */
  readonly prefixDepth?: number;
}

export interface ThrottledStoreComponents {
  /** Draws latencies in place of the seed. A store with it cannot be rebuilt elsewhere. */
  readonly random?: Random;
  /** Waits, or rejects when the signal aborts. Default: a timer. */
  readonly sleep?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds on a clock that never goes back. Default: `performance.now`. */
  readonly nowMs?: () => number;
}

/**
 * A store that is as slow as one on a network: each request waits for a first byte drawn from a table of latencies and for its bytes at the
 * bandwidth of a connection and of the network card, and is refused with `THROTTLED` beyond the request rate of its prefix. Each range of
 * `getRanges` and each page of `list` is a request. With no settings but the seed it is the store that it wraps. A rebuilt one has latencies
 * and capacity of its own.
 *
 * Errors: `BAD_SETTING` for settings that make no sense.
 */
export function throttledStore(
  inner: ObjectStore,
  settings: ThrottledStoreSettings,
  components: ThrottledStoreComponents = {},
): ObjectStore {
  return new ThrottledObjectStore(inner, settings, components);
}

/** Rebuilds a {@link throttledStore} from its descriptor. */
export async function openThrottledStore(options: StoreDescriptor['options'], open: OpenStore): Promise<ObjectStore> {
  const { inner: _, ...settings } = options;
  validateSettings(settings as unknown as ThrottledStoreSettings);
  return throttledStore(await open(nestedDescriptor(options, 'inner')), settings as unknown as ThrottledStoreSettings);
}

/** About how long a timer takes to be worth setting: shorter waits are carried over. */
const SHORTEST_SLEEP_MS = 0.5;

class ThrottledObjectStore implements ObjectStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #settings: ThrottledStoreSettings;
  readonly #table: LatencyTable | undefined;
  readonly #random: Random;
  readonly #sleep: NonNullable<ThrottledStoreComponents['sleep']>;
  readonly #nowMs: () => number;
  readonly #rebuildable: boolean;
  readonly #capacities = new Map<string, RequestCapacity>();
  /** When the network card is done with what it has been given. */
  #networkFreeMs = 0;

  constructor(inner: ObjectStore, settings: ThrottledStoreSettings, components: ThrottledStoreComponents) {
    validateSettings(settings);
    this.#inner = inner;
    this.#settings = settings;
    this.#table = settings.latency === undefined ? undefined : latencyTable(settings.latency);
    this.#random = components.random ?? seededRandom(settings.seed);
    this.#rebuildable = components.random === undefined;
    this.#sleep = components.sleep ?? timerSleep;
    this.#nowMs = components.nowMs ?? (() => performance.now());
  }

  get capabilities(): StoreCapabilities {
    const { capabilities } = this.#inner;
    return { ...capabilities, rebuildable: capabilities.rebuildable && this.#rebuildable };
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    await this.#wait('get', path, [0], options.signal);
    const result = await this.#inner.get(path, options);
    if (this.#isUnlimited) return result;
    return { ...result, body: this.#slowBody(result.body, options.signal) };
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    validateRanges(ranges, options.into);
    const lengths = ranges.map(({ length }) => length).filter((length) => length > 0);
    // The answer is there with its last part: what comes sooner is of no use to a caller who waits for all of it.
    await this.#wait('getRanges', path, lengths.length > 0 ? lengths : [0], options.signal);
    return this.#inner.getRanges(path, ranges, options);
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    await this.#wait('head', path, [0], options.signal);
    return this.#inner.head(path, options);
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    const pages = this.#inner.list(prefix, options)[Symbol.asyncIterator]();
    try {
      while (true) {
        await this.#wait('list', prefix, [0], options.signal);
        const next = await pages.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await pages.return?.();
    }
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    await this.#wait('put', path, [body instanceof Uint8Array ? body.length : 0], options.signal);
    return this.#inner.put(path, body, options);
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    await this.#wait('delete', path, [0], options.signal);
    return this.#inner.delete(path, options);
  }

  descriptor(): StoreDescriptor {
    if (!this.#rebuildable) {
      throw notCapable(
        'Using a throttled store with a given source of randomness in another thread',
        'Give it a seed.',
      );
    }
    return {
      module: '@millrace/core/storage',
      export: 'openThrottledStore',
      options: {
        ...(this.#settings as unknown as Readonly<Record<string, PlainData>>),
        inner: descriptorAsData(this.#inner.descriptor()),
      },
    };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  get #isUnlimited(): boolean {
    const { connectionBytesPerSecond, networkBytesPerSecond } = this.#settings;
    return connectionBytesPerSecond === undefined && networkBytesPerSecond === undefined;
  }

  async #wait(operation: StoreOperation, path: string, lengths: readonly number[], signal: AbortSignal | undefined) {
    await this.#sleepFor(Math.max(...this.#admit(operation, path, lengths, signal)), signal);
  }

  /** Counts requests that come at once, one for each length, and says how long each of them takes. Throws `THROTTLED`. */
  #admit(
    operation: StoreOperation,
    path: string,
    lengths: readonly number[],
    signal: AbortSignal | undefined,
  ): number[] {
    throwIfAborted(signal);
    const nowMs = this.#nowMs();
    const { capacity, latencyFactor = 1, connectionBytesPerSecond } = this.#settings;
    const kind = operation === 'put' || operation === 'delete' ? 'write' : 'read';
    if (capacity && !this.#capacityOf(path, capacity).take(kind, lengths.length, nowMs)) {
      throw new QueryError('THROTTLED', `The store has refused to ${operation} '${path}': too many requests (503).`, {
        details: { path, operation, prefix: this.#prefixOf(path) },
        hint: 'Ask later, ask for larger ranges, or spread the objects over more prefixes.',
      });
    }
    return lengths.map((length) => {
      const firstByteMs = this.#table ? latencyAt(this.#table, this.#random.next()) * latencyFactor : 0;
      const bodyMs = connectionBytesPerSecond === undefined ? 0 : (length / connectionBytesPerSecond) * 1000;
      return this.#throughNetwork(length, nowMs, firstByteMs + bodyMs);
    });
  }

  /** How long bytes take whose connection alone would need `alone` milliseconds: they stand in line at the network card. */
  #throughNetwork(bytes: number, nowMs: number, alone: number): number {
    const { networkBytesPerSecond } = this.#settings;
    if (networkBytesPerSecond === undefined || bytes === 0) return alone;
    this.#networkFreeMs = Math.max(this.#networkFreeMs, nowMs) + (bytes / networkBytesPerSecond) * 1000;
    return Math.max(alone, this.#networkFreeMs - nowMs);
  }

  #capacityOf(path: string, settings: RequestCapacitySettings): RequestCapacity {
    const prefix = this.#prefixOf(path);
    let capacity = this.#capacities.get(prefix);
    if (!capacity) {
      capacity = new RequestCapacity(settings);
      this.#capacities.set(prefix, capacity);
    }
    return capacity;
  }

  #prefixOf(path: string): string {
    return path.split('/', this.#settings.prefixDepth ?? 1).join('/');
  }

  async #sleepFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (delayMs > 0) await this.#sleep(delayMs, signal);
  }

  #slowBody(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
    const { connectionBytesPerSecond } = this.#settings;
    const reader = observeBody(body, {}, signal).getReader();
    let owedMs = 0;
    return bodyStream(
      {
        pull: async () => {
          const { done, value } = await reader.read();
          if (done) return undefined;
          const alone = connectionBytesPerSecond === undefined ? 0 : (value.length / connectionBytesPerSecond) * 1000;
          owedMs += this.#throughNetwork(value.length, this.#nowMs(), alone);
          if (owedMs >= SHORTEST_SLEEP_MS) {
            const sleepMs = owedMs;
            owedMs = 0;
            await this.#sleepFor(sleepMs, signal);
          }
          return value;
        },
        release: () => reader.cancel(),
      },
      signal,
    );
  }
}

function validateSettings(settings: ThrottledStoreSettings): void {
  const { seed, latency, latencyFactor = 1, prefixDepth = 1, capacity } = settings;
  if (!Number.isFinite(seed)) throw new QueryError('BAD_SETTING', 'A throttled store needs a seed, which is a number.');
  if (latency !== undefined) latencyTable(latency);
  positive('latencyFactor', latencyFactor);
  if (!Number.isSafeInteger(prefixDepth) || prefixDepth < 1) {
    throw new QueryError(
      'BAD_SETTING',
      `prefixDepth of a throttled store must be a whole number from 1 on, not ${prefixDepth}.`,
    );
  }
  for (const name of ['connectionBytesPerSecond', 'networkBytesPerSecond'] as const) {
    if (settings[name] !== undefined) positive(name, settings[name]);
  }
  if (!capacity) return;
  positive('capacity.readsPerSecond', capacity.readsPerSecond);
  positive('capacity.writesPerSecond', capacity.writesPerSecond);
}

function positive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new QueryError('BAD_SETTING', `${name} of a throttled store must be a number above 0, not ${value}.`);
}
