import fc from 'fast-check';
import { seededRandom } from 'millrace';
import { describe, expect, test } from 'vitest';
import { mg1Wait, mmcWait } from '../queueing/queueing-formulas.ts';
import { mean } from '../statistics/mean-interval.ts';
import { drawParameter } from '../workload/query-mix.ts';
import { EXPONENTIAL, modelOf, optionsOf, plainQuery } from './model.fixture.ts';
import type { SimulationOptions } from './simulation-options.ts';
import { Simulator } from './simulator.ts';

const HOUR = 3_600_000;

/** Mean time in the queue over replications, in seconds. */
function meanWait(make: (seed: number) => SimulationOptions, numReplications = 10): number {
  return (
    mean(
      Array.from({ length: numReplications }, (_, seed) => {
        const record = new Simulator(make(seed + 1)).run();
        return mean([...record.waitMs.subarray(record.cut)]);
      }),
    ) / 1000
  );
}

describe('closed forms', () => {
  const exponential = modelOf([plainQuery('q', 100, EXPONENTIAL)]);
  const fixed = modelOf([plainQuery('q', 100)]);

  test.each([
    [1, 7, 10],
    [2, 15, 10],
    [4, 34, 10],
    // Few jobs of many servers wait: their mean needs more of them to be known to 2 %.
    [16, 120, 20],
  ])('M/M/%i at %i jobs a second', (numServers, rate, numReplications) => {
    const fleet = { workersPerNode: numServers, coresPerNode: numServers };
    const wait = meanWait(
      (seed) => optionsOf(exponential, { kind: 'poisson', rate }, 10 * HOUR * (7 / rate), { fleet, seed: seed + 40 }),
      numReplications,
    );
    expect(Math.abs(wait / mmcWait(numServers, rate, 10) - 1)).toBeLessThan(0.02);
  });

  test('M/D/1', () => {
    const wait = meanWait((seed) => optionsOf(fixed, { kind: 'poisson', rate: 7 }, 6 * HOUR, { seed }));
    expect(Math.abs(wait / mg1Wait(7, 0.1, 0.01) - 1)).toBeLessThan(0.02);
  });

  test('M/G/1 with two kinds of jobs', () => {
    const model = modelOf([plainQuery('short', 20), plainQuery('long', 200)]);
    const make = (seed: number) => {
      const random = seededRandom(1000 + seed);
      const nextQuery = () => drawParameter({ choice: [0, 1], weights: [3, 1] }, random) as number;
      return optionsOf(model, { kind: 'poisson', rate: 10 }, 6 * HOUR, { seed, nextQuery });
    };
    expect(
      Math.abs(meanWait(make) / mg1Wait(10, 0.75 * 0.02 + 0.25 * 0.2, 0.75 * 0.0004 + 0.25 * 0.04) - 1),
    ).toBeLessThan(0.02);
  });

  test('processor sharing of one core: the mean response of M/G/1-PS does not depend on the distribution', () => {
    for (const model of [fixed, exponential]) {
      const responses = Array.from({ length: 8 }, (_, seed) => {
        const fleet = { workersPerNode: 60, coresPerNode: 1 };
        const record = new Simulator(
          optionsOf(model, { kind: 'poisson', rate: 7 }, 4 * HOUR, { fleet, seed: seed + 1 }),
        ).run();
        return mean([...record.responseMs.subarray(record.cut)]);
      });
      // E[T] = E[S] / (1 - load), Kleinrock 1967.
      expect(Math.abs(mean(responses) / (100 / 0.3) - 1)).toBeLessThan(0.02);
    }
  });

  test('a bursty stream of the same mean rate waits far longer', () => {
    const bursty = { kind: 'on-off', rate: 28, on: 20_000, off: 60_000 } as const;
    const wait = meanWait((seed) => optionsOf(fixed, bursty, 3 * HOUR, { seed }), 3);
    expect(wait).toBeGreaterThan(52 * mg1Wait(7, 0.1, 0.01));
  });
});

