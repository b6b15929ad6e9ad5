import { throwIfAborted } from '../../error/index.ts';
import { requireWithin, validateRanges, viewsOfRanges } from '../byte-range.ts';
import { linkSignals } from '../linked-signal.ts';
import { untilAborted } from '../object-body.ts';
import { validateObjectPath } from '../object-path.ts';
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
} from '../object-store.ts';
import { RequestMeter } from '../policy/request-meter.ts';
import type { RangeCache } from './range-cache.ts';

/** A read that is under way, and those who want the same bytes. */
interface SharedRead {
  readonly done: Promise<ObjectMetadata>;
  readonly followers: Uint8Array[];
}

/** A cache, and the reads that are on their way into it. Shared by all {@link cachingStore}s of a thread. */
export class SharedCache {
  readonly ranges: RangeCache;
  readonly reads = new Map<string, SharedRead>();

  constructor(ranges: RangeCache) {
    this.ranges = ranges;
  }
}

/**
 * A store whose `getRanges` are answered from a cache as far as possible; what is missing is read and kept. Reads of the same bytes at the
 * same time share one request. Only reads of a known version (`ifMatch`) are cached: an object that has changed since is answered
 * as it was. All else goes to the wrapped store.
 *
 * `name` tells stores apart that share the cache; hits are counted in `meter`.
 */
export function cachingStore(
  inner: ObjectStore,
  cache: SharedCache,
  name: string,
  meter: RequestMeter = new RequestMeter(),
): ObjectStore {
  return new CachingStore(inner, cache, name, meter);
}

