import { promises } from 'node:fs';
import { appendFile, chmod, mkdir, open, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getBytes, getText, listAll, memoryStore, type ObjectStore, putText } from '@millrace/core/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FileSystemCalls, fileSystemStore } from './index.ts';
import { openFilesBelow, pathsOf, testDirectory } from './test-directory.fixture.ts';

const whole = (size: number) => [{ offset: 0, length: size }];

describe('versions', () => {
  test('a file that is replaced between head and get is noticed', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path });
    await writeFile(join(directory.path, 'a'), 'first');
    const { version } = await store.head('a');
    expect(await getText(store, 'a', { ifMatch: version })).toBe('first');
    await writeFile(join(directory.path, 'b'), 'other');
    await rename(join(directory.path, 'b'), join(directory.path, 'a'));
    await expect(store.get('a', { ifMatch: version })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    await expect(store.getRanges('a', whole(5), { ifMatch: version })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    expect(await getText(store, 'a')).toBe('other');
    await store.close();
  });

  test('a file that is written in place while it is read is noticed, whether it grows, shrinks or stays', async () => {
    await using directory = await testDirectory();
    const file = join(directory.path, 'a');
    const changes: Record<string, () => Promise<unknown>> = {
      grows: () => appendFile(file, 'x'),
      shrinks: () => promises.truncate(file, 10),
      stays: async () => {
        const handle = await open(file, 'r+');
        await handle.write('x', 100_000);
        await handle.close();
        await utimes(file, 1, 1);
      },
    };
    for (const change of Object.values(changes)) {
      const store = fileSystemStore({ root: directory.path });
      await writeFile(file, new Uint8Array(2_000_000));
      const { body } = await store.get('a');
      const reader = body.getReader();
      await reader.read();
      await change();
      const rest = async () => {
        while (!(await reader.read()).done);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
      await store.close();

      await writeFile(file, new Uint8Array(2_000_000));
      let changed = false;
      const calls = readHook(async () => {
        if (!changed) await change();
        changed = true;
      });
      const hooked = fileSystemStore({ root: directory.path }, { calls });
      await expect(hooked.getRanges('a', whole(2_000_000))).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
      await hooked.close();
      expect(await openFilesBelow(directory.path)).toEqual([]);
    }
  });

  test('writes and deletions in quick succession never give a version twice', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path });
    const versions = new Set<string>();
    for (let i = 0; i < 300; i++) {
      versions.add((await putText(store, 'a', 'same')).version);
      if (i % 2 === 0) await store.delete('a');
    }
    expect(versions.size).toBe(300);
    await store.close();
  });
});

/** The system's calls, with something that happens before each read. */
function readHook(before: () => Promise<void>): FileSystemCalls {
  return {
    ...promises,
    open: async (...args: Parameters<typeof promises.open>) => {
      const handle = await promises.open(...args);
      const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number; buffer: Buffer }>;
      handle.read = (async (...readArgs: unknown[]) => {
        await before();
        return read(...readArgs);
      }) as typeof handle.read;
      return handle;
    },
  };
}

describe('reading', () => {
  test('goes on after reads that give less than was asked for', async () => {
    await using directory = await testDirectory();
    const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i * 13);
    await writeFile(join(directory.path, 'a'), bytes);
    const calls: FileSystemCalls = {
      ...promises,
      open: async (...args: Parameters<typeof promises.open>) => {
        const handle = await promises.open(...args);
        const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number }>;
        handle.read = (async (buffer: Uint8Array, offset: number, length: number, position: number) =>
          read(buffer, offset, Math.min(length, 777), position)) as unknown as typeof handle.read;
        return handle;
      },
    };
    const store = fileSystemStore({ root: directory.path }, { calls });
    expect((await store.getRanges('a', whole(10_000))).ranges[0]).toEqual(bytes);
    expect(await getBytes(store, 'a')).toEqual(bytes);
    await store.close();
  });

  test('a small file is opened once for many reads, and closed when it was idle', async () => {
    await using directory = await testDirectory();
    await writeFile(join(directory.path, 'a'), new Uint8Array(1000));
    let numOpened = 0;
    const calls: FileSystemCalls = {
      ...promises,
      open: (...args: Parameters<typeof promises.open>) => {
        numOpened += 1;
        return promises.open(...args);
      },
    };
    const store = fileSystemStore({ root: directory.path, idleMs: 20 }, { calls });
    await Promise.all(Array.from({ length: 20 }, () => store.getRanges('a', whole(10))));
    for (let i = 0; i < 20; i++) await store.getRanges('a', whole(10));
    expect(numOpened).toBe(1);
    await expect.poll(() => openFilesBelow(directory.path), { interval: 5 }).toEqual([]);
    await store.getRanges('a', whole(10));
    expect(numOpened).toBe(2);
    await store.close();
  });

  test('no more files stay open than may, however many are read', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path, maxIdleFiles: 5 });
    for (let i = 0; i < 40; i++) await writeFile(join(directory.path, `f${i}`), 'text');
    await Promise.all(Array.from({ length: 40 }, (_, i) => store.getRanges(`f${i}`, whole(4))));
    for (let i = 0; i < 40; i++) await store.getRanges(`f${i}`, whole(4));
    expect((await openFilesBelow(directory.path)).length).toBeLessThanOrEqual(5);
    await store.close();
    expect(await openFilesBelow(directory.path)).toEqual([]);
  });
});

