import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type ObjectBody,
  type ObjectMetadata,
  objectExists,
  objectNotFound,
  type PutOptions,
  readBody,
  throwIfAborted,
  versionMismatch,
} from '@millrace/core/storage';
import { type ConfinedRoot, metadataOf, TEMPORARY_PREFIX } from './confined-path.ts';
import { errnoOf, nameTaken } from './file-error.ts';
import type { FileSystemCalls } from './file-system-calls.ts';

/** Small parts of a body are gathered to this size, so that they do not cost a call each. */
const GATHER_BYTES = 1024 * 1024;

/** A directory that others remove as empty each time it has been made is given up after so many. */
const MAX_ATTEMPTS = 10;

/** Writes and deletes the files of objects. Errors of the operating system pass as they are. */
export class FileWriter {
  readonly #root: ConfinedRoot;
  readonly #calls: FileSystemCalls;
  readonly #fsync: boolean;
  /** The last in the queue of those who replace a file on condition, by file. */
  readonly #replacing = new Map<string, Promise<unknown>>();
  #lastModifiedUs = 0;

  constructor(root: ConfinedRoot, calls: FileSystemCalls, fsync: boolean) {
    this.#root = root;
    this.#calls = calls;
    this.#fsync = fsync;
  }

  /**
   * Writes beside and renames, so that the object is visible whole or not at all. `ifNoneMatch` is a hard link, which
   * the system makes for one writer only. `ifMatch` compares the version just before it renames: one winner among the
   * writers of this store object, but a writer elsewhere can slip in between.
   */
  async put(path: string, body: ObjectBody, options: PutOptions): Promise<ObjectMetadata> {
    const { ifNoneMatch, ifMatch, signal } = options;
    const file = this.#root.fileOf(path);
    // A condition that fails now fails later, too; there is no need to take the body for it.
    await this.#checkConditions(path, file, options);
    const { handle, temporary, directory } = await this.#createTemporary(path, file);
    const target = join(directory, basename(file));
    let metadata: ObjectMetadata;
    let renamed = false;
    try {
      try {
        await writeBody(handle, body, signal);
        const modified = this.#nextModifiedSeconds();
        await handle.utimes(modified, modified);
        if (this.#fsync) await handle.sync();
        metadata = metadataOf(path, await handle.stat({ bigint: true }));
      } finally {
        await handle.close();
      }
      throwIfAborted(signal);
      if (ifNoneMatch === '*') {
        await this.#linkNew(path, temporary, target);
      } else if (ifMatch !== undefined) {
        await this.#inTurn(target, async () => {
          await this.#checkConditions(path, file, options);
          await this.#calls.rename(temporary, target);
        });
        renamed = true;
      } else {
        await this.#calls.rename(temporary, target);
        renamed = true;
      }
    } finally {
      if (!renamed) await this.#removeTemporary(temporary);
    }
    if (this.#fsync) await this.#syncDirectory(directory);
    return metadata;
  }

  /** Removes a file, and the directories that it leaves empty, which are nothing to an object store. */
  async delete(path: string): Promise<void> {
    const file = this.#root.fileOf(path);
    const root = await this.#root.realRoot();
    let directory: string;
    try {
      directory = await this.#root.realPath(dirname(file), path);
      const target = join(directory, basename(file));
      const stats = await this.#calls.lstat(target);
      // Folders and special files are no objects, so there is nothing to delete.
      if (!stats.isFile() && !stats.isSymbolicLink()) return;
      await this.#calls.unlink(target);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' || errno === 'ENOTDIR') return;
      throw error;
    }
    if (this.#fsync) await this.#syncDirectory(directory);
    await this.#removeEmpty(directory, root);
  }

  async #removeEmpty(directory: string, root: string): Promise<void> {
    let current = directory;
    while (current !== root && current.startsWith(root)) {
      try {
        await this.#calls.rmdir(current);
      } catch {
        // Not empty, in use, or not ours to remove: the object is gone, which is what was asked for.
        return;
      }
      current = dirname(current);
    }
  }

