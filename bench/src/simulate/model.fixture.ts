import { type LatencyTable, latencyAt } from '@millrace/core/storage';
import { seededRandom } from 'millrace';
import type { ArrivalStream } from '../arrivals/arrival-stream.ts';
import { createArrivals } from '../arrivals/create-arrivals.ts';
import type { QueryModel, WorkloadModel } from '../model/workload-model.ts';
import type { ArrivalSpec } from '../workload/workload-schema.ts';
import { type FleetConfig, singleNode } from './fleet-config.ts';
import type { SimulationOptions } from './simulation-options.ts';

/** A query of one task on a worker, and nothing else. */
export function plainQuery(name: string, cpuMs: number, cpuNoise: LatencyTable = [[0, 1]]): QueryModel {
  return {
    name,
    tenant: 'default',
    weight: 1,
    planCpuMs: 0,
    planRounds: [],
    jobCpuMs: 0,
    stages: [{ inputs: [], onCoordinator: false, tasks: [{ cpuMs, numGets: 0, bytes: 0 }] }],
    cpuNoise,
    memoryBytes: 0,
    resultBytes: 0,
  };
}

/** The exponential distribution of mean 1 as a table. */
export const EXPONENTIAL: LatencyTable = exponentialTable();

function exponentialTable(): LatencyTable {
  // Dense where it bends: near both ends.
  const knots = Array.from({ length: 4000 }, (_, i) => {
    const share = 1 - (1 - i / 4000) ** 3;
    return [share, -Math.log(1 - share)] as const;
  });
  // Waits of a busy queue are so sensitive to the mean that what interpolation adds to it must go.
  const numSteps = 400_000;
  let sum = 0;
  for (let i = 0; i < numSteps; i++) sum += latencyAt(knots, (i + 0.5) / numSteps);
  return knots.map(([share, value]) => [share, (value * numSteps) / sum]);
}

export function modelOf(queries: readonly QueryModel[], overrides: Partial<WorkloadModel> = {}): WorkloadModel {
  return {
    schema: 'model@1',
    workload: 'test',
    createdAt: '2026-01-01T00:00:00Z',
    scaleFactor: 0.1,
    store: 'none',
    queries,
    storage: {
      gets: [{ maxBytes: Number.POSITIVE_INFINITY, numSamples: 1, table: [[0, 10]] }],
      others: [[0, 10]],
      bytesPerSecond: null,
      drift: 1,
    },
    contention: { sigma: 0, kappa: 0, numCores: 2, measuredThreads: 2, identifiable: true },
    fetch: { cpuMsPerGet: 0, cpuMsPerMegabyte: 0 },
    coldStartMs: 1000,
    baseMemoryBytes: 0,
    dataBytes: 0,
    cacheCurve: [],
    cpuStandardError: 0,
    intervals: {},
    diagnostics: [],
    assumptions: [],
    calibratedWorkers: [1, 2],
    throughput: {
      points: [],
      fit: { lambda: 1, sigma: 0, kappa: 0, identifiable: false, reason: 'none', largestN: 2, meanError: 0 },
    },
    ...overrides,
  };
}

/** Options of a simulation with defaults that disturb nothing. */
export function optionsOf(
  model: WorkloadModel,
  arrivals: ArrivalSpec | ArrivalStream,
  durationMs: number,
  overrides: Partial<SimulationOptions> & { readonly fleet?: Partial<FleetConfig>; readonly seed?: number } = {},
): SimulationOptions {
  const { fleet, seed = 1, ...rest } = overrides;
  const random = seededRandom(seed);
  let count = 0;
  return {
    model,
    config: singleNode(1, 1, fleet),
    arrivals: 'peekMs' in arrivals ? arrivals : createArrivals(arrivals, random),
    nextQuery: () => count++ % model.queries.length,
    client: { timeoutMs: 1e12, retries: 0, backoffMs: 1000 },
    tenants: new Map([['default', { weight: 1, priority: 5 }]]),
    durationMs,
    disturbances: [],
    random: random.fork('simulation'),
    hitRatio: 0,
    latencyObjectiveMs: 1000,
    firstByteObjectiveMs: 1000,
    numSteps: 50,
    cpuScale: 1,
    ...rest,
  };
}