describe('leaks', () => {
  test('nothing stays open after errors, aborts, cancelled and forgotten bodies', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path, maxIdleFiles: 0 });
    await putText(store, 'a', 'x'.repeat(1_000_000));
    await mkdir(join(directory.path, 'folder'));
    const { version } = await store.head('a');
    const fails = (promise: Promise<unknown>) => expect(promise).rejects.toThrow();
    for (let i = 0; i < 10; i++) {
      await fails(store.get('a', { ifMatch: 'other' }));
      await fails(store.get('a', { range: { offset: 2_000_000, length: 1 } }));
      await fails(store.getRanges('a', [{ offset: 999_999, length: 2 }]));
      await fails(store.getRanges('a', whole(10), { ifMatch: 'other' }));
      await fails(store.get('folder'));
      await fails(store.put('a', new Uint8Array(3), { ifMatch: 'other' }));
      await fails(store.put('a', new Uint8Array(3), { ifNoneMatch: '*' }));
      await fails(store.put('folder', new Uint8Array(3)));
      await fails(store.put('folder', new Uint8Array(3), { ifNoneMatch: '*' }));
      await fails(store.put('a/b', new Uint8Array(3)));
      await fails(
        store.put(
          'b',
          (async function* () {
            yield new Uint8Array(3);
            throw new Error('source');
          })(),
        ),
      );
      await (await store.get('a', { ifMatch: version })).body.cancel();
      const controller = new AbortController();
      const { body } = await store.get('a', { signal: controller.signal });
      void body;
      controller.abort();
      for await (const _ of store.list()) break;
    }
    expect((await readdir(directory.path)).sort()).toEqual(['a', 'folder']);
    await expect.poll(() => openFilesBelow(directory.path)).toEqual([]);

    await store.get('a');
    expect(await openFilesBelow(directory.path)).toEqual([join(directory.path, 'a')]);
    await store.close();
    expect(await openFilesBelow(directory.path)).toEqual([]);
  });

  test('deleting the last object of a folder removes the folder, and the name is free', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path });
    await putText(store, 'a/b/c', 'x');
    await putText(store, 'a/d', 'x');
    await store.delete('a/b/c');
    expect(await readdir(join(directory.path, 'a'))).toEqual(['d']);
    await store.delete('a/d');
    expect(await readdir(directory.path)).toEqual([]);
    await putText(store, 'a', 'now an object');
    await expect(putText(store, 'a/b', 'x')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await store.delete('a');
    expect((await stat(directory.path)).isDirectory()).toBe(true);
    await store.close();
  });

  test("writers and deleters of one folder do not get in each other's way", async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path });
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        for (let n = 0; n < 25; n++) {
          await putText(store, `deep/er/object-${i}`, 'x');
          await store.delete(`deep/er/object-${i}`);
        }
      }),
    );
    expect(await readdir(directory.path)).toEqual([]);
    await store.close();
  });
});

test('of many conditional replacements in one process exactly one wins', async () => {
  await using directory = await testDirectory();
  const store = fileSystemStore({ root: directory.path });
  for (let round = 0; round < 10; round++) {
    const { version } = await putText(store, 'a', `round ${round}`);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => putText(store, 'a', `writer ${i}`, { ifMatch: version })),
    );
    const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []));
    expect(winners.length).toBe(1);
    expect(await getText(store, 'a')).toBe(`writer ${winners[0]}`);
  }
  await store.close();
});

