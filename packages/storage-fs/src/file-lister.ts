import type { BigIntStats, Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { comparePaths, isObjectPath, type ListPage, type ObjectMetadata } from '@millrace/core/storage';
import { type ConfinedRoot, isObjectName, isWithin, metadataOf } from './confined-path.ts';
import { errnoOf, fileError, pathOutsideRoot } from './file-error.ts';
import type { FileSystemCalls } from './file-system-calls.ts';

export interface Listing {
  readonly prefix: string;
  readonly startAfter: string | undefined;
  readonly delimiter: '/' | undefined;
  /** Throws when the listing must end. */
  readonly check: () => void;
}

/** Looks at files of one directory at a time that many at once: enough to keep the threads of Node.js busy. */
const STAT_BATCH = 64;

interface Entry {
  /** Path of the object, or of the folder with `/` at its end. */
  readonly path: string;
  /** Where it is. For a folder its real path, for the check against circles. */
  readonly file: string;
  readonly isFolder: boolean;
  /** Set for symbolic links, which have been looked at already. */
  readonly stats?: BigIntStats;
  /** A folder outside of the root. */
  readonly outside?: boolean;
}

type Found = { readonly object: ObjectMetadata } | { readonly folder: string };

/**
 * The objects below a root in the order of an object store: by the bytes of the whole path, so that `a.b` comes before
 * `a/c`. Directories are read one at a time, when the listing gets there; a directory that cannot hold anything wanted
 * is not read.
 *
 * Objects are the regular files, and symbolic links to such, whose names a path can express. A link to a directory
 * inside the root is followed unless it leads back to where the listing is; one that leads outside is an error rather
 * than a silent hole. A file link that leads outside is listed and is an error when it is read.
 */
export class FileLister {
  readonly #root: ConfinedRoot;
  readonly #calls: FileSystemCalls;
  readonly #listing: Listing;

  constructor(root: ConfinedRoot, calls: FileSystemCalls, listing: Listing) {
    this.#root = root;
    this.#calls = calls;
    this.#listing = listing;
  }

  async *pages(pageSize: number): AsyncGenerator<ListPage, void> {
    let objects: ObjectMetadata[] = [];
    let prefixes: string[] = [];
    for await (const found of this.#walkFromPrefix()) {
      if ('object' in found) objects.push(found.object);
      else prefixes.push(found.folder);
      if (objects.length + prefixes.length >= pageSize) {
        yield { objects, prefixes };
        this.#listing.check();
        objects = [];
        prefixes = [];
      }
    }
    if (objects.length + prefixes.length > 0) yield { objects, prefixes };
  }

  async *#walkFromPrefix(): AsyncGenerator<Found, void> {
    const { prefix } = this.#listing;
    await this.#root.realRoot();
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder.split('/').some((name) => name !== '' && !isObjectName(name))) return;
    const file = this.#root.fileOf(folder.slice(0, -1));
    let real: string;
    try {
      real = await this.#root.realPath(file, folder);
    } catch (error) {
      if (isMissing(error)) return;
      throw await this.#translate(error, file);
    }
    const { delimiter } = this.#listing;
    yield* this.#walk(folder, real, [real], delimiter === '/');
  }

  /** Everything in a folder and below. `shallow`: folders in it are named, not entered. */
  async *#walk(
    folder: string,
    real: string,
    ancestors: readonly string[],
    shallow: boolean,
  ): AsyncGenerator<Found, void> {
    const entries = await this.#entriesOf(folder, real);
    for (let i = 0; i < entries.length; ) {
      this.#listing.check();
      const entry = entries[i]!;
      if (!entry.isFolder) {
        let end = i;
        while (end < entries.length && end - i < STAT_BATCH && !entries[end]!.isFolder) end++;
        const looked = await Promise.all(entries.slice(i, end).map((file) => this.#lookAt(file)));
        for (const object of looked) if (object) yield { object };
        i = end;
        continue;
      }
      i += 1;
      if (shallow) {
        if (entry.outside || (await this.#hasObject(entry, ancestors))) yield { folder: entry.path };
      } else {
        if (entry.outside)
          throw pathOutsideRoot(entry.path, join(real, lastName(entry.path)), entry.file, this.#root.root);
        if (!ancestors.includes(entry.file))
          yield* this.#walk(entry.path, entry.file, [...ancestors, entry.file], false);
      }
    }
  }

  /** A directory without a file in it or below is nothing to an object store. */
  async #hasObject(entry: Entry, ancestors: readonly string[]): Promise<boolean> {
    if (ancestors.includes(entry.file)) return false;
    const everything = { ...this.#listing, prefix: '', startAfter: undefined, delimiter: undefined };
    const below = new FileLister(this.#root, this.#calls, everything);
    for await (const _ of below.#walk(entry.path, entry.file, [...ancestors, entry.file], false)) return true;
    return false;
  }

  async #entriesOf(folder: string, real: string): Promise<Entry[]> {
    let dirents: Dirent[];
    try {
      dirents = await this.#calls.readdir(real, { withFileTypes: true });
    } catch (error) {
      // A folder that somebody removes meanwhile is as if it had been removed before. A file has nothing below it.
      if (isMissing(error)) return [];
      throw await this.#translate(error, real);
    }
    const entries: Entry[] = [];
    for (const dirent of dirents) {
      const path = folder + dirent.name;
      if (!this.#mayHoldWanted(path) || !isObjectName(dirent.name) || !isObjectPath(path)) continue;
      const file = join(real, dirent.name);
      if (dirent.isFile()) entries.push({ path, file, isFolder: false });
      else if (dirent.isDirectory()) entries.push({ path: `${path}/`, file, isFolder: true });
      else if (dirent.isSymbolicLink()) entries.push(...(await this.#followLink(path, file)));
    }
    return entries.filter((entry) => this.#isWanted(entry)).sort((a, b) => comparePaths(a.path, b.path));
  }

  /** What a link stands for; nothing when it leads nowhere, in a circle, or to something that is no file. */
  async #followLink(path: string, file: string): Promise<Entry[]> {
    try {
      const stats = await this.#calls.stat(file, { bigint: true });
      if (!stats.isFile() && !stats.isDirectory()) return [];
      const target = await this.#calls.realpath(file);
      const outside = !isWithin(target, await this.#root.realRoot());
      if (stats.isDirectory()) return [{ path: `${path}/`, file: target, isFolder: true, outside }];
      // Of a file outside nothing is told but that there is a link.
      const shown = outside ? await this.#calls.lstat(file, { bigint: true }) : stats;
      return [{ path, file, isFolder: false, stats: shown }];
    } catch (error) {
      if (isMissing(error)) return [];
      throw await this.#translate(error, file);
    }
  }

  async #lookAt(entry: Entry): Promise<ObjectMetadata | undefined> {
    try {
      const stats = entry.stats ?? (await this.#calls.lstat(entry.file, { bigint: true }));
      if (!entry.stats && !stats.isFile()) return undefined;
      return metadataOf(entry.path, stats);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw await this.#translate(error, entry.file);
    }
  }

  /** Quick, for a name of which it is not known yet what it stands for. */
  #mayHoldWanted(path: string): boolean {
    const { prefix } = this.#listing;
    return path.startsWith(prefix) || prefix.startsWith(path);
  }

  #isWanted({ path, isFolder }: Entry): boolean {
    const { prefix, startAfter, delimiter } = this.#listing;
    if (!path.startsWith(prefix) && !(isFolder && prefix.startsWith(path))) return false;
    if (startAfter === undefined || comparePaths(path, startAfter) > 0) return true;
    // The folder itself sorts before, but something in it may sort after.
    return isFolder && delimiter === undefined && startAfter.startsWith(path);
  }

  #translate(error: unknown, file: string): Promise<unknown> {
    const { prefix } = this.#listing;
    return fileError(error, { calls: this.#calls, root: this.#root.root, file, path: prefix, action: 'list' });
  }
}

function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP';
}

function lastName(folder: string): string {
  return folder.slice(dirname(folder) === '.' ? 0 : dirname(folder).length + 1, -1);
}
