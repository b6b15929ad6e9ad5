import type { BigIntStats } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { badArgument, type ObjectMetadata, validateObjectPath } from '@millrace/core/storage';
import { errnoOf, pathOutsideRoot, rootMissing } from './file-error.ts';
import type { FileSystemCalls } from './file-system-calls.ts';

/** The names of files that are being written. They are no objects: never listed, never opened by name. */
export const TEMPORARY_PREFIX = '.millrace-put-';

/** Throws unless `path` is an object path that this store can hold. */
export function validateFilePath(path: string, platform: NodeJS.Platform = process.platform): void {
  validateObjectPath(path);
  for (const segment of path.split('/')) {
    if (!isObjectName(segment, platform)) {
      throw badArgument(
        segment.startsWith(TEMPORARY_PREFIX)
          ? `The path '${path}' has a segment that begins with '${TEMPORARY_PREFIX}', which is reserved.`
          : `The path '${path}' has a segment that names something else on ${platform}.`,
        { path },
      );
    }
  }
}

/** Whether a name in a directory may be part of an object path. */
export function isObjectName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name.startsWith(TEMPORARY_PREFIX)) return false;
  if (platform !== 'win32') return true;
  // Devices, alternate data streams, and names that Windows takes for another name.
  return !/[<>:"|?*]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}

/** A root directory and the question what lies in it, symbolic links resolved. */
export class ConfinedRoot {
  /** As the user named it, made absolute. */
  readonly root: string;
  readonly #calls: FileSystemCalls;
  readonly #create: boolean;
  #realRoot: Promise<string> | undefined;

  constructor(root: string, calls: FileSystemCalls, create: boolean) {
    this.root = resolve(root);
    this.#calls = calls;
    this.#create = create;
  }

  /** The root with its own links resolved. Rejects with `STORE_NOT_FOUND` when there is no such directory. */
  realRoot(): Promise<string> {
    this.#realRoot ??= this.#resolveRoot().catch((error) => {
      // It may exist the next time.
      this.#realRoot = undefined;
      throw error;
    });
    return this.#realRoot;
  }

  /** The file of an object, links not resolved. */
  fileOf(path: string): string {
    return path === '' ? this.root : join(this.root, ...path.split('/'));
  }

  /** The real path of a file or directory. Rejects with `PATH_OUTSIDE_ROOT` when it lies outside of the root. */
  async realPath(file: string, path: string): Promise<string> {
    const root = await this.realRoot();
    const real = await this.#calls.realpath(file);
    if (!isWithin(real, root)) throw pathOutsideRoot(path, file, real, this.root);
    return real;
  }

  async #resolveRoot(): Promise<string> {
    try {
      if (this.#create) await this.#calls.mkdir(this.root, { recursive: true });
      const real = await this.#calls.realpath(this.root);
      if (!(await this.#calls.stat(real)).isDirectory()) {
        throw Object.assign(new Error(`not a directory: ${this.root}`), { code: 'ENOTDIR' });
      }
      return real;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'EEXIST') throw rootMissing(this.root, error);
      throw error;
    }
  }
}

/** Whether a real path is the root or lies below it. */
export function isWithin(real: string, root: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * What is known of an object by its file. The version is made of size, time of modification in nanoseconds and inode:
 * it changes when a file is replaced, and when it is written in place, unless that keeps size and time of modification.
 */
export function metadataOf(path: string, stats: BigIntStats): ObjectMetadata {
  return {
    path,
    size: Number(stats.size),
    version: `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`,
    lastModifiedMs: Number(stats.mtimeNs / 1_000_000n),
  };
}

/** Whether two looks at files saw the same file, unchanged. */
export function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;
}