test('lists as a store in memory does, whatever the names, prefix, start and delimiter', async () => {
  const name = fc.constantFrom('a', 'b', 'a.b', 'a-', 'a0', ' ', 'ä', '\uffee', '\u{1f600}', 'aa');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const probe = fc.tuple(
    fc.oneof(
      fc.constant(''),
      path,
      path.map((text) => `${text}/`),
      path.map((text) => text.slice(0, 2)),
    ),
    fc.option(
      fc.oneof(
        path,
        path.map((text) => `${text}/`),
      ),
      { nil: undefined },
    ),
    fc.constantFrom(undefined, '/' as const),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { maxLength: 25 }),
      fc.array(probe, { minLength: 1, maxLength: 10 }),
      async (paths, probes) => {
        await using directory = await testDirectory();
        const files = fileSystemStore({ root: directory.path, pageSize: 4 });
        const memory = memoryStore({ pageSize: 7 });
        for (const object of paths) {
          // A file system cannot hold a file and a folder of the same name.
          if (paths.some((other) => other.startsWith(`${object}/`))) continue;
          await putText(files, object, 'x');
          await putText(memory, object, 'x');
        }
        for (const [prefix, startAfter, delimiter] of probes) {
          if (!prefix.isWellFormed()) continue;
          const listing = async (store: ObjectStore) => {
            const objects: string[] = [];
            const prefixes: string[] = [];
            for await (const page of store.list(prefix, { startAfter, delimiter })) {
              objects.push(...page.objects.map((object) => object.path));
              prefixes.push(...page.prefixes);
            }
            return { objects, prefixes };
          };
          expect(await listing(files)).toEqual(await listing(memory));
        }
        await files.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('a listing reads no directory that cannot hold anything wanted', async () => {
  await using directory = await testDirectory();
  const read: string[] = [];
  const calls: FileSystemCalls = {
    ...promises,
    readdir: ((...args: Parameters<typeof promises.readdir>) => {
      read.push(String(args[0]).slice(directory.path.length));
      return promises.readdir(...args);
    }) as typeof promises.readdir,
  };
  const store = fileSystemStore({ root: directory.path }, { calls });
  for (const path of ['a/x/1', 'a/y/2', 'a/z/3', 'b/x/4']) await putText(store, path, 'x');
  expect(await pathsOf(store, 'a/y')).toEqual(['a/y/2']);
  expect(read).toEqual(['/a', '/a/y']);
  read.length = 0;
  for await (const _ of store.list('a/', { startAfter: 'a/y/1' }));
  expect(read).toEqual(['/a', '/a/y', '/a/z']);
  await store.close();
});

describe('settings', () => {
  test.each([
    {},
    { root: '' },
    { root: 5 },
    { root: 'a\0b' },
    { root: '.', maxIdleFiles: -1 },
    { root: '.', idleMs: 0 },
    { root: '.', pageSize: 0 },
    { root: '.', fsync: 'yes' },
  ])('refuses %j', (settings) => {
    expect(() => fileSystemStore(settings as { root: string })).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING' }),
    );
  });

  test('a root that does not exist, or is a file, is said so at first use', async () => {
    await using directory = await testDirectory();
    await writeFile(join(directory.path, 'file'), 'x');
    for (const [name, message] of [
      ['missing', /does not exist/],
      ['file', /is not a directory/],
      ['file/below', /is not a directory/],
    ] as const) {
      const store = fileSystemStore({ root: join(directory.path, name) });
      for (const call of [
        () => store.head('a'),
        () => store.get('a'),
        () => putText(store, 'a', 'x'),
        () => store.delete('a'),
        () => listAll(store),
      ]) {
        await expect(call()).rejects.toMatchObject({
          code: 'STORE_NOT_FOUND',
          message: expect.stringMatching(message),
        });
      }
      await store.close();
    }
    const late = fileSystemStore({ root: join(directory.path, 'late') });
    await expect(listAll(late)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await mkdir(join(directory.path, 'late'));
    expect(await listAll(late)).toEqual([]);
    await late.close();
  });

  test('the descriptor has an absolute root and all settings', () => {
    const store = fileSystemStore({ root: 'some/folder', fsync: true, maxIdleFiles: 3 });
    expect(store.descriptor()).toEqual({
      module: '@millrace/storage-fs',
      export: 'openFileSystemStore',
      options: { root: join(process.cwd(), 'some/folder'), fsync: true, maxIdleFiles: 3 },
    });
    expect(store.root).toBe(join(process.cwd(), 'some/folder'));
  });
});

describe('permissions, as a user who is not root', () => {
  const skip =
    process.getuid?.() === 0 ? 'root may read everything; file-error.test.ts injects these errors' : undefined;
  test.skipIf(skip)('a directory without permission is named', async () => {
    await using directory = await testDirectory();
    const store = fileSystemStore({ root: directory.path });
    await putText(store, 'closed/a', 'x');
    await chmod(join(directory.path, 'closed'), 0);
    const expected = { code: 'PERMISSION_DENIED', message: expect.stringContaining(join(directory.path, 'closed')) };
    await expect(store.get('closed/a')).rejects.toMatchObject(expected);
    await expect(listAll(store)).rejects.toMatchObject(expected);
    await expect(putText(store, 'closed/b', 'x')).rejects.toMatchObject(expected);
    await chmod(join(directory.path, 'closed'), 0o700);
    await store.close();
  });
});
