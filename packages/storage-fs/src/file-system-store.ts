import { dirname } from 'node:path';
import {
  type ByteRange,
  type DeleteOptions,
  type GetOptions,
  type GetRangesOptions,
  type GetRangesResult,
  type GetResult,
  type HeadOptions,
  type ListOptions,
  type ListPage,
  linkSignals,
  type ObjectBody,
  type ObjectMetadata,
  type ObjectStore,
  objectNotFound,
  type PutOptions,
  QueryError,
  requireWithin,
  resolveRange,
  type StoreCapabilities,
  type StoreDescriptor,
  storeClosed,
  throwIfAborted,
  validateGetRange,
  validateList,
  validatePutOptions,
  validateRanges,
  viewsOfRanges,
} from '@millrace/core/storage';
import { ConfinedRoot, metadataOf, validateFilePath } from './confined-path.ts';
import { type FileAction, fileError } from './file-error.ts';
import { FileLister } from './file-lister.ts';
import { readBody, readRanges, requireVersion } from './file-reader.ts';
import { type FileSystemCalls, systemCalls } from './file-system-calls.ts';
import { BodyFailure, FileWriter } from './file-writer.ts';
import { OpenFileCache } from './open-file-cache.ts';

export interface FileSystemStoreSettings {
  /** The directory that holds the objects. Relative to the current directory of the process. */
  readonly root: string;
  /** Makes the root, and what is missing on the way to it, when it is first used. Default: false. */
  readonly createRoot?: boolean;
  /**
   * Whether `put` and `delete` wait until the disk has what was written (fsync of file and directory), so that it
   * outlives a loss of power. Default: false; a crash of the process alone loses nothing either way.
   */
  readonly fsync?: boolean;
  /** How many files that are not being read stay open to be read again. Default: 64. */
  readonly maxIdleFiles?: number;
  /** After how many milliseconds a file that is not being read is closed. Default: 1,000. */
  readonly idleMs?: number;
  /** Entries in a page of a listing. Default: 1,000. */
  readonly pageSize?: number;
}

export interface FileSystemStoreComponents {
  /** Default: those of Node.js. */
  readonly calls?: FileSystemCalls;
}

/**
 * A store over a directory of local files. The object `a/b` is the file `b` in the directory `a` of the root.
 *
 * It is confined to its root: paths with `..` are refused, and a symbolic link that leads out of the root is
 * `PATH_OUTSIDE_ROOT`, found out after the file was opened and so also when a link is swapped in meanwhile. Who can
 * rename directories inside the root while an object is being written can still divert that one write. Directories,
 * devices, sockets and pipes are no objects, nor are files whose name a path cannot express (with a backslash, a
 * control character or invalid UTF-8).
 *
 * Limits of file systems: there can be no object `a` beside an object `a/b` (`BAD_ARGUMENT`), names are as long and as
 * sensitive to case as the file system has it, and a file that is written in place keeps its version when neither its
 * size nor its time of modification changes.
 *
 * Errors: `BAD_SETTING` for settings that make no sense; `STORE_NOT_FOUND` at first use when the root does not exist.
 */
export function fileSystemStore(
  settings: FileSystemStoreSettings,
  components: FileSystemStoreComponents = {},
): FileSystemStore {
  return new FileSystemStore(settings, components);
}

/** Rebuilds a {@link fileSystemStore} from its descriptor. */
export function openFileSystemStore(options: StoreDescriptor['options']): FileSystemStore {
  return new FileSystemStore(options as unknown as FileSystemStoreSettings);
}

