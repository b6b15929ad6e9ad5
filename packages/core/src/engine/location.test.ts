import { expect, test } from 'vitest';
import { memoryStore } from '../storage/index.ts';
import { resolveLocation } from './location.ts';

const stores = { lake: memoryStore(), default: memoryStore() };

test.each([
  ['lake/a/*.parquet', { store: 'lake', path: 'a/*.parquet' }],
  ['lake://a/b.parquet', { store: 'lake', path: 'a/b.parquet' }],
  ['other/a.parquet', { store: 'default', path: 'other/a.parquet' }],
])('%s', (location, expected) => {
  expect(resolveLocation(location, { stores })).toEqual(expected);
});

test('an unknown store is named with those that there are', () => {
  expect(() => resolveLocation('s3://bucket/key', { stores: { lake: stores.lake } })).toThrow(
    expect.objectContaining({ code: 'STORE_NOT_FOUND', hint: expect.stringContaining("'lake/...'") }),
  );
});

test('a resolver of its own is asked first', () => {
  const resolve = (location: string) => (location === 'x' ? { store: 'lake', path: 'y' } : undefined);
  expect(resolveLocation('x', { stores, resolveLocation: resolve })).toEqual({ store: 'lake', path: 'y' });
});
