import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countingStore } from './counting-store.ts';
import { expandGlob, globMatcher, hasGlob } from './glob.ts';
import { memoryStore } from './memory-store.ts';
import { isObjectPath } from './object-path.ts';

async function storeWith(paths: readonly string[]) {
  const store = countingStore(memoryStore());
  for (const path of paths) await store.put(path, new Uint8Array(1));
  store.resetCounts();
  return store;
}

const matching = async (paths: readonly string[], pattern: string) =>
  (await expandGlob(await storeWith(paths), pattern)).map(({ path }) => path);

describe('globMatcher', () => {
  // From IEEE Std 1003.1-2017, 2.13 (pattern matching) and the Bash manual, 3.5.8.1 (globstar) and 3.5.1 (braces).
  test.each([
    ['*.parquet', ['a.parquet', 'x y.parquet', '(1).parquet'], ['a/b.parquet', '.parquet', '.a.parquet', 'a.parquet2']],
    ['?.x', ['a.x', 'ä.x', '\u{1f600}.x'], ['.x', 'ab.x', '/.x']],
    ['[a-c]1', ['a1', 'b1', 'c1'], ['d1', '1', '-1']],
    ['[!a-c]1', ['d1', '-1'], ['a1', '/1']],
    ['[[:digit:]][[:alpha:]]', ['1a'], ['a1', '11']],
    ['[]]x', [']x'], ['x']],
    ['[a/b]', ['[a/b]'], ['a', 'b']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/b/c', 'ab', 'a/.x/b']],
    ['a/**', ['a/b', 'a/b/c'], ['b', 'ab']],
    ['**/b', ['b', 'a/b', 'a/c/b'], ['xb', 'a/bx']],
    ['a**b', ['ab', 'axxb'], ['a/b', 'a/x/b']],
    ['a{b,c}d', ['abd', 'acd'], ['ad', 'abcd', 'a{b,c}d']],
    ['{a,b/c}/d', ['a/d', 'b/c/d'], ['b/d']],
    ['{01..03}', ['01', '02', '03'], ['1', '04']],
    ['{a}', ['{a}'], ['a']],
    ['a\\*b', ['a*b'], ['axb']],
    ['a\\[1\\]', ['a[1]'], ['a1']],
    ['!a', ['!a'], ['b']],
    ['#a', ['#a'], ['a']],
    ['+(a|b)', ['+(a|b)'], ['a', 'ab']],
    ['f(1).*', ['f(1).x'], ['f1.x']],
    ['.*', ['.a'], ['a']],
    ['y=*/m=*/*.p', ['y=1/m=2/a.p'], ['y=1/a.p', 'y=1/m=2/d/a.p']],
  ])('%s', (pattern, yes, no) => {
    const matches = globMatcher(pattern);
    expect(yes.filter((path) => !matches(path))).toEqual([]);
    expect(no.filter((path) => matches(path))).toEqual([]);
  });

  test.each(['', '/a*', 'a//*', './*', 'a/./*', 'a*/', 'a\\', '*\0', `${'x'.repeat(5000)}*`, '{1..2000}'])(
    'refuses %j',
    (pattern) => {
      expect(() => globMatcher(pattern)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
    },
  );

  test.each(['../*', 'a/../*', '**/../x'])('refuses to leave the root by %j', (pattern) => {
    expect(() => globMatcher(pattern)).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT' }));
  });

  test('a pattern made to be slow is answered', () => {
    const matches = globMatcher(`${'*a'.repeat(60)}b`);
    expect(matches('a'.repeat(900))).toBe(false);
    expect(globMatcher(`${'**/'.repeat(30)}b`)(`${'a/'.repeat(300)}c`)).toBe(false);
  });

  test('agrees with a matcher that tries every way', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '**', '[ab]', '[!a]');
    const pattern = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'ba', 'c'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(pattern, path, (glob, candidate) => {
        // A `**` at the end stands for something: what it matches below the folder, not the folder itself.
        expect(globMatcher(glob)(candidate)).toBe(segmentsMatch(glob.split('/'), candidate.split('/')));
      }),
      { numRuns: 3000 },
    );
  });
});

function segmentsMatch(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') {
    if (rest.length === 0) return path.length > 0;
    return segmentsMatch(rest, path) || (path.length > 0 && segmentsMatch(pattern, path.slice(1)));
  }
  return path.length > 0 && segmentMatches(first, path[0]!) && segmentsMatch(rest, path.slice(1));
}