export class FileSystemStore implements ObjectStore {
  readonly contract = 1;
  readonly capabilities: StoreCapabilities = Object.freeze({
    write: true,
    list: true,
    createIfAbsent: true,
    replaceIfMatch: 'checked',
    rebuildable: true,
    local: true,
  });
  readonly #settings: FileSystemStoreSettings;
  readonly #calls: FileSystemCalls;
  readonly #root: ConfinedRoot;
  readonly #files: OpenFileCache;
  readonly #writer: FileWriter;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(settings: FileSystemStoreSettings, components: FileSystemStoreComponents = {}) {
    validateSettings(settings);
    const calls = components.calls ?? systemCalls;
    this.#settings = settings;
    this.#calls = calls;
    this.#root = new ConfinedRoot(settings.root, calls, settings.createRoot ?? false);
    this.#files = new OpenFileCache(this.#root, calls, settings.maxIdleFiles ?? 64, settings.idleMs ?? 1000);
    this.#writer = new FileWriter(this.#root, calls, settings.fsync ?? false);
  }

  /** The absolute path of the directory. */
  get root(): string {
    return this.#root.root;
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    validateFilePath(path);
    validateGetRange(options.range);
    return this.#run(path, 'read', options.signal, async () => {
      const file = await this.#files.acquire(path);
      try {
        throwIfAborted(options.signal);
        const metadata = metadataOf(path, file.stats);
        requireVersion(metadata, options.ifMatch);
        const range = resolveRange(path, options.range, metadata.size);
        const { signal, unlink } = linkSignals(options.signal, this.#closing.signal);
        const ended = Promise.withResolvers<void>();
        const onRelease = () => {
          unlink();
          ended.resolve();
        };
        const body = readBody(file, path, range, signal, onRelease, (error) => this.#translate(error, path, 'read'));
        this.#track(ended.promise);
        return { metadata, range, body };
      } catch (error) {
        await file.release();
        throw error;
      }
    });
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    validateFilePath(path);
    const total = validateRanges(ranges, options.into);
    return this.#run(path, 'read', options.signal, async () => {
      const file = await this.#files.acquire(path);
      try {
        throwIfAborted(options.signal);
        const metadata = metadataOf(path, file.stats);
        requireVersion(metadata, options.ifMatch);
        for (const range of ranges) requireWithin(path, range, metadata.size);
        const views = viewsOfRanges(ranges, options.into ?? new Uint8Array(total));
        await readRanges(file, path, ranges, views, options);
        return { metadata, ranges: views };
      } finally {
        await file.release();
      }
    });
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    validateFilePath(path);
    return this.#run(path, 'read', options.signal, async () => {
      const real = await this.#root.realPath(this.#root.fileOf(path), path);
      const stats = await this.#calls.stat(real, { bigint: true });
      if (!stats.isFile()) throw objectNotFound(path, { hint: 'It is a folder or no regular file.' });
      const metadata = metadataOf(path, stats);
      requireVersion(metadata, options.ifMatch);
      throwIfAborted(options.signal);
      return metadata;
    });
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    const check = () => {
      throwIfAborted(this.#closing.signal);
      throwIfAborted(options.signal);
    };
    check();
    const { startAfter, delimiter } = options;
    const lister = new FileLister(this.#root, this.#calls, { prefix, startAfter, delimiter, check });
    try {
      yield* lister.pages(this.#settings.pageSize ?? 1000);
    } catch (error) {
      throw await this.#translate(error, prefix, 'list');
    }
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    validateFilePath(path);
    validatePutOptions(options);
    return this.#run(path, 'write', options.signal, async () => {
      const metadata = await this.#writer.put(path, body, options);
      this.#files.evict(path);
      return metadata;
    });
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    validateFilePath(path);
    await this.#run(path, 'delete', options.signal, async () => {
      this.#files.evict(path);
      await this.#writer.delete(path);
      this.#files.evict(path);
    });
  }

  descriptor(): StoreDescriptor {
    return {
      module: '@millrace/storage-fs',
      export: 'openFileSystemStore',
      options: { ...this.#settings, root: this.#root.root },
    };
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#closing.abort(storeClosed('This file store'));
      while (this.#running.size > 0) await Promise.allSettled(this.#running);
      await this.#files.close();
    })();
    return this.#closed;
  }

  async #run<T>(path: string, action: FileAction, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    throwIfAborted(this.#closing.signal);
    throwIfAborted(signal);
    return this.#track(
      run().catch(async (error) => {
        throw await this.#translate(error, path, action);
      }),
    );
  }

  /** `close` waits for it. */
  #track<T>(promise: Promise<T>): Promise<T> {
    const forget = () => this.#running.delete(promise);
    this.#running.add(promise);
    promise.then(forget, forget);
    return promise;
  }

  async #translate(error: unknown, path: string, action: FileAction): Promise<unknown> {
    if (error instanceof BodyFailure) return error.reason;
    const at = this.#root.fileOf(action === 'list' ? dirname(`${path}.`) : path);
    return fileError(error, { calls: this.#calls, root: this.#root.root, file: at, path, action });
  }
}

function validateSettings(settings: FileSystemStoreSettings): void {
  const { root, maxIdleFiles, idleMs, pageSize, fsync, createRoot } = settings;
  if (typeof root !== 'string' || root === '' || root.includes('\0')) {
    throw bad('root must be the path of a directory');
  }
  if (maxIdleFiles !== undefined && !(Number.isSafeInteger(maxIdleFiles) && maxIdleFiles >= 0)) {
    throw bad(`maxIdleFiles must be a whole number of zero or more, not ${maxIdleFiles}`);
  }
  if (idleMs !== undefined && !(idleMs >= 1 && idleMs <= 2 ** 31 - 1)) {
    throw bad(`idleMs must be one millisecond or more, not ${idleMs}`);
  }
  if (pageSize !== undefined && !(Number.isSafeInteger(pageSize) && pageSize >= 1)) {
    throw bad(`pageSize must be a whole number of one or more, not ${pageSize}`);
  }
  for (const [name, value] of Object.entries({ fsync, createRoot })) {
    if (value !== undefined && typeof value !== 'boolean') throw bad(`${name} must be true or false, not ${value}`);
  }
}

function bad(message: string): QueryError {
  return new QueryError('BAD_SETTING', `File store: ${message}.`);
}
