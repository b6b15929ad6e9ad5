import { mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listAll, type ObjectStore } from '@millrace/core/storage';

/** A new empty directory, which is removed when the test is over. */
export async function testDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'millrace-fs-')));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The files below a directory that this process has open, as Linux shows them. */
export async function openFilesBelow(directory: string): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(directory));
}

export async function pathsOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  return (await listAll(store, prefix)).map(({ path }) => path);
}
