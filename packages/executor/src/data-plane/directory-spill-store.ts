import { rmSync } from 'node:fs';
import { constants, type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { QueryError, type SpillStore, throwIfAborted } from '@millrace/core/storage';

const PREFIX = 'millrace-spill-';
/** One call of the operating system moves this much at most, so that an abort need not wait long. */
const PIECE_BYTES = 4 * 2 ** 20;

const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** Of executors that are not closed. */
const ownDirectories = new Set<string>();

/**
 * Spills to files below `root`, which is made with the first of them. Files are opened for each call, so that any thread can serve it and
 * none holds a handle for long. Errors: `DISK_FULL`, and `PERMISSION_DENIED` for a directory that cannot be written to.
 */
export function directorySpillStore(root: string): SpillStore {
  return {
    async write(file, offset, bytes, signal) {
      const path = join(root, file);
      const flags = constants.O_WRONLY | constants.O_CREAT;
      try {
        const handle = await open(path, flags, 0o600).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
          await mkdir(dirname(path), { recursive: true, mode: 0o700 });
          return await open(path, flags, 0o600);
        });
        await withHandle(handle, async () => {
          for (let at = 0; at < bytes.length; ) {
            throwIfAborted(signal);
            const piece = bytes.subarray(at, at + PIECE_BYTES);
            at += (await handle.write(piece, 0, piece.length, offset + at)).bytesWritten;
          }
        });
      } catch (error) {
        throw spillError(error, root);
      }
    },
    async read(file, offset, into, signal) {
      try {
        const handle = await open(join(root, file));
        await withHandle(handle, async () => {
          for (let at = 0; at < into.length; ) {
            throwIfAborted(signal);
            const length = Math.min(PIECE_BYTES, into.length - at);
            const { bytesRead } = await handle.read(into, at, length, offset + at);
            if (bytesRead === 0)
              throw new QueryError('TRUNCATED_OBJECT', 'A file of spilled rows is shorter than was written.');
            at += bytesRead;
          }
        });
      } catch (error) {
        throw spillError(error, root);
      }
    },
    async remove(name) {
      await rm(join(root, name), { recursive: true, force: true });
    },
  };
}

/**
 * A directory of this process below `parent`, not made yet. It goes when the process exits; those that processes left behind which were
 * killed are removed now.
 */
export function ownSpillDirectory(parent: string): { readonly path: string; remove(): Promise<void> } {
  const path = join(parent, `${PREFIX}${process.pid}-${crypto.randomUUID()}`);
  if (ownDirectories.size === 0) process.on('exit', removeOwnDirectories);
  ownDirectories.add(path);
  void removeAbandoned(parent);
  return {
    path,
    async remove() {
      ownDirectories.delete(path);
      if (ownDirectories.size === 0) process.off('exit', removeOwnDirectories);
      await rm(path, { recursive: true, force: true });
    },
  };
}

function removeOwnDirectories(): void {
  for (const path of ownDirectories) rmSync(path, { recursive: true, force: true });
}

async function removeAbandoned(parent: string): Promise<void> {
  // What cannot be listed or removed belongs to somebody else, whose affair it is.
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid))
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function withHandle(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}

function spillError(error: unknown, root: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const details = { directory: root };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `There is no room left in ${root}, where queries put what does not fit into memory.`;
    return new QueryError('DISK_FULL', message, {
      details,
      hint: 'Free disk space, or choose another place with the option spill.',
      cause: error,
    });
  }
  if (code !== undefined && REFUSALS.has(code)) {
    const message = `Queries cannot put what does not fit into memory into ${root}.`;
    return new QueryError('PERMISSION_DENIED', message, {
      details,
      hint: 'Choose another place with the option spill.',
      cause: error,
    });
  }
  return error;
}
