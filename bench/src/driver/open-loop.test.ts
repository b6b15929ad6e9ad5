import { seededRandom } from 'millrace';
import { afterEach, expect, test } from 'vitest';
import { createArrivals } from '../arrivals/create-arrivals.ts';
import { QueryMix } from '../workload/query-mix.ts';
import type { ArrivalSpec, Workload } from '../workload/workload-schema.ts';
import { runOpenLoop, type SendQuery } from './open-loop.ts';
import { summarize } from './run-report.ts';
import { VirtualClock } from './virtual-clock.fixture.ts';

const queries: Workload['queries'] = [
  { name: 'q', sql: 'SELECT 1', weight: 1, tenant: 'default', parameters: [], repeat: 0 },
];
let clock: VirtualClock;
afterEach(() => clock.stop());

function run(
  spec: ArrivalSpec,
  send: (clock: VirtualClock) => SendQuery,
  options: { endMs?: number; maxInFlight?: number; retries?: number } = {},
) {
  clock = new VirtualClock();
  return runOpenLoop({
    arrivals: createArrivals(spec, seededRandom(1)),
    mix: new QueryMix(queries, seededRandom(1)),
    names: ['q'],
    client: { retries: options.retries ?? 0, backoffMs: 100 },
    warmupMs: 1000,
    endMs: options.endMs ?? 21_000,
    maxInFlight: options.maxInFlight ?? 10_000,
    clock,
    send: send(clock),
  });
}

/** One server that answers in 10 ms, but stops for `stallMs` at every `everyMs`. */
function stallingServer(stallMs: number, everyMs: number): (clock: VirtualClock) => SendQuery {
  return (clock) => {
    let freeAt = 0;
    return async () => {
      const now = clock.nowMs();
      let start = Math.max(now, freeAt);
      const intoCycle = start % everyMs;
      if (start > everyMs && intoCycle < stallMs) start += stallMs - intoCycle;
      freeAt = start + 10;
      await clock.sleep(freeAt - now);
      return { serviceMs: 10 };
    };
  };
}

test('arrivals are sent at their times, and what comes before the warm-up ends does not count', async () => {
  const result = await run({ kind: 'constant', rate: 10 }, (clock) => async () => {
    await clock.sleep(30);
    return { serviceMs: 30 };
  });
  expect(result).toMatchObject({ numArrivals: 200, numDone: 200, numFailed: 0, numDropped: 0 });
  for (const [, intendedMs, startDelayMs, serviceMs, responseMs] of result.samples) {
    expect(intendedMs % 100).toBeCloseTo(0, 6);
    expect([startDelayMs, serviceMs]).toEqual([0, 30]);
    expect(responseMs).toBeCloseTo(30, 6);
  }
});

test('a stall moves p99 in an open loop, and hides in a closed one', async () => {
  const server = stallingServer(2000, 10_000);
  const open = summarize(
    (await run({ kind: 'constant', rate: 50 }, server, { endMs: 61_000 })).samples.map((s) => s[4]),
  );
  clock.stop();
  const closed = summarize(
    (await run({ kind: 'closed', clients: 1, think: 10 }, server, { endMs: 61_000 })).samples.map((s) => s[4]),
  );
  expect(closed.p99).toBeLessThan(50);
  expect(open.p99).toBeGreaterThan(1500);
  expect(open.max).toBeLessThan(2100);
});

test('what is too much in flight is dropped and counted', async () => {
  const result = await run(
    { kind: 'constant', rate: 10 },
    (clock) => async () => {
      await clock.sleep(60_000);
      return { serviceMs: 60_000 };
    },
    { maxInFlight: 15 },
  );
  expect(result.numArrivals).toBe(200);
  expect(result.numDropped).toBe(194);
  expect(result.numDone).toBe(6);
});

test('clients try again after a failure that passes, and count from the intended start', async () => {
  let numSent = 0;
  const result = await run(
    { kind: 'constant', rate: 1 },
    (clock) => async () => {
      numSent += 1;
      await clock.sleep(10);
      if (numSent % 2 === 1) throw Object.assign(new Error('slow down'), { code: 'THROTTLED' });
      return { serviceMs: 10 };
    },
    { retries: 1 },
  );
  expect(result.numFailed).toBe(0);
  expect(result.samples.every(([, , , , responseMs]) => Math.abs(responseMs - 120) < 1e-6)).toBe(true);
  clock.stop();
  const failing = await run(
    { kind: 'constant', rate: 1 },
    () => async () => {
      throw Object.assign(new Error('wrong'), { code: 'SYNTAX' });
    },
    { retries: 3 },
  );
  expect(failing.failures).toEqual({ SYNTAX: 20 });
});