/** A workload with everything in it: planning, requests, stages, several nodes. */
function rich(overrides: Parameters<typeof optionsOf>[3] = {}) {
  const model = modelOf(
    [
      {
        ...plainQuery('scan', 40, EXPONENTIAL),
        planCpuMs: 4,
        planRounds: [1, 2],
        jobCpuMs: 0.5,
        memoryBytes: 100,
        stages: [
          {
            inputs: [],
            onCoordinator: false,
            tasks: Array.from({ length: 5 }, () => ({ cpuMs: 12, numGets: 3, bytes: 3e6 })),
          },
          { inputs: [0], onCoordinator: true, tasks: [{ cpuMs: 1, numGets: 0, bytes: 0 }] },
        ],
      },
      plainQuery('point', 5),
    ],
    {
      contention: { sigma: 0.1, kappa: 0.01, numCores: 2, measuredThreads: 2, identifiable: true },
      fetch: { cpuMsPerGet: 0.1, cpuMsPerMegabyte: 0.5 },
      storage: {
        gets: [
          {
            maxBytes: Number.POSITIVE_INFINITY,
            numSamples: 1,
            table: [
              [0, 10],
              [0.9, 60],
              [1, 300],
            ],
          },
        ],
        others: [
          [0, 5],
          [1, 40],
        ],
        bytesPerSecond: 90e6,
        drift: 1,
      },
    },
  );
  const { fleet, ...rest } = overrides;
  return optionsOf(model, { kind: 'poisson', rate: 12 }, 300_000, {
    fleet: { numNodes: 3, workersPerNode: 3, coresPerNode: 2, ...fleet },
    ...rest,
  });
}

test("Little's law holds in every run", () => {
  for (const fleet of [
    {},
    { scheduling: 'fifo' },
    { maxConcurrent: 2 },
    { memoryBytesPerNode: 250 },
    { balancing: 'random' },
  ] as const) {
    const record = new Simulator(rich({ fleet })).run();
    expect(record.numDone).toBe(record.numArrivals);
    expect(Math.abs(record.littleInSystem / record.meanInSystem - 1)).toBeLessThan(1e-9);
  }
});

test('the same seed gives the same run, another one another', () => {
  const run = (seed: number) => [...new Simulator(rich({ seed })).run().responseMs];
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('on the same substreams, more workers are never worse for independent single tasks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, workers) => {
      const run = (numWorkers: number) => {
        const fleet = { workersPerNode: numWorkers, coresPerNode: numWorkers, scheduling: 'fifo' } as const;
        const record = new Simulator(
          optionsOf(modelOf([plainQuery('q', 100, EXPONENTIAL)]), { kind: 'poisson', rate: 9 * workers }, 60_000, {
            seed,
            fleet,
          }),
        ).run();
        return [...record.responseMs].reduce((sum, ms) => sum + ms, 0) / record.numDone;
      };
      expect(run(workers + 1)).toBeLessThanOrEqual(run(workers) * (1 + 1e-9));
    }),
    { numRuns: 25 },
  );
});

test('counts of requests and bytes are those of the tasks', () => {
  const { numDone, storage, queryClass } = new Simulator(rich()).run();
  const scans = [...queryClass].filter((index) => index === 0).length;
  expect(numDone).toBe(queryClass.length);
  expect(storage).toMatchObject({ numGets: 15 * scans, bytes: 15e6 * scans, numOthers: 3 * scans });
});

test('a cache takes its share of the requests', () => {
  const { storage } = new Simulator(rich({ hitRatio: 0.75 })).run();
  expect(storage.numCacheHits / (storage.numCacheHits + storage.numGets)).toBeCloseTo(0.75, 1);
});

