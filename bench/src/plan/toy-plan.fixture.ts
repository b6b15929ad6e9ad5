import type { WorkloadModel } from '../model/workload-model.ts';
import type { PriceTable } from '../prices/price-table.ts';
import { modelOf, plainQuery } from '../simulate/model.fixture.ts';
import type { Workload } from '../workload/workload-schema.ts';

export const TOY_WORKLOAD: Workload = {
  schema: 'workload@1',
  name: 'toy <workload>',
  seed: 7,
  data: { suite: 'tpch', scaleFactor: 0.1, compression: 'snappy' },
  queries: [{ name: 'q', tpch: 6, weight: 1, tenant: 'default', parameters: [], repeat: 0 }],
  arrivals: { kind: 'poisson', rate: 12 },
  growth: { trafficPerMonth: 0.2, dataPerMonth: 0, horizonMonths: 6, start: '2026-01-01' },
  client: { timeout: 20_000, retries: 1, backoff: 200 },
  tenants: {},
  slo: {
    compute: { latency: { within: 700, target: 0.95 }, success: { target: 0.99 } },
    storage: { firstByte: { within: 1000, target: 0.99 }, errors: 0.01, throttled: 0.01 },
  },
};

export const TOY_PRICES: PriceTable = {
  schema: 'prices@1',
  name: 'toy prices',
  asOf: '2026-01-01',
  source: 'a test',
  currency: 'USD',
  instances: [
    { name: 'small', vcpus: 1, memoryGiB: 4, networkGbps: 10, dollarsPerHour: 1, speed: 1 },
    { name: 'large', vcpus: 2, memoryGiB: 8, networkGbps: 10, dollarsPerHour: 1.9, speed: 1 },
    { name: 'slow', vcpus: 2, memoryGiB: 8, networkGbps: 10, dollarsPerHour: 1.5, speed: 0.5 },
  ],
  storage: { dollarsPerThousandGets: 0.0004, dollarsPerThousandPuts: 0.005, dollarsPerGigabyteMonth: 0.023 },
  network: { dollarsPerGigabyteOut: 0.09, dollarsPerGigabyteFromStore: 0 },
};

/** A query of two tasks that read and compute. */
export function toyModel(): WorkloadModel {
  const query = {
    ...plainQuery('q', 0),
    planCpuMs: 4,
    planRounds: [1, 1],
    jobCpuMs: 0.5,
    resultBytes: 1000,
    stages: [
      {
        inputs: [],
        onCoordinator: false,
        tasks: [
          { cpuMs: 45, numGets: 2, bytes: 2e6 },
          { cpuMs: 45, numGets: 2, bytes: 2e6 },
        ],
      },
      { inputs: [0], onCoordinator: true, tasks: [{ cpuMs: 0, numGets: 0, bytes: 0 }] },
    ],
  };
  return modelOf([query], {
    calibratedWorkers: [1, 2, 4],
    dataBytes: 40e6,
    cacheCurve: [
      [0, 0],
      [2e6, 0.3],
      [8e6, 0.9],
    ],
    cpuStandardError: 0.01,
    storage: {
      gets: [
        {
          maxBytes: Number.MAX_SAFE_INTEGER,
          numSamples: 500,
          table: [
            [0, 10],
            [0.5, 25],
            [0.9, 60],
            [1, 150],
          ],
        },
      ],
      others: [
        [0, 10],
        [1, 60],
      ],
      bytesPerSecond: 90e6,
      drift: 1,
    },
    diagnostics: ['a diagnostic'],
    assumptions: [{ name: 'storage latency', value: 'a table', class: 'measured', note: 'a test' }],
    throughput: {
      points: [1, 2, 4].map((n) => ({
        numWorkers: n,
        concurrency: 2 * n,
        throughputPerSecond: 3 * n,
        cpuMsPerQuery: 90,
        cpuUtilisation: 0.1 * n,
        p50Ms: 200,
        counts: [20 * n],
      })),
      fit: {
        lambda: 3,
        sigma: 0,
        kappa: 0,
        identifiable: false,
        reason: 'not identifiable',
        largestN: 4,
        meanError: 0,
      },
    },
  });
}