function segmentMatches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') {
    return segmentMatches(pattern.slice(1), text) || (text !== '' && segmentMatches(pattern, text.slice(1)));
  }
  if (text === '') return false;
  const set = /^\[(!?)([^\]]*)\]/.exec(pattern);
  if (set) {
    return (
      set[2]!.includes(text[0]!) === (set[1] === '') && segmentMatches(pattern.slice(set[0].length), text.slice(1))
    );
  }
  return (pattern[0] === '?' || pattern[0] === text[0]) && segmentMatches(pattern.slice(1), text.slice(1));
}

describe('expandGlob', () => {
  const LAKE = [
    'lake/a/x-1.parquet',
    'lake/a/x-2.parquet',
    'lake/b/c/x-3.parquet',
    'lake/b/y-1.parquet',
    'lake/x-0.parquet',
    'lake/x-0.txt',
    'other/x-1.parquet',
  ];

  test('finds what matches, sorted, each once', async () => {
    expect(await matching(LAKE, 'lake/**/x-*.parquet')).toEqual([
      'lake/a/x-1.parquet',
      'lake/a/x-2.parquet',
      'lake/b/c/x-3.parquet',
      'lake/x-0.parquet',
    ]);
    expect(await matching(LAKE, '{lake/a,lake/a,other}/*')).toEqual([
      'lake/a/x-1.parquet',
      'lake/a/x-2.parquet',
      'other/x-1.parquet',
    ]);
    expect(await matching(LAKE, '**')).toEqual(LAKE);
    expect(await matching(LAKE, 'none/*')).toEqual([]);
    expect(await matching(LAKE, '{lake,lake/a,lake/b}/*.parquet')).toEqual([
      'lake/a/x-1.parquet',
      'lake/a/x-2.parquet',
      'lake/b/y-1.parquet',
      'lake/x-0.parquet',
    ]);
    expect(await matching(LAKE, '{lake/x-0,lake/a/x-{1..900}}.parquet')).toEqual([
      'lake/a/x-1.parquet',
      'lake/a/x-2.parquet',
      'lake/x-0.parquet',
    ]);
  });

  test('a path without wildcards costs one head and no listing', async () => {
    const store = await storeWith(LAKE);
    expect((await expandGlob(store, 'lake/x-0.txt')).map(({ path }) => path)).toEqual(['lake/x-0.txt']);
    expect(await expandGlob(store, 'lake/none')).toEqual([]);
    expect(store.counts().requests).toMatchObject({ head: 2, list: 0 });
  });

  test('a listing begins at the longest literal text and stays in its folder where the pattern does', async () => {
    const seen: unknown[] = [];
    const store = await storeWith(LAKE);
    const spy = {
      list(prefix: string, options: { delimiter?: '/' }) {
        seen.push([prefix, options.delimiter]);
        return store.list(prefix, options);
      },
    } as typeof store;
    await expandGlob(spy, 'lake/a/x-*.parquet');
    await expandGlob(spy, 'lake/**/x-*.parquet');
    await expandGlob(spy, 'lake/?/x-1.parquet');
    await expandGlob(spy, '*');
    await expandGlob(spy, 'lake/{a,b}/*');
    await expandGlob(spy, 'lake\\*/x*');
    expect(seen).toEqual([
      ['lake/a/x-', '/'],
      ['lake/', undefined],
      ['lake/', undefined],
      ['', '/'],
      ['lake/a/', '/'],
      ['lake/b/', '/'],
      ['lake*/x', '/'],
    ]);
  });

  test('equals matching every path that there is', async () => {
    const name = fc.constantFrom('a', 'b', 'ab', '.c', 'd.p');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const part = fc.constantFrom('a', '*', '**', '?', '{a,b}', '*.p', 'd.p', '{a,ab/d.p,*}', '[ab]*', '.c', '.*');
    const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.array(path, { maxLength: 20 }), pattern, async (paths, glob) => {
        const matches = globMatcher(glob);
        const expected = [...new Set(paths)]
          .filter((candidate) => isObjectPath(candidate) && matches(candidate))
          .sort();
        expect(await matching(paths, glob)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('refuses to hold more than it may', async () => {
    const store = await storeWith(LAKE);
    await expect(expandGlob(store, 'lake/**', { maxObjects: 3 })).rejects.toMatchObject({ code: 'RESULT_LIMIT' });
    await expect(expandGlob(store, 'lake/**', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  test('hasGlob tells a pattern from a path', () => {
    expect(['a*', 'a?', '[a]', '{a,b}', 'a\\*'].every(hasGlob)).toBe(true);
    expect(hasGlob('lake/x=1/part (1).parquet')).toBe(false);
  });
});
