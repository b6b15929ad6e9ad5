import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePaths, isObjectPath, validateListPrefix, validateObjectPath } from './object-path.ts';

const segment = fc.oneof(
  fc.constantFrom('a', '..', '.', '', 'x.parquet', '...', ' ', '\\', '\0', 'é', '\u{1f600}', '\ud800', '\n', '~'),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const anyPath = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'));

describe('validateObjectPath', () => {
  test('accepts exactly what a URL or a file system takes for the same path', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const parts = path.split('/');
        const good =
          path !== '' &&
          path.isWellFormed() &&
          new TextEncoder().encode(path).length <= 1024 &&
          parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
          ![...path].some((char) => char < ' ' || char === '\x7f' || char === '\\');
        expect(isObjectPath(path)).toBe(good);
      }),
    );
  });

  test('an accepted path stays below any root', () => {
    fc.assert(
      fc.property(anyPath.filter(isObjectPath), (path) => {
        const encoded = path.split('/').map(encodeURIComponent).join('/');
        // encodeURIComponent leaves dots, which are what a URL resolves.
        expect(new URL(encoded, 'file:///root/of/store/').pathname).toMatch(/^\/root\/of\/store\/./);
      }),
    );
  });

  test('says what is wrong, with control characters made visible', () => {
    expect(() => validateObjectPath('a\nb')).toThrow(/"a\\nb" contains a control character at position 1/);
    expect(() => validateObjectPath('a/../../etc/passwd')).toThrow(
      expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT', kind: 'AccessDenied' }),
    );
    expect(() => validateObjectPath('/etc/passwd')).toThrow(/relative to the root/);
    expect(() => validateObjectPath('x'.repeat(1025))).toThrow(/longer than 1024 bytes/);
    expect(() => validateObjectPath('ä'.repeat(512))).not.toThrow();
    expect(() => validateObjectPath('ä'.repeat(513))).toThrow(/longer than 1024 bytes/);
  });
});

test('a list prefix is whatever can begin a path', () => {
  fc.assert(
    fc.property(anyPath.filter(isObjectPath), fc.nat(), (path, at) => {
      const prefix = path.slice(0, at % (path.length + 1));
      if (prefix.isWellFormed()) expect(() => validateListPrefix(prefix)).not.toThrow();
    }),
  );
  for (const bad of ['/', 'a//', '../', './', 'a/../b', 'a\\']) expect(() => validateListPrefix(bad)).toThrow();
});

test('paths are ordered as their UTF-8 bytes are', () => {
  const text = fc.string({
    unit: fc.constantFrom(
      'a',
      'b',
      '/',
      '.',
      '\x7f',
      '\u00e9',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
    ),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [x, y] = [a, b].map((value) => [...new TextEncoder().encode(value)]) as [number[], number[]];
      const at = x.findIndex((byte, i) => byte !== y[i]);
      const expected = at < 0 ? x.length - y.length : x[at]! - (y[at] ?? -1);
      expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(expected));
    }),
    { numRuns: 1000 },
  );
});
