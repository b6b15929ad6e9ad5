import type { ObjectStore } from '../object-store.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { drain, expectBytes, expectEqual, expectError, readObject, testBytes } from './expectation.ts';

const BAD_PATHS = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  'a/./b',
  'a\\b',
  'a\0b',
  'a\nb',
  'a\u007f',
  '\ud800',
  'x'.repeat(1025),
  'ä'.repeat(600),
];
const OUTSIDE_PATHS = ['..', '../a', 'a/../b', 'a/..', 'a/b/../../../c'];

/** Names that are good and that a careless adapter encodes, decodes, trims or joins wrongly. */
const ODD_NAMES = [
  'with space',
  'a+b',
  'a%20b',
  'a%2Fb',
  '%',
  'a?b=c&d',
  'a#b',
  'a:b',
  'a;b,c',
  "it's",
  '"quoted"',
  '<tag>&amp;',
  '(1)',
  '[1]',
  '{a}',
  '*',
  '~',
  '.hidden',
  '...',
  'a..b',
  'trailing.',
  'trailing ',
  'key=value',
  'e\u0301',
  '\u00e9',
  '日本語',
  '\u{1f600}',
  '-rf',
  'constructor',
  '__proto__',
  'n'.repeat(200),
];

function callsOf(store: ObjectStore, path: string): [string, () => Promise<unknown>][] {
  const calls: [string, () => Promise<unknown>][] = [
    ['get', () => store.get(path)],
    ['getRanges', () => store.getRanges(path, [])],
    ['head', () => store.head(path)],
  ];
  if (store.capabilities.write) {
    calls.push(['put', () => store.put(path, testBytes(1))], ['delete', () => store.delete(path)]);
  }
  return calls;
}

/** Promises about paths. */
export const PATH_CASES: readonly ConformanceCase[] = [
  {
    title: 'a bad path is BAD_ARGUMENT and one with .. is PATH_OUTSIDE_ROOT, in every call',
    async run({ store }) {
      for (const path of BAD_PATHS) {
        for (const [what, call] of callsOf(store, path)) {
          await expectError(call, 'BAD_ARGUMENT', `${what} of ${JSON.stringify(path.slice(0, 20))}`);
        }
      }
      for (const path of OUTSIDE_PATHS) {
        for (const [what, call] of callsOf(store, path))
          await expectError(call, 'PATH_OUTSIDE_ROOT', `${what} of '${path}'`);
      }
      for (const path of [undefined, null, 5, {}]) {
        for (const [what, call] of callsOf(store, path as unknown as string)) {
          await expectError(call, 'BAD_ARGUMENT', `${what} of ${String(path)}`);
        }
      }
    },
  },
  {
    title: 'a bad prefix or delimiter of a listing is refused',
    requires: ['list'],
    async run({ store }) {
      for (const prefix of ['/', '/a', 'a//', 'a/./', 'a\\', 'a\0']) {
        await expectError(() => drain(store.list(prefix)), 'BAD_ARGUMENT', `list of ${JSON.stringify(prefix)}`);
      }
      await expectError(() => drain(store.list('../')), 'PATH_OUTSIDE_ROOT', "list of '../'");
      await expectError(
        () => drain(store.list('', { delimiter: '-' as '/' })),
        'BAD_ARGUMENT',
        "list with delimiter '-'",
      );
    },
  },
  {
    title: 'every good name is stored and found under exactly that name',
    requires: ['write'],
    async run({ store, folder }) {
      for (const [i, name] of ODD_NAMES.entries()) await store.put(`${folder}/${name}`, testBytes(20, i + 1));
      for (const [i, name] of ODD_NAMES.entries()) {
        expectBytes(await readObject(store, `${folder}/${name}`), testBytes(20, i + 1), `the object '${name}'`);
        expectEqual((await store.head(`${folder}/${name}`)).path, `${folder}/${name}`, 'the path');
      }
      if (store.capabilities.list) {
        const { objects } = await drain(store.list(`${folder}/`));
        expectEqual(
          objects.map(({ path }) => path.slice(folder.length + 1)).sort(),
          [...ODD_NAMES].sort(),
          'the names in the listing',
        );
      }
      for (const name of ODD_NAMES) await store.delete(`${folder}/${name}`);
      if (store.capabilities.list) {
        expectEqual((await drain(store.list(`${folder}/`))).objects.length, 0, 'the number of objects that are left');
      }
    },
  },
];
