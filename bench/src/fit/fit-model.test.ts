import { LATENCY_PRESETS, latencyAt } from '@millrace/core/storage';
import fc from 'fast-check';
import { seededRandom } from 'millrace';
import { describe, expect, test } from 'vitest';
import type { Profile, QueryRun, RequestSample } from '../calibrate/profile.ts';
import { fitModel } from './fit-model.ts';
import { quantileKnots } from './quantile-knots.ts';

/** A profile whose parameters are known. */
function plantedProfile(overrides: Partial<Profile> = {}): Profile {
  const random = seededRandom(11);
  const run = (): QueryRun => {
    const cpu = 0.95 + 0.1 * random.next();
    return {
      serviceMs: 200,
      planMs: 50,
      planCpuMs: 4 * cpu,
      mainCpuMs: 7 * cpu,
      // Main thread 7, tasks 20, and fetching: 0.5 ms a GET and 2 ms a MB.
      processCpuMs: (7 + 20 + 6 * 0.5 + 6 * 2) * cpu,
      peakBytes: 1e6,
      resultBytes: 100,
      numRetries: 0,
      planRounds: [1, 1],
      numGets: 6,
      bytes: 6e6,
      getsByPath: { 'a.parquet': { count: 6, bytes: 6e6 } },
      tasks: [
        [0, 0, 8 * cpu, 40],
        [0, 1, 12 * cpu, 60],
        [1, 0, 0.5, 0],
      ],
    };
  };
  const requests = Array.from({ length: 3000 }, (_, i): RequestSample => {
    const bytes = i % 6 < 2 ? 200_000 : 3_000_000;
    const firstByteMs = latencyAt(LATENCY_PRESETS['s3-standard'], random.next());
    return i % 10 === 0
      ? ['other', 0, firstByteMs, firstByteMs, true]
      : ['get', bytes, firstByteMs, firstByteMs + bytes / 90e3, false];
  });
  return {
    schema: 'profile@1',
    workload: 'planted',
    createdAt: '2026-01-01T00:00:00Z',
    machine: { cpuModel: 'c', numCores: 2, memoryBytes: 1, system: 's', nodeVersion: 'v', loadBefore: 0 },
    store: 'throttled',
    scaleFactor: 0.1,
    seed: 1,
    noise: { variation: 0.01, samplesMs: [20] },
    queries: [
      {
        name: 'q',
        tenant: 'default',
        weight: 1,
        stages: [
          { inputs: [], kind: 'splits', slices: [['a.parquet'], ['a.parquet', 'a.parquet']] },
          { inputs: [0], kind: 'one', slices: [[]] },
        ],
        runs: Array.from({ length: 12 }, run),
        peakRssBytes: 1e8,
      },
    ],
    requests,
    references: [],
    // A query costs 0.8 of its CPU alone, and a fifth more with the other core busy all the time.
    scaling: [0.1, 0.3, 0.6, 0.9].map((busy, i) => ({
      numWorkers: 2 ** i,
      concurrency: 2 ** (i + 1),
      throughputPerSecond: 4 * 2 ** i,
      cpuMsPerQuery: 42 * 0.8 * (1 + 0.2 * busy),
      cpuUtilisation: busy,
      p50Ms: 100,
      counts: [50],
    })),
    coldStartMs: [900, 1000, 1100],
    baseRssBytes: 1e8,
    dataBytes: 4e7,
    ...overrides,
  };
}

const fit = (profile: Profile) => fitModel(profile, { acceptNoise: false, seed: 1 });

describe('planted parameters are found again', () => {
  const model = fit(plantedProfile());

  test('the table of latencies and the bandwidth', () => {
    expect(model.storage.bytesPerSecond! / 90e6).toBeCloseTo(1, 1);
    const table = model.storage.gets.at(-1)!.table;
    for (const [share, ms] of [
      [0.5, 26.9],
      [0.9, 59.2],
      [0.99, 105.5],
    ] as const) {
      expect(Math.abs(latencyAt(table, share) / ms - 1)).toBeLessThan(0.12);
    }
  });

  test('CPU in the mix, contention, fetching', () => {
    expect(model.contention.sigma).toBeCloseTo(0.2, 1);
    const [query] = model.queries;
    expect(query!.planCpuMs).toBeCloseTo(4 * 0.8, 1);
    const [scan, merge] = query!.stages;
    expect(scan!.tasks.map(({ cpuMs }) => Math.round(10 * cpuMs) / 10)).toEqual([6.4, 9.6]);
    expect(merge!.onCoordinator).toBe(true);
    // GETs are shared out by splits: a third and two thirds of six.
    expect(scan!.tasks.map(({ numGets, bytes }) => [numGets, bytes])).toEqual([
      [2, 2e6],
      [4, 4e6],
    ]);
    const { cpuMsPerGet, cpuMsPerMegabyte } = model.fetch;
    expect(6 * cpuMsPerGet + 6 * cpuMsPerMegabyte).toBeCloseTo(0.8 * 15, 0);
  });

  test('what cannot be told is said', () => {
    expect(model.diagnostics.join('\n')).toMatch(/κ not identifiable on 2 cores/);
    expect(model.assumptions.find(({ name }) => name.startsWith('several nodes'))!.class).toBe('guessed');
  });
});

describe('refusals say why and what to do', () => {
  test.each<[string, Partial<Profile>, RegExp]>([
    [
      'noise',
      { noise: { variation: 0.2, samplesMs: [] } },
      /machine is noisy: the same work varied by 20\.0 %.*Stop what else runs.*--accept-noise/,
    ],
    ['few requests', { requests: [] }, /too little calibration: 0 requests to the store.*calibrate again/],
    ['few points', { scaling: [] }, /too little calibration: the mix was measured at fewer than two points.*--workers/],
    [
      'few runs',
      { queries: [{ ...plantedProfile().queries[0]!, runs: plantedProfile().queries[0]!.runs.slice(0, 3) }] },
      /q ran 3 times, at least 5 are needed; calibrate again with --runs 5/,
    ],
  ])('%s', (_, overrides, message) => {
    expect(() => fit(plantedProfile(overrides))).toThrow(message);
  });

  test('noise can be accepted, and the model says so', () => {
    const model = fitModel(plantedProfile({ noise: { variation: 0.2, samplesMs: [] } }), {
      acceptNoise: true,
      seed: 1,
    });
    expect(model.diagnostics.at(-1)).toMatch(/^accepted although the machine is noisy/);
  });
});

test('a table of quantiles ascends and holds the samples between its ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (samples) => {
        const table = quantileKnots(samples);
        table.slice(1).forEach(([share, ms], i) => {
          expect(share).toBeGreaterThan(table[i]![0]);
          expect(ms).toBeGreaterThanOrEqual(table[i]![1]);
        });
        expect(table[0]![1]).toBe(Math.min(...samples));
        expect(table.at(-1)![1]).toBeLessThanOrEqual(Math.max(...samples));
      },
    ),
  );
});
