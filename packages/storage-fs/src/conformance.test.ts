import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countingStore,
  limitStore,
  type ObjectStore,
  openStore,
  prefixStore,
  type StoreDescriptor,
} from '@millrace/core/storage';
import { conformanceCases } from '@millrace/core/storage/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSystemStore } from './index.ts';
import { openFilesBelow } from './test-directory.fixture.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-fs-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let numRoots = 0;
const root = () => join(directory, `root-${numRoots++}`);

const open = (descriptor: StoreDescriptor) =>
  openStore(descriptor, (specifier) =>
    specifier === '@millrace/storage-fs' ? import('./index.ts') : import('@millrace/core/storage'),
  );

const stores: Record<string, () => ObjectStore> = {
  'file store': () => fileSystemStore({ root: root(), createRoot: true }),
  'file store with fsync, small pages and no idle files': () =>
    fileSystemStore({ root: root(), createRoot: true, fsync: true, pageSize: 3, maxIdleFiles: 0 }),
  'file store in wrappers': () =>
    countingStore(
      limitStore(prefixStore(fileSystemStore({ root: root(), createRoot: true }), 'a/b'), { maxReads: 100 }),
    ),
};

async function temporariesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('.millrace-put-'));
}

for (const [name, make] of Object.entries(stores)) {
  describe(name, () => {
    for (const { title, run } of conformanceCases(fileSystemStore({ root: 'any' }).capabilities)) {
      test(title, async () => {
        const store = make();
        try {
          await run({ store, folder: 'conformance', open });
          expect(await temporariesBelow(directory)).toEqual([]);
        } finally {
          await store.close();
        }
        if (process.platform === 'linux') expect(await openFilesBelow(directory)).toEqual([]);
      });
    }
  });
}
