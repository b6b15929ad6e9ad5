import { expect, test } from 'vitest';
import { listAll } from './list-objects.ts';
import { memoryStore } from './memory-store.ts';
import { getBytes, getText } from './read-object.ts';
import { copyObject, putText } from './write-object.ts';

test('takes the time from its clock', async () => {
  const store = memoryStore({}, { clock: { wallMs: () => 1_700_000_000_000, monotonicMs: () => 0 } });
  expect((await store.put('a', new Uint8Array(3))).lastModifiedMs).toBe(1_700_000_000_000);
});

test('refuses to hold more than it may, and gives room again', async () => {
  const store = memoryStore({ maxBytes: 100 });
  await store.put('a', new Uint8Array(60));
  await expect(store.put('b', new Uint8Array(41))).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
  await store.put('a', new Uint8Array(100));
  await store.delete('a');
  await store.put('b', new Uint8Array(100));
});

test('what is put and what is got are copies', async () => {
  const store = memoryStore();
  const bytes = Uint8Array.of(1, 2, 3);
  await store.put('a', bytes);
  bytes.fill(9);
  const read = await getBytes(store, 'a');
  expect(read).toEqual(Uint8Array.of(1, 2, 3));
  read.fill(9);
  expect(await getBytes(store, 'a')).toEqual(Uint8Array.of(1, 2, 3));
});

test('text, copies and listings of everything', async () => {
  const store = memoryStore({ pageSize: 2 });
  for (const name of ['x/1', 'x/2', 'x/3', 'y']) await putText(store, name, `text of ${name} ä`);
  expect(await getText(store, 'x/2')).toBe('text of x/2 ä');
  expect((await listAll(store, 'x/')).map(({ path }) => path)).toEqual(['x/1', 'x/2', 'x/3']);
  await expect(listAll(store, '', { maxObjects: 3 })).rejects.toMatchObject({ code: 'RESULT_LIMIT' });

  const other = memoryStore();
  await copyObject({ store, path: 'y' }, { store: other, path: 'z' }, { ifNoneMatch: '*' });
  expect(await getText(other, 'z')).toBe('text of y ä');
  const again = copyObject({ store, path: 'y' }, { store: other, path: 'z' }, { ifNoneMatch: '*' });
  await expect(again).rejects.toMatchObject({ code: 'OBJECT_EXISTS' });
  const stale = copyObject({ store, path: 'y', ifMatch: 'old' }, { store: other, path: 'z' });
  await expect(stale).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
});

test('an object that is too large or no text is refused', async () => {
  const store = memoryStore();
  await store.put('a', Uint8Array.of(0xff, 0xfe));
  await expect(getText(store, 'a')).rejects.toMatchObject({ code: 'BAD_ENCODING' });
  await expect(getBytes(store, 'a', { maxBytes: 1 })).rejects.toMatchObject({ code: 'RESULT_LIMIT' });
  expect(await getBytes(store, 'a', { maxBytes: 1, range: { suffix: 1 } })).toEqual(Uint8Array.of(0xfe));
});
