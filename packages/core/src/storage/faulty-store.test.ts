import { describe, expect, test } from 'vitest';
import { seededRandom } from '../runtime/random.ts';
import type { FaultName, FaultRule } from './fault.ts';
import { faultyStore } from './faulty-store.ts';
import { memoryStore } from './memory-store.ts';
import { getBytes } from './read-object.ts';

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);

async function storeWith(faults: readonly FaultRule[], seed = 1) {
  const inner = memoryStore();
  await inner.put('object', BYTES);
  return { inner, store: faultyStore(inner, { seed, faults }) };
}

describe('refusals', () => {
  test.each([
    ['throttled', 'THROTTLED'],
    ['timeout', 'TIMEOUT'],
    ['connection-reset', 'CONNECTION_LOST'],
    ['access-denied', 'PERMISSION_DENIED'],
  ] as const)('%s is %s in every operation, and nothing is done', async (fault, code) => {
    const { inner, store } = await storeWith([{ fault, rate: 1 }]);
    await expect(store.get('object')).rejects.toMatchObject({ code });
    await expect(store.getRanges('object', [])).rejects.toMatchObject({ code });
    await expect(store.head('object')).rejects.toMatchObject({ code });
    await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code });
    await expect(store.put('other', BYTES)).rejects.toMatchObject({ code });
    await expect(store.delete('object')).rejects.toMatchObject({ code });
    await expect(inner.head('other')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    await inner.head('object');
    expect(store.faultCounts()[fault]).toBe(6);
  });

  test('throttling says 503 and how long to wait', async () => {
    const { store } = await storeWith([{ fault: 'throttled', rate: 1, retryAfterMs: 250 }]);
    await expect(store.head('object')).rejects.toMatchObject({
      retryable: true,
      details: { status: 503, retryAfterMs: 250, injected: true },
    });
  });
});

describe('faults of the answer', () => {
  test('truncated-body: some bytes, then the connection is lost', async () => {
    const { store } = await storeWith([{ fault: 'truncated-body', rate: 1 }]);
    await expect(getBytes(store, 'object')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const into = new Uint8Array(BYTES.length);
    const range = { offset: 0, length: BYTES.length };
    await expect(store.getRanges('object', [range], { into })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const arrived = into.findLastIndex((byte) => byte !== 0);
    expect(arrived).toBeLessThan(BYTES.length);
    expect(into.subarray(0, arrived)).toEqual(BYTES.subarray(0, arrived));
  });

  test('corrupt-body: exactly one bit differs', async () => {
    const { store } = await storeWith([{ fault: 'corrupt-body', rate: 1 }]);
    const whole = { offset: 0, length: BYTES.length };
    for (const bytes of [await getBytes(store, 'object'), (await store.getRanges('object', [whole])).ranges[0]!]) {
      let numBits = 0;
      bytes.forEach((byte, i) => {
        for (let diff = byte ^ BYTES[i]!; diff; diff &= diff - 1) numBits += 1;
      });
      expect(numBits).toBe(1);
    }
  });

  test('changed-object: a pinned read mismatches, an unpinned one sees another version', async () => {
    const { inner, store } = await storeWith([{ fault: 'changed-object', rate: 1 }]);
    const { version } = await inner.head('object');
    await expect(store.getRanges('object', [], { ifMatch: version })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    const changed = await store.head('object');
    expect(changed.version).not.toBe(version);
    await expect(inner.get('object', { ifMatch: changed.version })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
  });

  test('lost-answer: the write is done but reported as lost', async () => {
    const { inner, store } = await storeWith([{ fault: 'lost-answer', rate: 1 }]);
    await expect(store.put('new', BYTES)).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
    await inner.head('new');
    await expect(store.delete('new')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(inner.head('new')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  });

  test('slow-first-byte: waits as long as it should, and no longer than the signal', async () => {
    const inner = memoryStore();
    await inner.put('object', BYTES);
    const slept: number[] = [];
    const settings = { seed: 1, faults: [{ fault: 'slow-first-byte', rate: 1, delayMs: 30_000 } as const] };
    const store = faultyStore(inner, settings, { sleep: async (delayMs) => void slept.push(delayMs) });
    await store.head('object');
    expect(slept).toEqual([30_000]);
    const controller = new AbortController();
    const waiting = faultyStore(inner, settings).head('object', { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('which requests', () => {
  const outcomes = async (faults: readonly FaultRule[], seed: number) => {
    const { store } = await storeWith(faults, seed);
    const result: boolean[] = [];
    for (let i = 0; i < 200; i++)
      result.push(
        await store.head('object').then(
          () => true,
          () => false,
        ),
      );
    return result;
  };

  test('the same seed gives the same faults, another seed others, at about the rate', async () => {
    const rules = [{ fault: 'throttled', rate: 0.3 }] as const;
    const first = await outcomes(rules, 7);
    expect(await outcomes(rules, 7)).toEqual(first);
    expect(await outcomes(rules, 8)).not.toEqual(first);
    const numFailed = first.filter((ok) => !ok).length;
    expect(numFailed).toBeGreaterThan(30);
    expect(numFailed).toBeLessThan(90);
  });

  test('a rule more does not move the faults of the others', async () => {
    const first = await outcomes([{ fault: 'throttled', rate: 0.3 }], 7);
    const both = await outcomes(
      [
        { fault: 'throttled', rate: 0.3 },
        { fault: 'timeout', rate: 0.5 },
      ],
      7,
    );
    expect(both.every((ok, i) => first[i] || !ok)).toBe(true);
  });

  test('scripted: these requests of that operation on that path, so many times', async () => {
    const { store } = await storeWith([
      { fault: 'timeout', requests: [2, 4, 5], operations: ['head'], pathPrefix: 'obj', times: 2 },
    ]);
    await store.put('other', BYTES);
    const result: boolean[] = [];
    for (let i = 0; i < 6; i++) {
      await store.head('other');
      await getBytes(store, 'object');
      result.push(
        await store.head('object').then(
          () => true,
          () => false,
        ),
      );
    }
    expect(result).toEqual([true, false, true, false, true, true]);
  });

  test.each<[string, unknown]>([
    ['an unknown fault', { fault: 'flood', rate: 1 }],
    ['no rate and no requests', { fault: 'timeout' }],
    ['both', { fault: 'timeout', rate: 1, requests: [1] }],
    ['a rate above one', { fault: 'timeout', rate: 2 }],
    ['a request number of zero', { fault: 'timeout', requests: [0] }],
    ['an operation that it cannot befall', { fault: 'lost-answer', rate: 1, operations: ['get'] }],
    ['a negative delay', { fault: 'slow-first-byte', rate: 1, delayMs: -1 }],
  ])('refuses a rule with %s', (_, rule) => {
    const settings = { seed: 1, faults: [rule as FaultRule] };
    expect(() => faultyStore(memoryStore(), settings)).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
  });
});

test('a given source of randomness decides, and cannot travel', async () => {
  const inner = Object.assign(Object.create(memoryStore()) as ReturnType<typeof memoryStore>, {
    capabilities: { ...memoryStore().capabilities, rebuildable: true },
  });
  const fault: FaultName = 'throttled';
  const settings = { seed: 1, faults: [{ fault, rate: 0.5 }] };
  const store = faultyStore(inner, settings, { random: seededRandom(3) });
  expect(store.capabilities.rebuildable).toBe(false);
  expect(() => store.descriptor()).toThrow(expect.objectContaining({ code: 'FEATURE_NOT_IMPLEMENTED' }));
  expect(faultyStore(inner, settings).capabilities.rebuildable).toBe(true);
});
