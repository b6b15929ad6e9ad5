import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LATENCY_PRESETS, type LatencyTable, latencyAt, latencyTable } from './latency-table.ts';
import { memoryStore } from './memory-store.ts';
import { RequestCapacity } from './request-capacity.ts';
import { type ThrottledStoreSettings, throttledStore } from './throttled-store.ts';

const MINUTE = 60_000;

async function storeWith(settings: Omit<ThrottledStoreSettings, 'seed'>) {
  const inner = memoryStore();
  await inner.put('lake/a', new Uint8Array(200_000));
  await inner.put('other/a', new Uint8Array(10));
  const slept: number[] = [];
  let nowMs = 0;
  const store = throttledStore(
    inner,
    { seed: 7, ...settings },
    {
      nowMs: () => nowMs,
      sleep: async (delayMs) => {
        slept.push(delayMs);
      },
    },
  );
  return {
    store,
    slept,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('latency tables', () => {
  test('are interpolated on a logarithmic scale and end at their ends', () => {
    const table: LatencyTable = [
      [0.1, 10],
      [0.5, 40],
    ];
    expect(latencyAt(table, 0.3)).toBeCloseTo(20, 10);
    expect(latencyAt(table, 0)).toBe(10);
    expect(latencyAt(table, 0.9)).toBe(40);
    expect(latencyAt(LATENCY_PRESETS['s3-standard'], 0.999)).toBe(178);
  });

  test('never descend', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const table = LATENCY_PRESETS['s3-standard'];
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(latencyAt(table, low)).toBeLessThanOrEqual(latencyAt(table, high));
      }),
    );
  });

  test.each<[unknown]>([
    ['s4'],
    [[]],
    [
      [
        [0.5, 3],
        [0.2, 4],
      ],
    ],
    [
      [
        [0, 5],
        [1, 4],
      ],
    ],
    [[[0, -1]]],
    [[[2, 1]]],
  ])('refuses %j', (table) => {
    expect(() => latencyTable(table as LatencyTable)).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
  });
});

describe('a throttled store', () => {
  test('waits for latencies that have the distribution of the table', async () => {
    const { store, slept } = await storeWith({ latency: 's3-standard' });
    for (let i = 0; i < 20_000; i++) await store.head('lake/a');
    slept.sort((a, b) => a - b);
    for (const [share, ms] of LATENCY_PRESETS['s3-standard'].slice(1, 9)) {
      expect(Math.abs(slept[Math.floor(share * slept.length)]! / ms - 1)).toBeLessThan(0.08);
    }
  });

  test('the same seed gives the same latencies, and a factor multiplies them', async () => {
    const one = await storeWith({ latency: 's3-standard' });
    const two = await storeWith({ latency: 's3-standard', latencyFactor: 2 });
    for (let i = 0; i < 20; i++) {
      await one.store.head('lake/a');
      await two.store.head('lake/a');
    }
    expect(two.slept.map((ms) => ms / 2)).toEqual(one.slept);
  });

  test('ranges wait for the slowest of them; bytes take their time on a connection', async () => {
    const { store, slept } = await storeWith({ latency: [[0, 10]], connectionBytesPerSecond: 1_000_000 });
    await store.getRanges('lake/a', [
      { offset: 0, length: 5_000 },
      { offset: 9_000, length: 50_000 },
    ]);
    expect(slept).toEqual([60]);
    for await (const _ of (await store.get('lake/a')).body);
    expect(slept[1]).toBe(10);
    expect(slept.slice(2).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(200, 6);
  });

  test('bytes of all requests stand in line at the network card', async () => {
    const { store, slept } = await storeWith({ networkBytesPerSecond: 1_000_000 });
    const range = [{ offset: 0, length: 10_000 }];
    await Promise.all([1, 2, 3].map(() => store.getRanges('lake/a', range)));
    expect(slept).toEqual([10, 20, 30]);
  });

  test('a prefix refuses what is beyond its rate, others do not', async () => {
    const { store, wait } = await storeWith({ capacity: { readsPerSecond: 10, writesPerSecond: 5 } });
    for (let i = 0; i < 10; i++) await store.head('lake/a');
    await expect(store.head('lake/a')).rejects.toMatchObject({
      code: 'THROTTLED',
      retryable: true,
      details: { prefix: 'lake' },
    });
    await store.head('other/a');
    wait(500);
    for (let i = 0; i < 5; i++) await store.head('lake/a');
    await expect(store.head('lake/a')).rejects.toMatchObject({ code: 'THROTTLED' });
  });

  test('an abort ends the wait at once', async () => {
    const inner = memoryStore();
    await inner.put('a', new Uint8Array(1));
    const store = throttledStore(inner, { seed: 1, latency: [[0, 60_000]] });
    const controller = new AbortController();
    const waiting = store.head('a', { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test.each<[string, Partial<ThrottledStoreSettings>]>([
    ['a seed that is none', { seed: Number.NaN }],
    ['a bandwidth of zero', { connectionBytesPerSecond: 0 }],
    ['a factor below zero', { latencyFactor: -1 }],
    ['no rate', { capacity: { readsPerSecond: 0, writesPerSecond: 1 } }],
    ['half a folder', { prefixDepth: 0.5 }],
  ])('refuses %s', (_, settings) => {
    expect(() => throttledStore(memoryStore(), { seed: 1, ...settings })).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING' }),
    );
  });
});

describe('request capacity', () => {
  test('never grants more than its burst and its rate', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ gap: fc.double({ min: 0, max: 400, noNaN: true }), count: fc.integer({ min: 1, max: 50 }) }),
          {
            maxLength: 200,
          },
        ),
        (calls) => {
          const capacity = new RequestCapacity({ readsPerSecond: 100, writesPerSecond: 1 });
          const granted: { at: number; count: number }[] = [];
          let nowMs = 0;
          for (const { gap, count } of calls) {
            nowMs += gap;
            if (capacity.take('read', count, nowMs)) granted.push({ at: nowMs, count });
            expect(capacity.available.reads).toBeLessThanOrEqual(100);
          }
          granted.forEach((first, i) => {
            let total = 0;
            for (const { at, count } of granted.slice(i)) {
              total += count;
              expect(total).toBeLessThanOrEqual(100 + (100 * (at - first.at)) / 1000 + 1e-6);
            }
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('splits after demand beyond it for as long as warming takes, and cools down after quiet days', () => {
    const capacity = new RequestCapacity({ readsPerSecond: 100, writesPerSecond: 100 });
    let nowMs = 0;
    const splitsAt: number[] = [];
    let last = 1;
    for (; nowMs < 50 * MINUTE; nowMs += 10) {
      capacity.take('read', 8, nowMs);
      if (capacity.numPartitions > last) splitsAt.push(nowMs / MINUTE);
      last = capacity.numPartitions;
    }
    expect(splitsAt.map(Math.round)).toEqual([20, 40]);
    capacity.take('read', 1, nowMs + 47 * 60 * MINUTE);
    expect(capacity.numPartitions).toBe(4);
    capacity.take('read', 1, nowMs + 49 * 60 * MINUTE);
    expect(capacity.numPartitions).toBe(2);
    capacity.take('read', 1, nowMs + 97 * 60 * MINUTE);
    expect(capacity.numPartitions).toBe(1);
  });
});
