import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calibrate } from '../calibrate/calibrate.ts';
import { fitModel } from '../fit/fit-model.ts';
import type { StoreChoice } from '../host/host-messages.ts';
import { median } from '../statistics/median.ts';
import { parseWorkload } from '../workload/read-workload.ts';
import { runWorkload } from './run-workload.ts';

const workload = parseWorkload(
  `schema: workload@1
name: live
data: { suite: tpch, scaleFactor: 0.01 }
queries:
  - { name: revenue, tpch: 6, weight: 2 }
  - name: count
    sql: SELECT count(*) FROM orders WHERE o_orderkey < $1
    parameters: [{ integer: [1, 60000] }]
arrivals: { kind: constant, rate: 20/s }
slo: { compute: { latency: { within: 10s, target: 0.95 } } }
`,
  'live.yaml',
);
const store: StoreChoice = {
  kind: 'throttled',
  settings: {
    seed: 1,
    latency: [
      [0, 1],
      [1, 4],
    ],
    connectionBytesPerSecond: 500e6,
  },
};
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-live-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a live run sends every arrival and counts what the store was asked for', async () => {
  const report = await runWorkload({
    workload,
    store,
    numWorkers: 2,
    dataDirectory: directory,
    durationMs: 1500,
    warmupMs: 500,
    seed: 1,
    recordRequests: true,
  });
  expect(report).toMatchObject({ numArrivals: 30, numDone: 30, numFailed: 0, numDropped: 0, failures: {} });
  expect(report.storage!.numGets).toBeGreaterThan(30);
  expect(report.storage!.firstByteMs.p50).toBeGreaterThanOrEqual(1);
  expect(report.serviceMs.p50).toBeLessThanOrEqual(report.responseMs.p50);
});

test('what a calibration has measured makes a model with the right requests, and an interrupted one goes on', async () => {
  const options = {
    workload,
    store,
    dataDirectory: directory,
    minRuns: 45,
    maxRuns: 45,
    workers: [1, 2],
    secondsPerPoint: 0.5,
    resumeFile: join(directory, 'profile.json.resume'),
    onProgress: () => undefined,
  };
  const interruption = new AbortController();
  const interrupted = calibrate({
    ...options,
    signal: interruption.signal,
    onProgress: (text) => {
      if (text.startsWith('closed loop')) interruption.abort();
    },
  });
  await expect(interrupted).rejects.toThrow();
  const seen: string[] = [];
  const profile = await calibrate({ ...options, signal: undefined, onProgress: (text) => seen.push(text) });
  expect(seen.some((text) => text.startsWith('round'))).toBe(false);
  expect(profile.queries.map(({ name, runs }) => [name, runs.length])).toEqual([
    ['revenue', 45],
    ['count', 45],
  ]);
  const model = fitModel(profile, { acceptNoise: true, seed: 1 });
  const [revenue] = model.queries;
  const gets = revenue!.stages
    .flatMap(({ tasks }) => tasks.map(({ numGets }) => numGets))
    .reduce((sum, count) => sum + count, 0);
  expect(gets).toBe(profile.queries[0]!.runs[0]!.numGets);
  // The store's own latencies are 1 to 4 ms, 2 in the middle; a timer may be early by a part of one.
  expect(median(profile.requests.map(([, , , totalMs]) => totalMs))).toBeGreaterThanOrEqual(1);
});
