import { constants, promises } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listAll, putText } from '@millrace/core/storage';
import { describe, expect, test } from 'vitest';
import { type FileSystemCalls, fileSystemStore } from './index.ts';
import { testDirectory } from './test-directory.fixture.ts';

function failure(code: string, syscall: string, path: unknown): Error {
  return Object.assign(new Error(`${code}: something, ${syscall} '${String(path)}'`), {
    code,
    syscall,
    path,
    errno: -1,
  });
}

/** The system's calls, of which some fail for paths that match. */
function failing(code: string, names: readonly (keyof FileSystemCalls)[], matches: (path: string) => boolean) {
  const calls = { ...promises } as Record<string, unknown>;
  for (const name of names) {
    const original = promises[name] as (...args: unknown[]) => Promise<unknown>;
    calls[name] = async (...args: unknown[]) => {
      if (matches(String(args[0]))) throw failure(code, name, args[0]);
      return original(...args);
    };
  }
  return calls as unknown as FileSystemCalls;
}

async function storeWith(calls: (root: string) => FileSystemCalls) {
  const directory = await testDirectory();
  await mkdir(join(directory.path, 'folder'));
  await writeFile(join(directory.path, 'folder', 'object'), 'text');
  const store = fileSystemStore({ root: directory.path }, { calls: calls(directory.path) });
  return {
    root: directory.path,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

describe('permission denied', () => {
  test('names the directory that forbids, and says what to do', async () => {
    await using given = await storeWith((root) => {
      const inFolder = (path: string) => path.startsWith(join(root, 'folder/'));
      const calls = failing('EACCES', ['open', 'stat', 'lstat', 'realpath'], inFolder);
      return {
        ...calls,
        access: async (path: unknown, mode?: number) => {
          if (path === join(root, 'folder') && mode === constants.X_OK) throw failure('EACCES', 'access', path);
        },
        readdir: (async (...args: Parameters<typeof promises.readdir>) => {
          if (args[0] === join(root, 'folder')) throw failure('EACCES', 'scandir', args[0]);
          return promises.readdir(...args);
        }) as typeof promises.readdir,
      };
    });
    const { root, store } = given;
    const expected = {
      code: 'PERMISSION_DENIED',
      kind: 'AccessDenied',
      message: expect.stringMatching(`^The directory '${join(root, 'folder')}'.* may not be`),
      hint: expect.stringContaining('chmod'),
      details: expect.objectContaining({ file: join(root, 'folder'), errno: 'EACCES' }),
    };
    await expect(store.head('folder/object')).rejects.toMatchObject(expected);
    await expect(store.get('folder/object')).rejects.toMatchObject(expected);
    await expect(store.getRanges('folder/object', [])).rejects.toMatchObject(expected);
    await expect(putText(store, 'folder/new', 'x')).rejects.toMatchObject(expected);
    await expect(listAll(store)).rejects.toMatchObject(expected);
    await expect(listAll(store, 'folder/')).rejects.toMatchObject(expected);
  });

  test('names the file when it is the file', async () => {
    await using given = await storeWith((root) => ({
      ...failing('EACCES', ['open'], (path) => path.endsWith('object')),
      access: async (path: unknown) => {
        if (path === join(root, 'folder', 'object')) throw failure('EACCES', 'access', path);
      },
    }));
    await expect(given.store.get('folder/object')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(`^The file '${join(given.root, 'folder', 'object')}' may not be read by`),
    });
  });
});

describe('other errors of the system, when reading', () => {
  test.each([
    ['EMFILE', 'OPEN_FILES_LIMIT', /Too many files are open/],
    ['ENFILE', 'OPEN_FILES_LIMIT', /Too many files are open/],
    ['EIO', 'CONNECTION_LOST', /EIO/],
    ['ESTALE', 'CONNECTION_LOST', /ESTALE/],
    ['ELOOP', 'OBJECT_NOT_FOUND', /no object 'folder\/object'/],
    ['ENAMETOOLONG', 'BAD_ARGUMENT', /longer than the file system allows/],
    ['EFUTURE', 'CONNECTION_LOST', /EFUTURE/],
  ])('%s is %s', async (errno, code, message) => {
    await using given = await storeWith(() => failing(errno, ['open'], (path) => path.endsWith('object')));
    for (const call of [() => given.store.get('folder/object'), () => given.store.getRanges('folder/object', [])]) {
      await expect(call()).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
        details: expect.objectContaining({ path: 'folder/object' }),
        cause: expect.objectContaining({ code: errno }),
      });
    }
  });
});

describe('other errors of the system, when writing', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'PERMISSION_DENIED'],
    ['EMFILE', 'OPEN_FILES_LIMIT'],
  ])('%s is %s', async (errno, code) => {
    await using given = await storeWith(() => failing(errno, ['open'], (path) => path.includes('.millrace-put-')));
    await expect(putText(given.store, 'folder/new', 'x')).rejects.toMatchObject({ code });
  });

  test('a disk that fills up in the middle leaves neither the object nor the beginning of it', async () => {
    await using given = await storeWith(() => ({
      ...promises,
      open: async (...args: Parameters<typeof promises.open>) => {
        const handle = await promises.open(...args);
        let numWrites = 0;
        const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>;
        handle.write = (async (...writeArgs: unknown[]) => {
          numWrites += 1;
          if (numWrites > 1) throw failure('ENOSPC', 'write', args[0]);
          return write(...writeArgs);
        }) as typeof handle.write;
        return handle;
      },
    }));
    async function* large() {
      for (let i = 0; i < 5; i++) yield new Uint8Array(2_000_000);
    }
    await expect(given.store.put('folder/new', large())).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await promises.readdir(join(given.root, 'folder'))).toEqual(['object']);
  });

  test('a file system without hard links says that it cannot create on condition', async () => {
    for (const errno of ['EPERM', 'ENOTSUP', 'EOPNOTSUPP']) {
      await using given = await storeWith(() => failing(errno, ['link'], () => true));
      await expect(putText(given.store, 'new', 'x', { ifNoneMatch: '*' })).rejects.toMatchObject({
        code: 'FEATURE_NOT_IMPLEMENTED',
        hint: expect.stringContaining('hard links'),
      });
      expect(await promises.readdir(given.root)).toEqual(['folder']);
    }
  });

  test("a body that fails with an error of its own keeps it, also one that looks like the system's", async () => {
    await using given = await storeWith(() => promises);
    const own = failure('ENOENT', 'open', '/some/other/file');
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      throw own;
    }
    await expect(given.store.put('new', body())).rejects.toBe(own);
    expect(await promises.readdir(given.root)).toEqual(['folder']);
  });
});
