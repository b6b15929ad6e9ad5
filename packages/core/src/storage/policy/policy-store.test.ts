import { expect, test } from 'vitest';
import { QueryError } from '../../error/index.ts';
import { seededRandom } from '../../runtime/random.ts';
import { sleep } from '../../runtime/timers.ts';
import { VirtualTime } from '../../runtime/virtual-time.fixture.ts';
import { listAll } from '../list-objects.ts';
import { memoryStore } from '../memory-store.ts';
import { bodyStream, collectBody } from '../object-body.ts';
import type { ByteRange, GetRangesOptions, ObjectStore } from '../object-store.ts';
import { onNetwork } from '../on-network.fixture.ts';
import { objectNotFound } from '../store-error.ts';
import { policyStore } from './policy-store.ts';
import { RequestMeter } from './request-meter.ts';
import { RequestPolicies, type RequestPolicySettings } from './request-policies.ts';

const MIB = 2 ** 20;
const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

interface World {
  readonly time: VirtualTime;
  readonly meter: RequestMeter;
  readonly policies: RequestPolicies;
  readonly store: ObjectStore;
  /** The ranges that the store below was asked for. */
  readonly asked: ByteRange[];
}

type Serve = (numBefore: number, options: GetRangesOptions, time: VirtualTime) => Promise<void> | void;

/** A store over a network with one object `lake/t/a`, whose reads go by `serve` first. */
async function world(serve: Serve, settings: RequestPolicySettings = {}, bytes = BYTES): Promise<World> {
  const inner = memoryStore();
  await inner.put('lake/t/a', bytes);
  const time = new VirtualTime();
  const asked: ByteRange[] = [];
  const network = onNetwork(inner, {
    async getRanges(path, ranges, options = {}) {
      asked.push(...ranges);
      await serve(asked.length - ranges.length, options, time);
      return inner.getRanges(path, ranges, options);
    },
  });
  const policies = new RequestPolicies(settings, { clock: time, timers: time, random: seededRandom(1) });
  const meter = new RequestMeter();
  return { time, meter, policies, asked, store: policyStore(network, policies, meter) };
}

const throttled = (retryAfterMs?: number) =>
  new QueryError('THROTTLED', 'Slow down.', { details: { status: 503, ...(retryAfterMs ? { retryAfterMs } : {}) } });
const lost = () => new QueryError('CONNECTION_LOST', 'The connection was lost.');
const RANGE = [{ offset: 10, length: 1000 }];

async function readRange({ time, store }: World) {
  const { ranges } = await time.until(store.getRanges('lake/t/a', RANGE));
  expect(ranges[0]).toEqual(BYTES.slice(10, 1010));
}

test('what may pass is tried again, with waits that grow, and counted', async () => {
  const it = await world((numBefore) => {
    if (numBefore < 4) throw lost();
  });
  await readRange(it);
  expect(it.time.monotonicMs()).toBeGreaterThan(0);
  expect(it.time.monotonicMs()).toBeLessThanOrEqual(50 + 100 + 200 + 400);
  expect(it.meter.counts()).toMatchObject({
    numRequests: 5,
    numRetries: 4,
    numFailed: 4,
    bytesRead: 1000,
    bytesFetched: 1000,
  });
});

test('a request that fails in all attempts says so, with the last reason', async () => {
  const it = await world(() => {
    throw lost();
  });
  await expect(it.time.until(it.store.getRanges('lake/t/a', RANGE))).rejects.toMatchObject({
    code: 'RETRIES_EXHAUSTED',
    message: expect.stringMatching(/^The connection was lost. It was tried 5 times in \d\.\d s\.$/),
    details: { lastCode: 'CONNECTION_LOST', numAttempts: 5 },
    cause: { code: 'CONNECTION_LOST' },
  });
});

test('Retry-After is waited for', async () => {
  const it = await world((numBefore) => {
    if (numBefore === 0) throw throttled(7000);
  });
  await readRange(it);
  expect(it.time.monotonicMs()).toBeGreaterThanOrEqual(7000);
  expect(it.meter.counts()).toMatchObject({ numRequests: 2, numRetries: 1, numThrottled: 1, numFailed: 0 });
});

test.each([
  ['missing', objectNotFound('lake/t/a')],
  ['forbidden', new QueryError('PERMISSION_DENIED', 'No.')],
  ['changed', new QueryError('VERSION_MISMATCH', 'Changed.')],
  ['damaged', new QueryError('TRUNCATED_OBJECT', 'Short.')],
])('what is %s is not asked for again', async (_, error) => {
  const it = await world(() => {
    throw error;
  });
  await expect(it.time.until(it.store.getRanges('lake/t/a', RANGE))).rejects.toBe(error);
  expect(it.meter.counts()).toMatchObject({ numRequests: 1, numRetries: 0 });
});

