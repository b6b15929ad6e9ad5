import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A file that appears under its name only when it is complete: it is written beside it, and renamed by `commit`.
 * Exactly one of `commit` and `discard` must be called.
 */
export class OutputFile {
  readonly path: string;
  bytes = 0;
  readonly #partialPath: string;
  readonly #handle: FileHandle;

  private constructor(path: string, partialPath: string, handle: FileHandle) {
    this.path = path;
    this.#partialPath = partialPath;
    this.#handle = handle;
  }

  /** Creates the file and its directory. Errors are those of the file system. */
  static async create(path: string): Promise<OutputFile> {
    await mkdir(dirname(path), { recursive: true });
    const partialPath = `${path}.partial-${process.pid}`;
    return new OutputFile(path, partialPath, await open(partialPath, 'w'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.bytes += bytes.length;
  }

  async commit(): Promise<void> {
    await this.#handle.close();
    await rename(this.#partialPath, this.path);
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#partialPath, { force: true });
  }
}
