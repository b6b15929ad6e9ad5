import type { ObjectStore } from '../object-store.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { drain, expectEqual, expectError, forEachOf, testBytes } from './expectation.ts';

/**
 * In the order of their UTF-8 bytes, which is neither that of a locale, nor of folders before files, nor of UTF-16.
 * No name is also a folder, which file systems could not hold.
 */
const NAMES = [
  ' leading space',
  'A',
  'Z/1',
  'a b',
  'a!',
  'a+b',
  'a-b',
  'a.b',
  'a/1',
  'a/10',
  'a/2',
  'a/b/c',
  'a0',
  'a=1/x',
  'a=1/y',
  'aa',
  'b',
  'year=2024/month=1/part-0.parquet',
  'year=2024/month=12/part-0.parquet',
  'ä',
  '日本',
  '\uffee',
  '\u{1f600}',
];

async function fill(store: ObjectStore, folder: string, names: readonly string[]): Promise<void> {
  await forEachOf([...names].reverse(), (name) => store.put(`${folder}/${name}`, testBytes(3)));
}

async function names(store: ObjectStore, folder: string, prefix: string, startAfter?: string): Promise<string[]> {
  const options = startAfter === undefined ? {} : { startAfter: `${folder}/${startAfter}` };
  const { objects } = await drain(store.list(`${folder}/${prefix}`, options));
  return objects.map(({ path }) => path.slice(folder.length + 1));
}

/** Promises of `list`. */
export const LIST_CASES: readonly ConformanceCase[] = [
  {
    title: 'list is complete and sorted by the bytes of the path',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, NAMES);
      expectEqual(await names(store, folder, ''), NAMES, 'the listing');
    },
  },
  {
    title: 'list gives the metadata that head gives',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await store.put(`${folder}/one`, testBytes(11));
      await store.put(`${folder}/two/three`, testBytes(12));
      const { objects } = await drain(store.list(`${folder}/`));
      expectEqual(objects.length, 2, 'the number of objects');
      for (const object of objects) {
        const head = await store.head(object.path);
        expectEqual(object.size, head.size, 'the size');
        expectEqual(object.version, head.version, 'the version');
      }
    },
  },
  {
    title: 'a prefix is any text, not only whole folders',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, NAMES);
      for (const prefix of [
        'a',
        'a/',
        'a/1',
        'a/b',
        'a/b/',
        'a=',
        'year=2024/mon',
        'year=2024/month=1',
        'ä',
        'none',
        'b/',
      ]) {
        expectEqual(
          await names(store, folder, prefix),
          NAMES.filter((name) => name.startsWith(prefix)),
          `the listing of '${prefix}'`,
        );
      }
      const { objects } = await drain(store.list(folder.slice(0, -1)));
      expectEqual(objects.length >= NAMES.length, true, 'that a prefix may end within the name of a folder');
    },
  },
  {
    title: 'startAfter gives what sorts strictly after it, whether or not it is an object',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, NAMES);
      const encoder = new TextEncoder();
      const after = (a: string, b: string) => {
        const [x, y] = [encoder.encode(a), encoder.encode(b)];
        const at = x.findIndex((byte, i) => byte !== y[i]);
        return at >= 0 && (y[at] === undefined || x[at]! > y[at]);
      };
      for (const start of ['', 'a', 'a/1', 'a/1x', 'a/b', 'a/b/zzz', 'a0', 'year=2024/month=1/', 'ä', 'zzz']) {
        expectEqual(
          await names(store, folder, '', start),
          NAMES.filter((name) => after(name, start)),
          `the listing after '${start}'`,
        );
      }
      expectEqual(
        await names(store, folder, 'a', 'a/10'),
        NAMES.filter((name) => name.startsWith('a') && after(name, 'a/10')),
        'the listing with a prefix and a start',
      );
    },
  },
  {
    title: 'startAfter compares by the bytes of the path, also of characters beyond the basic plane',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, NAMES);
      expectEqual(await names(store, folder, '', '\uffee'), ['\u{1f600}'], 'the listing after U+FFEE');
      expectEqual(await names(store, folder, '', '\u{1f600}'), [], 'the listing after U+1F600');
    },
  },
  {
    title: 'a delimiter rolls up folders, each once and only where there are objects',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, NAMES);
      await store.put(`${folder}/gone/object`, testBytes(1));
      await store.delete(`${folder}/gone/object`);
      const listing = async (prefix: string, startAfter?: string) => {
        const options = startAfter === undefined ? {} : { startAfter: `${folder}/${startAfter}` };
        const { objects, prefixes } = await drain(store.list(`${folder}/${prefix}`, { delimiter: '/', ...options }));
        return [
          objects.map(({ path }) => path.slice(folder.length + 1)),
          prefixes.map((p) => p.slice(folder.length + 1)),
        ];
      };
      const files = NAMES.filter((name) => !name.includes('/'));
      expectEqual(await listing(''), [files, ['Z/', 'a/', 'a=1/', 'year=2024/']], 'the listing of the top');
      expectEqual(await listing('a/'), [['a/1', 'a/10', 'a/2'], ['a/b/']], 'the listing of a folder');
      expectEqual(
        await listing('a'),
        [
          ['a b', 'a!', 'a+b', 'a-b', 'a.b', 'a0', 'aa'],
          ['a/', 'a=1/'],
        ],
        "the listing of 'a'",
      );
      expectEqual(
        await listing('year=2024/month='),
        [[], ['year=2024/month=1/', 'year=2024/month=12/']],
        'a prefix within a name',
      );
      expectEqual(await listing('a', 'a/'), [['a0', 'aa'], ['a=1/']], 'the listing after a folder');
      expectEqual(
        await listing('a', 'a.b'),
        [
          ['a0', 'aa'],
          ['a/', 'a=1/'],
        ],
        'the listing after an object',
      );
      expectEqual(await listing('a', 'a/1'), [['a0', 'aa'], ['a=1/']], 'the listing after a path within a folder');
      expectEqual(await listing('none'), [[], []], 'the listing of nothing');
    },
  },
  {
    title: 'list gives all objects when there are more than fit into one page',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      const many = Array.from({ length: 1234 }, (_, i) => `part-${String(i).padStart(5, '0')}`);
      await fill(store, folder, many);
      expectEqual(await names(store, folder, ''), many, 'the listing');
      expectEqual(await names(store, folder, '', many[1100]), many.slice(1101), 'the listing after some');
    },
  },
  {
    title: 'list sees at once what has been written and deleted',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      expectEqual(await names(store, folder, ''), [], 'the listing of a new folder');
      await fill(store, folder, ['a', 'b']);
      expectEqual(await names(store, folder, ''), ['a', 'b'], 'the listing after two writes');
      await store.delete(`${folder}/a`);
      expectEqual(await names(store, folder, ''), ['b'], 'the listing after a deletion');
    },
  },
  {
    title: 'a listing can be left early and can be aborted',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      await fill(store, folder, ['a', 'b', 'c']);
      for await (const page of store.list(`${folder}/`)) {
        if (page.objects.length > 0) break;
      }
      await expectError(
        () => drain(store.list(folder, { signal: AbortSignal.abort() })),
        'ABORTED',
        'an aborted listing',
      );
      expectEqual(await names(store, folder, ''), ['a', 'b', 'c'], 'the listing afterwards');
    },
  },
  {
    title: 'a store without listings refuses to list',
    requires: ['not list'],
    async run({ store, folder }) {
      await expectError(() => drain(store.list(folder)), 'FEATURE_NOT_IMPLEMENTED', 'list');
    },
  },
];