  /** A new file in the directory of the object, which is made where it is missing, and known to lie inside the root. */
  async #createTemporary(path: string, file: string) {
    const root = await this.#root.realRoot();
    for (let attempt = 1; ; attempt++) {
      try {
        const directory = await this.#makeDirectory(dirname(file), path, root);
        const temporary = join(directory, `${TEMPORARY_PREFIX}${randomUUID()}`);
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
        const handle = await this.#calls.open(temporary, flags, 0o666);
        try {
          // Once more: a directory on the way may have been swapped for a link since.
          await this.#root.realPath(temporary, path);
        } catch (error) {
          await handle.close();
          await this.#removeTemporary(temporary);
          throw error;
        }
        return { handle, temporary, directory };
      } catch (error) {
        // Somebody who deletes removes directories that are empty.
        if (errnoOf(error) !== 'ENOENT' || attempt >= MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** Step by step from the real path of what exists, so that nothing is made behind a link that leads outside. */
  async #makeDirectory(directory: string, path: string, root: string): Promise<string> {
    try {
      return await this.#root.realPath(directory, path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || directory === this.#root.root) throw error;
    }
    const parent = await this.#makeDirectory(dirname(directory), path, root);
    const made = join(parent, basename(directory));
    try {
      await this.#calls.mkdir(made);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    return this.#root.realPath(made, path);
  }

  async #linkNew(path: string, temporary: string, target: string): Promise<void> {
    try {
      await this.#calls.link(temporary, target);
    } catch (error) {
      if (errnoOf(error) === 'EPERM') {
        throw Object.assign(new Error('the file system has no hard links', { cause: error }), { code: 'ENOTSUP' });
      }
      if (errnoOf(error) !== 'EEXIST') throw error;
      const isFolder = await this.#calls.lstat(target).then(
        (stats) => stats.isDirectory(),
        () => false,
      );
      throw isFolder ? nameTaken({ path, file: target }) : objectExists(path, { cause: error });
    }
  }

  async #checkConditions(path: string, file: string, { ifNoneMatch, ifMatch }: PutOptions): Promise<void> {
    if (ifNoneMatch === undefined && ifMatch === undefined) return;
    let version: string | undefined;
    try {
      const stats = await this.#calls.stat(await this.#root.realPath(file, path), { bigint: true });
      if (stats.isFile()) version = metadataOf(path, stats).version;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    }
    if (ifNoneMatch === '*' && version !== undefined) throw objectExists(path);
    if (ifMatch === undefined || version === ifMatch) return;
    throw version === undefined ? objectNotFound(path) : versionMismatch(path, ifMatch, version);
  }

  /** Runs after all that wait for the same file have run. */
  async #inTurn<T>(file: string, run: () => Promise<T>): Promise<T> {
    const before = this.#replacing.get(file) ?? Promise.resolve();
    const turn = before.then(run, run);
    this.#replacing.set(file, turn);
    try {
      return await turn;
    } finally {
      if (this.#replacing.get(file) === turn) this.#replacing.delete(file);
    }
  }

  /**
   * The time of the system to the microsecond, and later than the last one: kernels note the time of a write only to
   * some milliseconds, within which a file could be replaced by one of the same size and inode.
   */
  #nextModifiedSeconds(): number {
    const nowUs = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    this.#lastModifiedUs = Math.max(nowUs, this.#lastModifiedUs + 1);
    return this.#lastModifiedUs / 1e6;
  }

  async #removeTemporary(temporary: string): Promise<void> {
    try {
      await this.#calls.unlink(temporary);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  /** The entry of a file in its directory is written for good only with the directory. */
  async #syncDirectory(directory: string): Promise<void> {
    const handle = await this.#calls.open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** The failure of a body, which must not be taken for one of the file system that it is written to. */
export class BodyFailure extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('The body failed.', { cause: reason });
    this.reason = reason;
  }
}

async function* markFailures(parts: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* parts;
  } catch (error) {
    throw new BodyFailure(error);
  }
}

async function writeBody(handle: FileHandle, body: ObjectBody, signal: AbortSignal | undefined): Promise<void> {
  const gathered = new Uint8Array(GATHER_BYTES);
  let numGathered = 0;
  const flush = async () => {
    await writeAll(handle, gathered.subarray(0, numGathered));
    numGathered = 0;
  };
  for await (const part of markFailures(readBody(body, signal))) {
    if (numGathered + part.length > GATHER_BYTES) await flush();
    if (part.length >= GATHER_BYTES) {
      await writeAll(handle, part);
    } else {
      gathered.set(part, numGathered);
      numGathered += part.length;
    }
  }
  await flush();
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
