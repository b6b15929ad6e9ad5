import { expect, test } from 'vitest';
import { countingStore } from './counting-store.ts';
import { faultyStore } from './faulty-store.ts';
import { memoryStore } from './memory-store.ts';

test('counts calls, requests and bytes by operation', async () => {
  const store = countingStore(memoryStore({ pageSize: 2 }));
  for (const name of ['a', 'b', 'c']) await store.put(name, new Uint8Array(1000));
  for await (const _ of (await store.get('a', { range: { offset: 10, length: 100 } })).body);
  await store.getRanges('a', [
    { offset: 0, length: 7 },
    { offset: 0, length: 0 },
    { offset: 9, length: 3 },
  ]);
  await store.getRanges('a', []);
  await store.head('a');
  for await (const _ of store.list());
  await store.delete('a');
  await expect(store.head('a')).rejects.toThrow();
  expect(store.counts()).toEqual({
    calls: { get: 1, getRanges: 2, head: 2, list: 1, put: 3, delete: 1 },
    requests: { get: 1, getRanges: 3, head: 2, list: 2, put: 3, delete: 1 },
    bytesRead: 110,
    bytesWritten: 3000,
    errors: 1,
    inFlight: 0,
    peakInFlight: 1,
  });
  const before = store.counts();
  store.resetCounts();
  expect(before.calls.put).toBe(3);
  expect(store.counts().calls.put).toBe(0);
});

test('an open body is in flight, and one that fails is an error', async () => {
  const inner = memoryStore();
  await inner.put('a', new Uint8Array(200_000));
  const fault = { fault: 'truncated-body', requests: [2] } as const;
  const store = countingStore(faultyStore(inner, { seed: 1, faults: [fault] }));
  const first = await store.get('a');
  const second = await store.get('a');
  expect(store.counts()).toMatchObject({ inFlight: 2, peakInFlight: 2, errors: 0 });
  await first.body.cancel();
  await expect(second.body.pipeTo(new WritableStream())).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(store.counts()).toMatchObject({ inFlight: 0, errors: 1 });
  expect(store.counts().bytesRead).toBeLessThan(200_000);
});