describe('disturbances', () => {
  test('a storage that is twice as slow for a while is felt then, and not after', () => {
    const slow = { kind: 'storage-slow', startMs: 100_000, endMs: 200_000, factor: 8 } as const;
    const base = new Simulator(rich()).run();
    const hit = new Simulator(rich({ disturbances: [slow] })).run();
    expect(hit.responseMs.reduce((a, b) => a + b) / base.responseMs.reduce((a, b) => a + b)).toBeGreaterThan(1.3);
    const last = (record: typeof base) => mean([...record.responseMs.slice(-500)]);
    expect(last(hit) / last(base)).toBeLessThan(1.3);
  });

  test('the loss of a node fails what runs there; clients ask again and are answered', () => {
    const loss = { kind: 'node-loss', startMs: 100_000, endMs: 300_000, factor: 1 } as const;
    const without = new Simulator(rich({ disturbances: [loss] })).run();
    expect(without.numFailed).toBeGreaterThan(0);
    const client = { timeoutMs: 60_000, retries: 2, backoffMs: 100 };
    const retried = new Simulator(rich({ disturbances: [loss], client })).run();
    expect(retried).toMatchObject({ numFailed: 0, numDone: retried.numArrivals });
    expect(retried.numRetries).toBeGreaterThan(0);
    expect(retried.series.nodes.at(-1)).toBe(2);
  });

  test('refused requests are counted and tried again', () => {
    const errors = { kind: 'storage-errors', startMs: 0, endMs: 300_000, factor: 0.3 } as const;
    const record = new Simulator(rich({ disturbances: [errors] })).run();
    expect(record.storage.numThrottled / (record.storage.numThrottled + record.storage.numGets)).toBeCloseTo(0.3, 1);
    expect(record.numDone + record.numFailed).toBe(record.numArrivals);
    expect(record.numFailed / record.numArrivals).toBeLessThan(0.005);
  });

  test('a retry storm: impatient clients keep an overload alive that patient ones get over', () => {
    const stall = { kind: 'storage-slow', startMs: 60_000, endMs: 90_000, factor: 50 } as const;
    const run = (retries: number, timeoutMs: number) =>
      new Simulator(
        rich({
          disturbances: [stall],
          client: { timeoutMs, retries, backoffMs: 50 },
          fleet: { numNodes: 1, workersPerNode: 16, scheduling: 'fair' },
          durationMs: 200_000,
          nextQuery: () => 0,
          seed: 3,
        }),
      ).run();
    const storm = run(8, 1500);
    const late =
      storm.series.missed.slice(-10).reduce((a, b) => a + b) /
      Math.max(
        1,
        storm.series.arrivals.slice(-10).reduce((a, b) => a + b),
      );
    expect(storm.numRetries).toBeGreaterThan(storm.numArrivals / 4);
    expect(late).toBeGreaterThan(0.5);
  });
});

describe('policies', () => {
  test('priority serves the first tenant first, weighted shares by weight', () => {
    const tenants = new Map([
      ['light', { weight: 9, priority: 1 }],
      ['heavy', { weight: 1, priority: 8 }],
    ]);
    const queries = [
      { ...plainQuery('a', 20), tenant: 'light' },
      { ...plainQuery('b', 200), tenant: 'heavy' },
    ];
    const responseOf = (scheduling: 'fair' | 'priority' | 'weighted') => {
      const record = new Simulator(
        optionsOf(modelOf(queries), { kind: 'poisson', rate: 8.5 }, HOUR, { tenants, fleet: { scheduling } }),
      ).run();
      return mean([...record.responseMs].filter((_, i) => record.queryClass[i] === 0));
    };
    const fair = responseOf('fair');
    expect(responseOf('priority')).toBeLessThan(fair * 0.7);
    expect(responseOf('weighted')).toBeLessThan(fair * 0.7);
  });

  test('an autoscaler follows the load, and what it saves can be seen', () => {
    const day = { kind: 'diurnal', rate: 20, amplitude: 0.9, peak: 2 * HOUR, period: 4 * HOUR } as const;
    const model = modelOf([plainQuery('q', 100)]);
    const run = (scaling: 'fixed' | 'hpa') =>
      new Simulator(
        optionsOf(model, day, 4 * HOUR, {
          fleet: {
            numNodes: 6,
            coresPerNode: 1,
            nodeStartMs: 30_000,
            scaling: scaling === 'fixed' ? { kind: 'fixed' } : { kind: 'hpa', target: 0.6, min: 1, max: 8 },
          },
        }),
      ).run();
    const fixed = run('fixed');
    const scaled = run('hpa');
    expect(fixed.nodeHours).toBeCloseTo(24, 1);
    expect(scaled.nodeHours).toBeLessThan(20);
    expect(scaled.numDone).toBe(scaled.numArrivals);
    expect(Math.max(...scaled.series.nodes)).toBeGreaterThan(4);
    expect(Math.min(...scaled.series.nodes)).toBeLessThan(3);
  });

  test('more than may run and wait is refused', () => {
    const model = modelOf([plainQuery('q', 1000)]);
    const record = new Simulator(
      optionsOf(model, { kind: 'constant', rate: 10 }, 10_000, { fleet: { maxConcurrent: 1, maxQueued: 3 } }),
    ).run();
    expect(record.numRejected).toBeGreaterThan(80);
    expect(record.numDone + record.numRejected).toBe(record.numArrivals);
  });
});