test('throttling is waited out for as long as allowed', async () => {
  const it = await world(
    () => {
      throw throttled();
    },
    { retry: { maxThrottledMs: 60_000 } },
  );
  await expect(it.time.until(it.store.getRanges('lake/t/a', RANGE))).rejects.toMatchObject({
    code: 'RETRIES_EXHAUSTED',
    details: { lastCode: 'THROTTLED' },
  });
  expect(it.time.monotonicMs()).toBeGreaterThan(50_000);
  expect(it.time.monotonicMs()).toBeLessThanOrEqual(60_000);
});

test('large ranges are read in equal parts of 8 to 16 MiB, neighbours in one, all of one version', async () => {
  const bytes = new Uint8Array(40 * MIB + 5);
  for (let i = 0; i < bytes.length; i += 1009) bytes[i] = i & 0xff;
  const versions: (string | undefined)[] = [];
  const it = await world((_, { ifMatch }) => void versions.push(ifMatch), {}, bytes);
  const wanted = [
    { offset: 3, length: 40 * MIB },
    { offset: 0, length: 3 },
    { offset: 3, length: 4 },
    { offset: 7, length: 0 },
    { offset: 100, length: 5 },
  ];
  const { ranges, metadata } = await it.time.until(it.store.getRanges('lake/t/a', wanted));
  wanted.forEach(({ offset, length }, i) => {
    expect(Buffer.compare(ranges[i]!, bytes.subarray(offset, offset + length))).toBe(0);
  });
  expect(it.asked.map(({ length }) => length)).toEqual([13_981_014, 13_981_013, 13_981_013, 7, 5]);
  expect(versions).toEqual([undefined, ...Array(4).fill(metadata.version)]);
  expect(it.meter.counts()).toMatchObject({ numRequests: 5, bytesRead: 40 * MIB + 12 });
});

test('a request without progress is given up, one that goes on slowly is not', async () => {
  const it = await world(
    async (numBefore, { signal, onBytes }, time) => {
      if (numBefore === 0) await sleep(time, 1_000_000, signal);
      for (let i = 0; i < 10; i++) {
        await sleep(time, 900, signal);
        onBytes?.(0);
      }
    },
    { progressTimeoutMs: 1000 },
  );
  await readRange(it);
  expect(it.meter.counts()).toMatchObject({ numRequests: 2, numRetries: 1, numFailed: 1 });
  expect(it.time.monotonicMs()).toBeLessThan(1000 + 50 + 9000 + 1);
  expect(it.policies.readLimit('lake/t/b')).toBeLessThan(64);
  expect(it.time.numTimers).toBe(0);
});

test('a slow read is asked for again; the first answer counts, the other request is aborted', async () => {
  let numAborted = 0;
  const it = await world(async (numBefore, { signal }, time) => {
    try {
      await sleep(time, numBefore === 100 ? 10_000 : 20 + (numBefore % 10), signal);
    } catch (error) {
      numAborted += 1;
      throw error;
    }
  });
  const { version } = await it.store.head('lake/t/a');
  for (let i = 0; i < 100; i++) await it.time.until(it.store.getRanges('lake/t/a', RANGE, { ifMatch: version }));
  const startedMs = it.time.monotonicMs();
  const { ranges } = await it.time.until(it.store.getRanges('lake/t/a', RANGE, { ifMatch: version }));
  expect(ranges[0]).toEqual(BYTES.slice(10, 1010));
  expect(it.time.monotonicMs() - startedMs).toBeLessThan(60);
  expect(numAborted).toBe(1);
  expect(it.meter.counts()).toMatchObject({ numHedges: expect.any(Number), numHedgesWon: 1, numFailed: 0 });
  expect(it.policies.numInFlight).toBe(0);
});

test('hedges are at most 5 in 100 requests, whatever the store does', async () => {
  const random = seededRandom(2);
  const it = await world(async (_, { signal }, time) => sleep(time, 10 + 1000 * random.next() ** 8, signal));
  const { version } = await it.store.head('lake/t/a');
  for (let i = 0; i < 1000; i++) await it.time.until(it.store.getRanges('lake/t/a', RANGE, { ifMatch: version }));
  const { numHedges, numRequests } = it.meter.counts();
  expect(numHedges).toBeGreaterThan(10);
  expect(numHedges).toBeLessThanOrEqual(0.05 * numRequests + 1);
});

test('a store that does not answer is not asked for a while', async () => {
  const it = await world(
    () => {
      throw lost();
    },
    { breaker: { numFailures: 3, coolDownMs: 60_000 } },
  );
  const reads = Promise.allSettled(Array.from({ length: 20 }, () => it.store.getRanges('lake/t/a', RANGE)));
  const codes = (await it.time.until(reads)).map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
  expect(new Set(codes)).toEqual(new Set(['RETRIES_EXHAUSTED']));
  expect(it.asked.length).toBe(20);
  await expect(it.time.until(it.store.getRanges('lake/t/a', RANGE))).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
  expect(it.asked.length).toBe(20);
});

