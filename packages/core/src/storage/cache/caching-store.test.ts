import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QueryError } from '../../error/index.ts';
import { MemoryAccount } from '../../runtime/memory-ledger.ts';
import { countingStore } from '../counting-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { ByteRange, GetRangesOptions } from '../object-store.ts';
import { onNetwork } from '../on-network.fixture.ts';
import { RequestMeter } from '../policy/request-meter.ts';
import { cachingStore, SharedCache } from './caching-store.ts';
import { RangeCache } from './range-cache.ts';

const BYTES = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

async function world(maxBytes: number, limitBytes = 1_000_000, serve?: (options: GetRangesOptions) => Promise<void>) {
  const inner = memoryStore();
  const { version } = await inner.put('a', BYTES);
  const counting = countingStore(
    onNetwork(inner, {
      async getRanges(path, ranges, options = {}) {
        await serve?.(options);
        return inner.getRanges(path, ranges, options);
      },
    }),
  );
  const account = new MemoryAccount('test', { limitBytes });
  const ranges = new RangeCache({ maxBytes, keepFreeBytes: limitBytes / 4 }, account);
  const cache = new SharedCache(ranges);
  const meter = new RequestMeter();
  const store = cachingStore(counting, cache, 'lake', meter);
  const read = async (list: readonly ByteRange[], options: GetRangesOptions = {}) => {
    const answer = await store.getRanges('a', list, { ifMatch: version, ...options });
    list.forEach(({ offset, length }, i) => {
      expect(Buffer.compare(answer.ranges[i]!, BYTES.subarray(offset, offset + length))).toBe(0);
    });
    expect(answer.metadata).toMatchObject({ path: 'a', version, size: BYTES.length });
  };
  return { inner, counting, account, ranges, cache, meter, store, read, version };
}

test('what was read is not asked for again, also in other pieces; the rest is', async () => {
  const { read, counting, meter } = await world(20_000);
  await read([
    { offset: 100, length: 400 },
    { offset: 1000, length: 100 },
  ]);
  await read([{ offset: 150, length: 50 }]);
  expect(counting.counts()).toMatchObject({ calls: { getRanges: 1 }, bytesRead: 500 });
  await read([{ offset: 50, length: 2000 }]);
  expect(counting.counts()).toMatchObject({ bytesRead: 500 + 1500 });
  await read([{ offset: 60, length: 1900 }]);
  expect(counting.counts()).toMatchObject({ bytesRead: 2000 });
  expect(meter.counts()).toMatchObject({ bytesFromCache: 50 + 500 + 1900 });
});

test('whatever is read in whatever order, the bytes are those of the object and the limits hold', async () => {
  const range = fc.record({ offset: fc.nat(9000), length: fc.nat(1000) });
  const reads = fc.array(fc.array(range, { maxLength: 4 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(reads, fc.integer({ min: 1, max: 5000 }), fc.boolean(), async (list, maxBytes, isParallel) => {
      const { read, ranges, account } = await world(maxBytes, 6000);
      const into = (wanted: readonly ByteRange[]) =>
        new Uint8Array(wanted.reduce((sum, { length }) => sum + length, 0));
      const run = (wanted: readonly ByteRange[]) => read(wanted, { into: into(wanted) });
      if (isParallel) await Promise.all(list.map(run));
      else for (const wanted of list) await run(wanted);
      expect(ranges.usedBytes).toBeLessThanOrEqual(maxBytes);
      expect(account.usedBytes).toBe(ranges.usedBytes);
    }),
  );
});

test('another version is another object, and reads without a version are not cached', async () => {
  const { store, inner, counting, read } = await world(20_000);
  await read([{ offset: 0, length: 100 }]);
  const other = await inner.put('a', BYTES.toReversed());
  const { ranges } = await store.getRanges('a', [{ offset: 0, length: 100 }], { ifMatch: other.version });
  expect(ranges[0]).toEqual(BYTES.toReversed().slice(0, 100));
  // The snapshot of a query that began before.
  await read([{ offset: 0, length: 100 }]);
  expect(counting.counts().calls.getRanges).toBe(2);
  await store.getRanges('a', [{ offset: 0, length: 100 }]);
  await store.getRanges('a', [{ offset: 0, length: 100 }]);
  expect(counting.counts().calls.getRanges).toBe(4);
});

test('a scan of more than fits does not drive out what is used often', async () => {
  const { read, counting } = await world(2000);
  const often = [{ offset: 0, length: 500 }];
  await read(often);
  for (let offset = 1000; offset < 10_000; offset += 500) {
    await read([{ offset, length: 500 }]);
    await read(often);
  }
  expect(counting.counts().bytesRead).toBe(500 + 18 * 500);
  // What is asked for a second time is let in.
  for (let i = 0; i < 3; i++) await read([{ offset: 9000, length: 500 }]);
  expect(counting.counts().bytesRead).toBe(500 + 18 * 500 + 500);
});

test('the cache gives way when memory gets scarce', async () => {
  const { read, ranges, account } = await world(8000, 10_000);
  for (let offset = 0; offset < 5000; offset += 500) await read([{ offset, length: 500 }]);
  expect(ranges.usedBytes).toBe(5000);
  account.reserve(4000);
  await read([{ offset: 9000, length: 10 }]);
  expect(account.availableBytes).toBeGreaterThanOrEqual(2500 - 10);
  account.release(4000);
});

test('reads of the same bytes at the same time share one request, each into its own memory', async () => {
  const gate = Promise.withResolvers<void>();
  const { read, counting, meter } = await world(20_000, 1_000_000, () => gate.promise);
  const reads = Array.from({ length: 5 }, () =>
    read([{ offset: 10, length: 1000 }], { into: new Uint8Array(new SharedArrayBuffer(1000)) }),
  );
  gate.resolve();
  await Promise.all(reads);
  expect(counting.counts().requests.getRanges).toBe(1);
  expect(meter.counts()).toMatchObject({ numCacheHits: 4, bytesFromCache: 4000 });
});

test('who follows a read that fails or is aborted reads for itself; who gives up gets nothing written', async () => {
  let numCalls = 0;
  const gate = Promise.withResolvers<void>();
  const { read, counting, cache } = await world(20_000, 1_000_000, async ({ signal }) => {
    numCalls += 1;
    if (numCalls > 1) return;
    await gate.promise;
    if (signal?.aborted) throw new QueryError('ABORTED', 'Aborted.');
    throw new QueryError('CONNECTION_LOST', 'Lost.');
  });
  const range = [{ offset: 10, length: 1000 }];
  const failing = expect(read(range)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  const abort = new AbortController();
  const memory = new Uint8Array(1000);
  const leaving = expect(read(range, { signal: abort.signal, into: memory })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  const following = read(range);
  abort.abort();
  await leaving;
  gate.resolve();
  await failing;
  await following;
  expect(memory.every((byte) => byte === 0)).toBe(true);
  expect(counting.counts().calls.getRanges).toBe(2);
  expect(cache.reads.size).toBe(0);
});
