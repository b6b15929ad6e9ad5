import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualTime } from '../../runtime/virtual-time.fixture.ts';
import { AdaptiveLimit, type LimitOutcome, type RequestSlot } from './adaptive-limit.ts';

function take(limit: AdaptiveLimit, group: string): RequestSlot {
  const slot = limit.tryAcquire(group);
  if (!slot) throw new Error('no slot');
  return slot;
}

/** Requests of `roundTripMs`, as many at a time as may be, for so long; answers how many were sent. */
async function load(limit: AdaptiveLimit, time: VirtualTime, durationMs: number, outcome: () => LimitOutcome) {
  const endMs = time.monotonicMs() + durationMs;
  let numSent = 0;
  while (time.monotonicMs() < endMs) {
    const slots: RequestSlot[] = [];
    for (let slot = limit.tryAcquire('a'); slot; slot = limit.tryAcquire('a')) slots.push(slot);
    numSent += slots.length;
    await time.pass(50);
    for (const slot of slots) slot.release(outcome());
  }
  return numSent;
}

test('never more than the hard cap, and the peak is visible', () => {
  const limit = new AdaptiveLimit(3, new VirtualTime());
  const slots = ['a', 'b', 'a'].map((group) => take(limit, group));
  expect(limit.tryAcquire('c')).toBeUndefined();
  for (const slot of slots) slot.release('answered');
  for (const slot of slots) slot.release('answered');
  expect(limit).toMatchObject({ inFlight: 0, peakInFlight: 3 });
});

test('congestion halves the limit of its group, once for all that was in flight, down to one', async () => {
  const time = new VirtualTime();
  const limit = new AdaptiveLimit(16, time);
  for (const expected of [8, 4, 2, 1, 1]) {
    await time.pass(10);
    const slots = Array.from({ length: limit.limitOf('a') }, () => take(limit, 'a'));
    await time.pass(10);
    for (const slot of slots) slot.release('congested');
    expect(limit.limitOf('a')).toBe(expected);
  }
  expect(limit.limitOf('b')).toBe(16);
});

test('a throttled store is asked less, and within seconds of the end of throttling as much as before', async () => {
  const time = new VirtualTime();
  const limit = new AdaptiveLimit(64, time);
  const before = await load(limit, time, 2000, () => 'answered');
  let numRequests = 0;
  const during = await load(limit, time, 30_000, () => (numRequests++ % 2 === 0 ? 'congested' : 'answered'));
  expect(during / 15).toBeLessThan(before / 20);
  await load(limit, time, 3000, () => 'answered');
  expect(await load(limit, time, 2000, () => 'answered')).toBeGreaterThanOrEqual(0.9 * before);
});

test('who waits comes in turn, groups by turns, and an abort leaves the line', async () => {
  const time = new VirtualTime();
  const limit = new AdaptiveLimit(1, time);
  let slot = take(limit, 'a');
  const order: string[] = [];
  const abort = new AbortController();
  const wait = (group: string, name: string, signal?: AbortSignal) =>
    limit.acquire(group, signal).then(
      (taken) => {
        slot = taken;
        order.push(name);
      },
      (error: { code: string }) => order.push(`${name} ${error.code}`),
    );
  const waiting = [wait('a', 'a1'), wait('a', 'a2', abort.signal), wait('a', 'a3'), wait('b', 'b1')];
  expect(limit.tryAcquire('a')).toBeUndefined();
  abort.abort();
  for (let i = 0; i < 3; i++) {
    await time.pass(1);
    slot.release('answered');
  }
  await Promise.all(waiting);
  expect(order).toEqual(['a2 ABORTED', 'a1', 'b1', 'a3']);
});

test('whatever happens, nothing is in flight at the end and nobody waits for ever', async () => {
  const outcome = fc.constantFrom<LimitOutcome>('answered', 'congested', 'failed');
  const requests = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), outcome, fc.nat(100), fc.boolean()), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), requests, async (maxInFlight, list) => {
      const time = new VirtualTime();
      const limit = new AdaptiveLimit(maxInFlight, time);
      const done = list.map(async ([group, how, durationMs, isAborted]) => {
        const abort = new AbortController();
        if (isAborted) time.after(durationMs / 2, () => abort.abort());
        const slot = await limit.acquire(group, abort.signal).catch(() => undefined);
        if (!slot) return;
        await new Promise<void>((resolve) => time.after(durationMs, resolve));
        slot.release(how);
      });
      await time.until(Promise.all(done));
      expect(limit.inFlight).toBe(0);
      expect(limit.peakInFlight).toBeLessThanOrEqual(maxInFlight);
    }),
    { numRuns: 50 },
  );
});
