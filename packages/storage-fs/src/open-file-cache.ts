import { type BigIntStats, constants, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { objectNotFound, storeClosed, versionMismatch } from '@millrace/core/storage';
import { type ConfinedRoot, isSameFile } from './confined-path.ts';
import type { FileSystemCalls } from './file-system-calls.ts';

/** A file that is open for reading and stays open until it is released. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: BigIntStats;
  /** Gives it back. To be called exactly once. */
  release(): Promise<void>;
}

interface Entry {
  readonly handle: FileHandle;
  readonly stats: BigIntStats;
  numUsers: number;
  /** No longer in the cache: closed as soon as nobody uses it. */
  retired: boolean;
  idleSinceMs: number;
  closing: Promise<void> | undefined;
}

/** A file that is replaced each time it is looked at is given up after so many looks. */
const MAX_ATTEMPTS = 10;

/** Nothing blocks on a named pipe and no terminal takes the process over, should one be in the place of a file. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Files that have been read lately stay open, so that many small reads of one file do not open it each time. A handle is
 * used again only after a look at the path has shown the same unchanged file; idle ones are closed after a while, so
 * that files which somebody deletes give back their space.
 */
export class OpenFileCache {
  readonly #root: ConfinedRoot;
  readonly #calls: FileSystemCalls;
  readonly #maxFiles: number;
  readonly #idleMs: number;
  /** By path, the one used last at the end. */
  readonly #entries = new Map<string, Entry>();
  readonly #opening = new Map<string, Promise<Entry>>();
  readonly #open = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(root: ConfinedRoot, calls: FileSystemCalls, maxFiles: number, idleMs: number) {
    this.#root = root;
    this.#calls = calls;
    this.#maxFiles = maxFiles;
    this.#idleMs = idleMs;
  }

  /**
   * The object's file, open. Rejects with `OBJECT_NOT_FOUND` for what is no regular file, with `PATH_OUTSIDE_ROOT`, and
   * with errors of the operating system as they are.
   */
  async acquire(path: string): Promise<OpenFile> {
    const file = this.#root.fileOf(path);
    await this.#root.realRoot();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stats = await this.#look(file, this.#entries.has(path));
      // Also before it is opened: opening a device may have effects of its own.
      if (!stats.isFile())
        throw objectNotFound(path, { details: { file }, hint: 'It is a folder or no regular file.' });
      let entry = this.#entries.get(path);
      if (entry && !isSameFile(entry.stats, stats)) {
        this.evict(path);
        entry = undefined;
      }
      entry ??= await this.#openOnce(path, file);
      if (this.#closed) {
        await this.#closeIfUnused(entry);
        throw storeClosed('This file store');
      }
      // Somebody may have retired it while this call waited for it to be opened.
      if (entry.closing || !isSameFile(entry.stats, stats)) continue;
      return this.#use(path, entry);
    }
    throw versionMismatch(path, 'one that lasts', undefined, { hint: 'The file is being replaced all the time.' });
  }

  /**
   * What lies at a path. The attributes of a file that is open and was just read are in the system's memory: asking for them on the spot
   * takes 2 µs, where waking a thread of the pool for them takes 100 µs, and each read asks.
   */
  async #look(file: string, isOpen: boolean): Promise<BigIntStats> {
    return isOpen ? statSync(file, { bigint: true }) : this.#calls.stat(file, { bigint: true });
  }

  /** Forgets the file of an object that is replaced or deleted. */
  evict(path: string): void {
    const entry = this.#entries.get(path);
    if (!entry) return;
    this.#entries.delete(path);
    entry.retired = true;
    void this.#closeIfUnused(entry);
  }

  /** Closes every file. One that is in use is closed when it is released. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#opening.values());
    for (const path of [...this.#entries.keys()]) this.evict(path);
    await Promise.all([...this.#open].map(({ closing }) => closing));
  }

  #use(path: string, entry: Entry): OpenFile {
    entry.numUsers += 1;
    if (!entry.retired) {
      this.#entries.delete(path);
      this.#entries.set(path, entry);
    }
    let released = false;
    return {
      handle: entry.handle,
      stats: entry.stats,
      release: async () => {
        if (released) return;
        released = true;
        entry.numUsers -= 1;
        entry.idleSinceMs = performance.now();
        await this.#closeIfUnused(entry);
        this.#closeIdleLater();
      },
    };
  }

  /** Opens a file, once for all who ask for it at the same time, and puts it into the cache. */
  #openOnce(path: string, file: string): Promise<Entry> {
    let opening = this.#opening.get(path);
    if (!opening) {
      opening = this.#openFile(path, file).finally(() => this.#opening.delete(path));
      this.#opening.set(path, opening);
    }
    return opening;
  }

  async #openFile(path: string, file: string): Promise<Entry> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const handle = await this.#calls.open(file, OPEN_FLAGS);
      let kept = false;
      try {
        const stats = await handle.stat({ bigint: true });
        if (!stats.isFile()) throw objectNotFound(path, { details: { file } });
        // What was opened is what lies inside the root: the real path is looked up after opening, and must lead to the
        // same file. A link that was swapped in between leads elsewhere at one of the two moments.
        const real = await this.#root.realPath(file, path);
        const there = await this.#calls.stat(real, { bigint: true });
        if (there.ino !== stats.ino || there.dev !== stats.dev) continue;
        const entry: Entry = {
          handle,
          stats,
          numUsers: 0,
          retired: false,
          idleSinceMs: performance.now(),
          closing: undefined,
        };
        kept = true;
        this.#open.add(entry);
        this.evict(path);
        this.#entries.set(path, entry);
        this.#makeRoom(entry);
        this.#closeIdleLater();
        return entry;
      } finally {
        if (!kept) await handle.close();
      }
    }
    throw versionMismatch(path, 'one that lasts', undefined, { hint: 'The file is being replaced all the time.' });
  }

  /** Closes the files that were not used for longest, while there are too many. What is in use stays. */
  #makeRoom(wanted?: Entry): void {
    for (const [path, entry] of this.#entries) {
      if (this.#entries.size <= this.#maxFiles) return;
      if (entry.numUsers === 0 && entry !== wanted) this.evict(path);
    }
  }

  async #closeIfUnused(entry: Entry): Promise<void> {
    if (entry.numUsers === 0 && !entry.retired) this.#makeRoom();
    if (entry.numUsers > 0 || !(entry.retired || this.#closed)) return;
    entry.closing ??= entry.handle
      .close()
      // A file that was only read has nothing to lose when closing it fails.
      .catch(() => undefined)
      .finally(() => this.#open.delete(entry));
    await entry.closing;
  }

  #closeIdleLater(): void {
    if (this.#timer || this.#closed || this.#entries.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const latestMs = performance.now() - this.#idleMs;
      for (const [path, entry] of [...this.#entries]) {
        if (entry.numUsers === 0 && entry.idleSinceMs <= latestMs) this.evict(path);
      }
      this.#closeIdleLater();
    }, this.#idleMs);
    // An idle file keeps no process alive.
    this.#timer.unref();
  }
}
