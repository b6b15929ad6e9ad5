import { expect, test } from 'vitest';
import { countingStore } from './counting-store.ts';
import { limitStore } from './limit-store.ts';
import { memoryStore } from './memory-store.ts';
import type { ObjectStore } from './object-store.ts';
import { copyObject } from './write-object.ts';

/** A memory store whose reads wait until they are let through. */
async function gatedStore() {
  const inner = memoryStore();
  await inner.put('object', new Uint8Array(200_000));
  const waiting: (() => void)[] = [];
  const gated: ObjectStore = Object.assign(Object.create(inner) as ObjectStore, {
    head: async (...args: Parameters<ObjectStore['head']>) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return inner.head(...args);
    },
    get: inner.get.bind(inner),
    put: inner.put.bind(inner),
    list: inner.list.bind(inner),
    close: inner.close.bind(inner),
  });
  return { store: gated, waiting };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test('no more calls are in flight than the limit, and the others follow in order', async () => {
  const { store: gated, waiting } = await gatedStore();
  const store = limitStore(gated, { maxReads: 3 });
  const done: number[] = [];
  const calls = Array.from({ length: 8 }, (_, i) => store.head('object').then(() => done.push(i)));
  for (let i = 0; i < 8; i++) {
    await turn();
    expect(waiting.length).toBe(Math.min(3, 8 - i));
    waiting.shift()!();
  }
  await Promise.all(calls);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a call that waits leaves the queue when its signal aborts, and takes no slot', async () => {
  const { store: gated, waiting } = await gatedStore();
  const store = limitStore(gated, { maxReads: 1 });
  const first = store.head('object');
  const controller = new AbortController();
  const second = store.head('object', { signal: controller.signal });
  const third = store.head('object');
  await turn();
  controller.abort();
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
  waiting.shift()!();
  await first;
  await turn();
  waiting.shift()!();
  await third;
});

test('a body holds its slot until it is read, cancelled or aborted', async () => {
  const counting = countingStore((await gatedStore()).store);
  const store = limitStore(counting, { maxReads: 2 });
  const controller = new AbortController();
  const first = await store.get('object');
  const second = await store.get('object', { signal: controller.signal });
  const third = store.get('object');
  await turn();
  expect(counting.counts().calls.get).toBe(2);
  await first.body.cancel();
  const { body } = await third;
  const fourth = store.get('object');
  await turn();
  expect(counting.counts().calls.get).toBe(3);
  controller.abort();
  await expect(second.body.getReader().read()).rejects.toMatchObject({ code: 'ABORTED' });
  await (await fourth).body.cancel();
  for await (const _ of body);
  expect(counting.counts()).toMatchObject({ inFlight: 0, peakInFlight: 2 });
});

test('closing refuses the calls that wait', async () => {
  const { store: gated } = await gatedStore();
  const store = limitStore(gated, { maxReads: 1 });
  const held = await store.get('object');
  const waiting = store.get('object');
  await turn();
  await store.close();
  await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
  await held.body.cancel();
});

test('copies within one store never wait for each other', async () => {
  const { store: gated } = await gatedStore();
  const store = limitStore(gated, { maxReads: 1 });
  await Promise.all(
    Array.from({ length: 6 }, (_, i) => copyObject({ store, path: 'object' }, { store, path: `copy-${i}` })),
  );
  const paths: string[] = [];
  for await (const page of store.list('copy-')) paths.push(...page.objects.map(({ path }) => path));
  expect(paths.length).toBe(6);
});

test.each([0, -1, 1.5, Number.NaN, '5'])('refuses a limit of %o', (maxReads) => {
  expect(() => limitStore(memoryStore(), { maxReads: maxReads as number })).toThrow(
    expect.objectContaining({ code: 'BAD_SETTING' }),
  );
});