class CachingStore implements ObjectStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #cache: SharedCache;
  readonly #name: string;
  readonly #meter: RequestMeter;

  constructor(inner: ObjectStore, cache: SharedCache, name: string, meter: RequestMeter) {
    this.#inner = inner;
    this.#cache = cache;
    this.#name = name;
    this.#meter = meter;
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    const { ifMatch, signal } = options;
    const total = validateRanges(ranges, options.into);
    if (ifMatch === undefined || total === 0) return this.#inner.getRanges(path, ranges, options);
    validateObjectPath(path);
    throwIfAborted(signal);
    const key = `${this.#name}\n${path}\n${ifMatch}`;
    const { ranges: cache } = this.#cache;
    cache.giveWay();
    const memory = options.into ?? new Uint8Array(total);
    const views = viewsOfRanges(ranges, memory);
    // Before reading: what is held now may be dropped meanwhile.
    let metadata = cache.metadata(key);
    const missing: { readonly range: ByteRange; readonly target: Uint8Array }[] = [];
    let fromCache = 0;
    ranges.forEach((range, i) => {
      const answer = cache.read(key, range, views[i]!);
      fromCache += answer.bytes;
      if (answer.numParts > 0) this.#meter.add('numCacheHits', answer.numParts);
      for (const part of answer.missing) {
        const start = part.offset - range.offset;
        missing.push({ range: part, target: views[i]!.subarray(start, start + part.length) });
      }
    });
    this.#meter.add('bytesFromCache', fromCache);
    this.#meter.add('bytesRead', fromCache);
    options.onBytes?.(fromCache);
    if (missing.length === ranges.length && fromCache === 0 && this.#isUnshared(key, ranges)) {
      metadata = await this.#readAll(key, path, ranges, { ...options, into: memory }, views);
    } else if (missing.length > 0) {
      metadata = (await this.#readParts(key, path, missing, options)) ?? metadata;
    }
    metadata ??= await this.#inner.head(path, { ifMatch, signal });
    for (const range of ranges) requireWithin(path, range, metadata.size);
    return { metadata, ranges: views };
  }

  get(path: string, options?: GetOptions): Promise<GetResult> {
    return this.#inner.get(path, options);
  }

  head(path: string, options?: HeadOptions): Promise<ObjectMetadata> {
    return this.#inner.head(path, options);
  }

  list(prefix?: string, options?: ListOptions): AsyncIterable<ListPage> {
    return this.#inner.list(prefix, options);
  }

  put(path: string, body: ObjectBody, options?: PutOptions): Promise<ObjectMetadata> {
    return this.#inner.put(path, body, options);
  }

  delete(path: string, options?: DeleteOptions): Promise<void> {
    return this.#inner.delete(path, options);
  }

  /** Of the wrapped store: a cache belongs to the thread that it is in. */
  descriptor(): StoreDescriptor {
    return this.#inner.descriptor();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #isUnshared(key: string, ranges: readonly ByteRange[]): boolean {
    return ranges.every((range) => !this.#cache.reads.has(readKey(key, range)));
  }

  /** Nothing is held: one call for everything, whose ranges the wrapped store may join. */
  #readAll(
    key: string,
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions,
    views: readonly Uint8Array[],
  ): Promise<ObjectMetadata> {
    const parts = ranges.map((range, i) => ({ range, target: views[i]! }));
    return this.#share(key, parts, async () => (await this.#inner.getRanges(path, ranges, options)).metadata);
  }

  /** Reads what is missing of several ranges. One failure ends the other reads, and all are over when this settles. */
  async #readParts(
    key: string,
    path: string,
    parts: readonly { readonly range: ByteRange; readonly target: Uint8Array }[],
    options: GetRangesOptions,
  ): Promise<ObjectMetadata | undefined> {
    const failing = new AbortController();
    const linked = linkSignals(options.signal, failing.signal);
    let failure: { readonly error: unknown } | undefined;
    let metadata: ObjectMetadata | undefined;
    const { ifMatch, onBytes } = options;
    const read = async (part: (typeof parts)[number]) => {
      const { range, target } = part;
      try {
        const followed = await this.#follow(key, range, target, linked.signal);
        if (followed) {
          metadata = followed;
          onBytes?.(range.length);
          return;
        }
        const given = { into: target, ifMatch, signal: linked.signal, onBytes };
        metadata = await this.#share(
          key,
          [part],
          async () => (await this.#inner.getRanges(path, [range], given)).metadata,
        );
      } catch (error) {
        failure ??= { error };
        failing.abort();
      }
    };
    try {
      await Promise.all(parts.map(read));
    } finally {
      linked.unlink();
    }
    throwIfAborted(options.signal);
    if (failure) throw failure.error;
    return metadata;
  }

  /** Waits for a read of the same bytes that is under way; undefined when there is none that has filled `target`. */
  async #follow(
    key: string,
    range: ByteRange,
    target: Uint8Array,
    signal: AbortSignal,
  ): Promise<ObjectMetadata | undefined> {
    const shared = this.#cache.reads.get(readKey(key, range));
    if (!shared) return undefined;
    shared.followers.push(target);
    let metadata: ObjectMetadata;
    try {
      metadata = await untilAborted(shared.done, signal);
    } catch {
      // Whoever gave up takes its memory away; when the read itself has failed, the next attempt is the follower's own.
      const index = shared.followers.indexOf(target);
      if (index >= 0) shared.followers.splice(index, 1);
      throwIfAborted(signal);
      return undefined;
    }
    this.#meter.add('numCacheHits');
    this.#meter.add('bytesFromCache', range.length);
    this.#meter.add('bytesRead', range.length);
    return metadata;
  }

  /** Runs a read that others may follow, and keeps what it has read. */
  async #share(
    key: string,
    parts: readonly { readonly range: ByteRange; readonly target: Uint8Array }[],
    read: () => Promise<ObjectMetadata>,
  ): Promise<ObjectMetadata> {
    const { reads, ranges: cache } = this.#cache;
    const done = Promise.withResolvers<ObjectMetadata>();
    // Nobody may be following.
    done.promise.catch(() => undefined);
    const shared = parts.map(() => ({ done: done.promise, followers: [] as Uint8Array[] }));
    parts.forEach(({ range }, i) => {
      reads.set(readKey(key, range), shared[i]!);
    });
    try {
      const metadata = await read();
      parts.forEach(({ range, target }, i) => {
        // At once: the memory belongs to the caller again when this resolves.
        for (const follower of shared[i]!.followers.splice(0)) follower.set(target);
        cache.add(key, metadata, range.offset, target);
      });
      done.resolve(metadata);
      return metadata;
    } catch (error) {
      done.reject(error);
      throw error;
    } finally {
      parts.forEach(({ range }, i) => {
        if (reads.get(readKey(key, range)) === shared[i]) reads.delete(readKey(key, range));
      });
    }
  }
}

function readKey(key: string, { offset, length }: ByteRange): string {
  return `${key}\n${offset}+${length}`;
}