test('an abort ends waits, requests and retries', async () => {
  const it = await world(async (_, { signal }, time) => sleep(time, 1000, signal), { maxInFlight: 1 });
  const abort = new AbortController();
  const reads = [1, 2, 3].map(() => it.store.getRanges('lake/t/a', RANGE, { signal: abort.signal }));
  const outcomes = Promise.allSettled(reads);
  await it.time.pass(500);
  abort.abort();
  for (const outcome of await it.time.until(outcomes)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } });
  }
  expect(it.policies).toMatchObject({ numInFlight: 0, peakInFlight: 1 });
  expect(it.time.numTimers).toBe(0);
});

/** Bodies that end with an error after some bytes, or that stop without one. */
function failingBodies(inner: ObjectStore, how: 'error' | 'silence'): ObjectStore {
  return onNetwork(inner, {
    async get(path, options) {
      const result = await inner.get(path, options);
      const bytes = await collectBody(result.body);
      let position = 0;
      const body = bodyStream({
        async pull() {
          if (position >= 30_000 && how === 'error') throw lost();
          if (position >= 30_000) return new Promise(() => undefined);
          const part = bytes.subarray(position, position + 10_000);
          position += part.length;
          return part.length > 0 ? part : undefined;
        },
        release: () => undefined,
      });
      return { ...result, body };
    },
  });
}

test.each(['error', 'silence'] as const)('a body that breaks off (%s) goes on with another request', async (how) => {
  const inner = memoryStore();
  await inner.put('lake/t/a', BYTES);
  const time = new VirtualTime();
  const policies = new RequestPolicies({}, { clock: time, timers: time, random: seededRandom(1) });
  const meter = new RequestMeter();
  const store = policyStore(failingBodies(inner, how), policies, meter);
  const { body } = await time.until(store.get('lake/t/a'));
  expect(policies.numInFlight).toBe(1);
  expect(Buffer.compare(await time.until(collectBody(body)), BYTES)).toBe(0);
  expect(meter.counts()).toMatchObject({ numRequests: 4, numRetries: 3, bytesRead: BYTES.length });
  expect(policies.numInFlight).toBe(0);
  expect(time.numTimers).toBe(0);

  const { body: replaced } = await time.until(store.get('lake/t/a'));
  await inner.put('lake/t/a', BYTES.slice(1));
  await expect(time.until(collectBody(replaced))).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
  expect(policies.numInFlight).toBe(0);
});

test('a listing goes on where it broke off, with and without folders', async () => {
  const inner = memoryStore({ pageSize: 3 });
  for (let i = 0; i < 20; i++) await inner.put(`t/${i % 4}/${i}`, new Uint8Array(1));
  const time = new VirtualTime();
  let numPages = 0;
  const flaky = onNetwork(inner, {
    async *list(...given) {
      for await (const page of inner.list(...given)) {
        numPages += 1;
        if (numPages % 3 === 0) throw throttled();
        yield page;
      }
    },
  });
  const meter = new RequestMeter();
  const policies = new RequestPolicies({}, { clock: time, timers: time, random: seededRandom(1) });
  const store = policyStore(flaky, policies, meter);
  expect(await time.until(listAll(store, 't/'))).toEqual(await listAll(inner, 't/'));
  expect(meter.counts().numRetries).toBeGreaterThan(1);
  const prefixes: string[] = [];
  const collect = async () => {
    for await (const page of store.list('t/', { delimiter: '/' })) prefixes.push(...page.prefixes);
  };
  await time.until(collect());
  expect(prefixes).toEqual(['t/0/', 't/1/', 't/2/', 't/3/']);
});

test('a conditional write is repeated only when nothing can have been done', async () => {
  for (const [error, code, numPuts] of [
    [throttled(), undefined, 2],
    [lost(), 'CONNECTION_LOST', 1],
  ] as const) {
    const inner = memoryStore();
    let numBefore = 0;
    const flaky = onNetwork(inner, {
      async put(...given) {
        if (numBefore++ === 0) throw error;
        return inner.put(...given);
      },
    });
    const time = new VirtualTime();
    const policies = new RequestPolicies({}, { clock: time, timers: time, random: seededRandom(1) });
    const store = policyStore(flaky, policies);
    const put = time.until(store.put('a', BYTES, { ifNoneMatch: '*' }));
    if (code) await expect(put).rejects.toMatchObject({ code });
    else await put;
    expect(numBefore).toBe(numPuts);
    if (code) continue;
    numBefore = 0;
    await time.until(store.put('a', BYTES));
    expect(numBefore).toBe(2);
  }
});
