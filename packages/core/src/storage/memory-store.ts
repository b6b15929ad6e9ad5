import { QueryError, throwIfAborted } from '../error/index.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { requireWithin, resolveRange, validateGetRange, validateRanges, viewsOfRanges } from './byte-range.ts';
import { DEFAULT_PAGE_SIZE, pagesOfSorted, validateList } from './list-pages.ts';
import { bodyStream, collectBody } from './object-body.ts';
import { comparePaths, validateObjectPath } from './object-path.ts';
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
  StoreCapabilities,
  StoreDescriptor,
} from './object-store.ts';
import { validatePutOptions } from './put-condition.ts';
import { notCapable, objectExists, objectNotFound, storeClosed, versionMismatch } from './store-error.ts';

export interface MemoryStoreSettings {
  /** The most bytes that all objects may have together; a `put` beyond it is `MEMORY_LIMIT`. Default: 1 GiB. */
  readonly maxBytes?: number;
  /** Entries in a page of a listing. Default: 1,000. */
  readonly pageSize?: number;
}

export interface MemoryStoreComponents {
  /** Gives `lastModifiedMs`. Default: the system's clock. */
  readonly clock?: Clock;
}

const DEFAULT_MAX_BYTES = 2 ** 30;

/** Bodies are handed out in parts of this size, so that a slow consumer holds little. */
const PART_BYTES = 64 * 1024;

interface StoredObject {
  readonly metadata: ObjectMetadata;
  readonly bytes: Uint8Array;
}

/**
 * A store in the memory of this thread: for tests, for examples and for small results. Every condition is atomic. It
 * cannot be rebuilt elsewhere, so that an engine reads it through the thread that made it.
 */
export function memoryStore(settings: MemoryStoreSettings = {}, components: MemoryStoreComponents = {}): ObjectStore {
  return new MemoryStore(settings, components);
}

class MemoryStore implements ObjectStore {
  readonly contract = 1;
  readonly capabilities: StoreCapabilities = Object.freeze({
    write: true,
    list: true,
    createIfAbsent: true,
    replaceIfMatch: 'atomic',
    rebuildable: false,
    local: true,
  });
  readonly #objects = new Map<string, StoredObject>();
  readonly #maxBytes: number;
  readonly #pageSize: number;
  readonly #clock: Clock;
  #usedBytes = 0;
  #numWrites = 0;
  #closed = false;

  constructor(settings: MemoryStoreSettings, components: MemoryStoreComponents) {
    this.#maxBytes = settings.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#pageSize = settings.pageSize ?? DEFAULT_PAGE_SIZE;
    this.#clock = components.clock ?? systemClock;
    if (!(this.#maxBytes >= 0)) throw new QueryError('BAD_SETTING', 'maxBytes of a memory store must be zero or more.');
    if (!(this.#pageSize >= 1)) throw new QueryError('BAD_SETTING', 'pageSize of a memory store must be one or more.');
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    validateGetRange(options.range);
    const { metadata, bytes } = this.#find(path, options);
    const range = resolveRange(path, options.range, metadata.size);
    let position = range.offset;
    const end = range.offset + range.length;
    const body = bodyStream(
      {
        pull: async () => {
          if (this.#closed) throw storeClosed('This memory store');
          if (position === end) return undefined;
          const part = bytes.slice(position, Math.min(position + PART_BYTES, end));
          position += part.length;
          return part;
        },
        release: () => undefined,
      },
      options.signal,
    );
    return { metadata, range, body };
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    const total = validateRanges(ranges, options.into);
    const { metadata, bytes } = this.#find(path, options);
    for (const range of ranges) requireWithin(path, range, metadata.size);
    const views = viewsOfRanges(ranges, options.into ?? new Uint8Array(total));
    ranges.forEach(({ offset, length }, i) => {
      views[i]!.set(bytes.subarray(offset, offset + length));
    });
    options.onBytes?.(total);
    return { metadata, ranges: views };
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    return this.#find(path, options).metadata;
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    this.#requireOpen(options.signal);
    const sorted = [...this.#objects.values()]
      .map(({ metadata }) => metadata)
      .filter(({ path }) => path.startsWith(prefix))
      .sort((a, b) => comparePaths(a.path, b.path));
    for await (const page of pagesOfSorted(sorted, prefix, options, this.#pageSize)) {
      yield page;
      this.#requireOpen(options.signal);
    }
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    validatePutOptions(options);
    this.#requireOpen(options.signal);
    const bytes = await collectBody(body, { signal: options.signal });
    this.#requireOpen(options.signal);

    const former = this.#objects.get(path);
    if (options.ifNoneMatch === '*' && former) throw objectExists(path);
    if (options.ifMatch !== undefined) {
      if (!former) throw objectNotFound(path);
      if (former.metadata.version !== options.ifMatch) {
        throw versionMismatch(path, options.ifMatch, former.metadata.version);
      }
    }
    const usedBytes = this.#usedBytes - (former?.bytes.length ?? 0) + bytes.length;
    if (usedBytes > this.#maxBytes) {
      throw new QueryError('MEMORY_LIMIT', `The memory store may hold ${this.#maxBytes} bytes and is full.`, {
        details: { path, maxBytes: this.#maxBytes, objectBytes: bytes.length },
        hint: 'Raise maxBytes of the memory store, or delete objects.',
      });
    }
    this.#usedBytes = usedBytes;
    this.#numWrites += 1;
    const metadata: ObjectMetadata = Object.freeze({
      path,
      size: bytes.length,
      version: `w${this.#numWrites}`,
      lastModifiedMs: this.#clock.wallMs(),
    });
    this.#objects.set(path, { metadata, bytes });
    return metadata;
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    validateObjectPath(path);
    this.#requireOpen(options.signal);
    this.#usedBytes -= this.#objects.get(path)?.bytes.length ?? 0;
    this.#objects.delete(path);
  }

  descriptor(): StoreDescriptor {
    throw notCapable(
      'Using a memory store in another thread',
      'Its objects are in the memory of the thread that made it. Write them to files, or run the engine inline.',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#objects.clear();
    this.#usedBytes = 0;
  }

  #find(path: string, options: HeadOptions): StoredObject {
    validateObjectPath(path);
    this.#requireOpen(options.signal);
    const object = this.#objects.get(path);
    if (!object) throw objectNotFound(path);
    if (options.ifMatch !== undefined && options.ifMatch !== object.metadata.version) {
      throw versionMismatch(path, options.ifMatch, object.metadata.version);
    }
    return object;
  }

  #requireOpen(signal: AbortSignal | undefined): void {
    if (this.#closed) throw storeClosed('This memory store');
    throwIfAborted(signal);
  }
}
