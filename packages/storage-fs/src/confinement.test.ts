import { execFile } from 'node:child_process';
import { promises } from 'node:fs';
import { link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expandGlob, getText, putText } from '@millrace/core/storage';
import { describe, expect, test } from 'vitest';
import { isObjectName, validateFilePath } from './confined-path.ts';
import { fileSystemStore } from './index.ts';
import { openFilesBelow, pathsOf, testDirectory } from './test-directory.fixture.ts';

const OUTSIDE = expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT', kind: 'AccessDenied' });
const MISSING = expect.objectContaining({ code: 'OBJECT_NOT_FOUND' });

async function rootAndOutside() {
  const directory = await testDirectory();
  const root = join(directory.path, 'root');
  const outside = join(directory.path, 'root-and-more');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await writeFile(join(root, 'sub', 'inside'), 'inside');
  const store = fileSystemStore({ root });
  return {
    root,
    outside,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

describe('symbolic links', () => {
  test('one to a file outside is refused in every call, and what it leads to is not told', async () => {
    await using given = await rootAndOutside();
    const { root, outside, store } = given;
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await expect(store.get('link')).rejects.toEqual(OUTSIDE);
    await expect(store.getRanges('link', [{ offset: 0, length: 1 }])).rejects.toEqual(OUTSIDE);
    await expect(store.head('link')).rejects.toEqual(OUTSIDE);
    await expect(store.get('link')).rejects.toThrow(/'link' leads through a symbolic link to .* outside the root/);
    // It is listed, so that a query over it fails instead of leaving it out.
    const [listed] = await expandGlob(store, 'li*');
    expect(listed?.path).toBe('link');
    expect(listed?.size).not.toBe('secret'.length);
  });

  test('one to a directory outside is refused, also on the way to what does not exist', async () => {
    await using given = await rootAndOutside();
    const { root, outside, store } = given;
    await symlink(outside, join(root, 'link'));
    await expect(store.get('link/secret')).rejects.toEqual(OUTSIDE);
    await expect(store.head('link/secret')).rejects.toEqual(OUTSIDE);
    await expect(putText(store, 'link/new', 'x')).rejects.toEqual(OUTSIDE);
    await expect(putText(store, 'link/deep/er/new', 'x')).rejects.toEqual(OUTSIDE);
    await expect(store.put('link/secret', new Uint8Array(1), { ifNoneMatch: '*' })).rejects.toEqual(OUTSIDE);
    await expect(store.delete('link/secret')).rejects.toEqual(OUTSIDE);
    await expect(pathsOf(store)).rejects.toEqual(OUTSIDE);
    await expect(pathsOf(store, 'link/')).rejects.toEqual(OUTSIDE);
    expect(await pathsOf(store, 'sub/')).toEqual(['sub/inside']);
    expect((await expandGlob(store, '*')).length).toBe(0);
    expect(await promises.readdir(outside)).toEqual(['secret']);
    expect(await promises.readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('one that stays inside is followed, to a file and to a directory', async () => {
    await using given = await rootAndOutside();
    const { root, store } = given;
    await symlink('sub/inside', join(root, 'file-link'));
    await symlink(join(root, 'sub'), join(root, 'folder-link'));
    expect(await getText(store, 'file-link')).toBe('inside');
    expect(await getText(store, 'folder-link/inside')).toBe('inside');
    expect(await pathsOf(store)).toEqual(['file-link', 'folder-link/inside', 'sub/inside']);
    expect((await store.head('file-link')).version).toBe((await store.head('sub/inside')).version);
    await putText(store, 'folder-link/new', 'new');
    expect(await getText(store, 'sub/new')).toBe('new');
  });

  test('writing and deleting replaces or removes the link and leaves its target', async () => {
    await using given = await rootAndOutside();
    const { root, outside, store } = given;
    await symlink(join(outside, 'secret'), join(root, 'a'));
    await symlink(join(outside, 'secret'), join(root, 'b'));
    await putText(store, 'a', 'mine');
    expect(await getText(store, 'a')).toBe('mine');
    await store.delete('b');
    await expect(store.head('b')).rejects.toEqual(MISSING);
    expect(await promises.readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('circles end: the listing, and an error that says what is wrong', async () => {
    await using given = await rootAndOutside();
    const { root, store } = given;
    await symlink('loop', join(root, 'loop'));
    await symlink('ping', join(root, 'pong'));
    await symlink('pong', join(root, 'ping'));
    await symlink('..', join(root, 'sub', 'up'));
    await symlink('.', join(root, 'sub', 'here'));
    expect(await pathsOf(store)).toEqual(['sub/inside']);
    const { objects, prefixes } = (await store.list('', { delimiter: '/' })[Symbol.asyncIterator]().next()).value!;
    expect([objects, prefixes]).toEqual([[], ['sub/']]);
    await expect(store.get('loop')).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
      hint: expect.stringContaining('lead in a circle'),
    });
  });

  test('one that leads nowhere is no object', async () => {
    await using given = await rootAndOutside();
    const { root, store } = given;
    await symlink('nowhere', join(root, 'dangling'));
    expect(await pathsOf(store)).toEqual(['sub/inside']);
    await expect(store.get('dangling')).rejects.toEqual(MISSING);
  });

  test('the root itself may be a link', async () => {
    await using given = await rootAndOutside();
    const { root, outside } = given;
    await symlink(root, join(outside, 'root-link'));
    const store = fileSystemStore({ root: join(outside, 'root-link') });
    expect(await getText(store, 'sub/inside')).toBe('inside');
    expect(await pathsOf(store)).toEqual(['sub/inside']);
    await store.close();
  });

  test('a link that is swapped in between looking and opening is found out', async () => {
    await using given = await rootAndOutside();
    const { root, outside } = given;
    const file = join(root, 'sub', 'inside');
    const opened: string[] = [];
    let leaveSwapped = false;
    const store = fileSystemStore(
      { root },
      {
        calls: {
          ...promises,
          // The attacker's link is there while the file is opened, and gone when the store looks at the path again.
          open: async (...args: Parameters<typeof promises.open>) => {
            await rename(file, join(root, 'aside'));
            await symlink(join(outside, 'secret'), file);
            try {
              return await promises.open(...args);
            } finally {
              opened.push(String(args[0]));
              if (!leaveSwapped) {
                await rm(file);
                await rename(join(root, 'aside'), file);
              }
            }
          },
        },
      },
    );
    await expect(store.get('sub/inside')).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(opened.length).toBeGreaterThan(1);
    leaveSwapped = true;
    await expect(store.get('sub/inside')).rejects.toEqual(OUTSIDE);
    if (process.platform === 'linux') expect(await openFilesBelow(outside)).toEqual([]);
    await store.close();
  });

  test('a directory that is swapped for a link while an object is written gets nothing', async () => {
    await using given = await rootAndOutside();
    const { root, outside } = given;
    const store = fileSystemStore(
      { root },
      {
        calls: {
          ...promises,
          open: async (...args: Parameters<typeof promises.open>) => {
            await rename(join(root, 'sub'), join(root, 'aside'));
            await symlink(outside, join(root, 'sub'));
            return promises.open(...args);
          },
        },
      },
    );
    await expect(putText(store, 'sub/new', 'x')).rejects.toEqual(OUTSIDE);
    expect(await promises.readdir(outside)).toEqual(['secret']);
    await store.close();
  });
});

describe('what is no regular file', () => {
  test.skipIf(process.platform === 'win32')('pipes, sockets and directories are no objects', async () => {
    await using given = await rootAndOutside();
    const { root, store } = given;
    await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    try {
      for (const name of ['pipe', 'socket', 'sub']) {
        await expect(store.get(name)).rejects.toEqual(MISSING);
        await expect(store.getRanges(name, [])).rejects.toEqual(MISSING);
        await expect(store.head(name)).rejects.toEqual(MISSING);
        await store.delete(name);
      }
      expect(await pathsOf(store)).toEqual(['sub/inside']);
      expect((await promises.readdir(root)).sort()).toEqual(['pipe', 'socket', 'sub']);
    } finally {
      server.close();
    }
  });

  test('a device that a link leads to is not opened', async () => {
    await using given = await rootAndOutside();
    const { root } = given;
    await symlink('/dev/zero', join(root, 'zero'));
    const open = (...args: unknown[]) => Promise.reject(new Error(`opened ${args[0]}`));
    const store = fileSystemStore({ root }, { calls: { ...promises, open: open as typeof promises.open } });
    await expect(store.get('zero')).rejects.toEqual(MISSING);
    expect(await pathsOf(store)).toEqual(['sub/inside']);
    await store.close();
  });

  test('names that a path cannot express, and files that are being written, are not listed', async () => {
    await using given = await rootAndOutside();
    const { root, store } = given;
    await writeFile(join(root, 'back\\slash'), '');
    await writeFile(join(root, 'line\nbreak'), '');
    await writeFile(join(root, '.millrace-put-1234'), '');
    await writeFile(Buffer.concat([Buffer.from(root), Buffer.from([0x2f, 0x61, 0xff])]), '');
    expect(await pathsOf(store)).toEqual(['sub/inside']);
    for (const path of ['.millrace-put-1234', 'a/.millrace-put-1/b']) {
      await expect(store.head(path)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
      await expect(putText(store, path, 'x')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
    expect(await pathsOf(store, '.millrace-put-')).toEqual([]);
  });
});

test('a hard link inside the root is a file of the root', async () => {
  await using given = await rootAndOutside();
  const { root, outside, store } = given;
  await link(join(outside, 'secret'), join(root, 'hard'));
  expect(await getText(store, 'hard')).toBe('secret');
});

test('names that Windows takes for something else are refused there', () => {
  for (const name of ['con', 'NUL.txt', 'a:b', 'trailing.', 'trailing ', 'a*', 'COM1', 'a"b']) {
    expect(isObjectName(name, 'win32')).toBe(false);
    expect(isObjectName(name, 'linux')).toBe(true);
    expect(() => validateFilePath(`a/${name}/b`, 'win32')).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  }
  for (const name of ['console', 'a.b', 'year=2024', '.hidden']) expect(isObjectName(name, 'win32')).toBe(true);
});
