import { seededRandom } from 'millrace';
import { lruHitCurve, thinCurve } from '../cache/miss-ratio-curve.ts';
import { MOST_VARIATION, noiseText } from '../calibrate/noise-probe.ts';
import type { Profile, ScalingPoint } from '../calibrate/profile.ts';
import type { Assumption, ContentionModel, WorkloadModel } from '../model/workload-model.ts';
import { bootstrapInterval, type Interval } from '../statistics/bootstrap.ts';
import { mean, standardDeviation } from '../statistics/mean-interval.ts';
import { median } from '../statistics/median.ts';
import { formatDuration } from '../workload/unit-text.ts';
import { fitFetch, fitQuery } from './query-fit.ts';
import { fitScalability } from './scalability-fit.ts';
import { fitStorage, LEAST_REQUESTS } from './storage-fit.ts';

/** A profile that no model can honestly be made of; the message says why, and what to do. */
class FitRefusedError extends Error {
  override name = 'FitRefusedError';
  readonly code = 'BAD_ARGUMENT';
}

const CURVE_POINTS = 200;
const LEAST_RUNS = 5;

export interface FitOptions {
  /** Goes on although the machine was noisy; the model says so. */
  readonly acceptNoise: boolean;
  readonly seed: number;
}

/** Makes the model of a workload out of its profile. Throws {@link FitRefusedError} for a noisy or thin profile. */
export function fitModel(profile: Profile, { acceptNoise, seed }: FitOptions): WorkloadModel {
  requireEnough(profile, acceptNoise);
  const random = seededRandom(seed).fork('fit');
  const { cpuFactor, contention, note } = fitContention(profile);
  const storage = fitStorage(profile);
  const throughput = fitScalability(
    profile.scaling.map(({ numWorkers, throughputPerSecond }) => ({ n: numWorkers, throughput: throughputPerSecond })),
  );
  const intervals: Record<string, Interval> = {};
  for (const { name, runs } of profile.queries) {
    intervals[`${name}: CPU ms`] = bootstrapInterval(
      runs.map(({ processCpuMs }) => processCpuMs * cpuFactor),
      mean,
      random,
    );
  }
  const firstBytes = profile.requests
    .filter(([kind, , , , planning]) => kind === 'get' && !planning)
    .map(([, , ms]) => ms);
  intervals['GET: ms, p50'] = bootstrapInterval(firstBytes, median, random, { numResamples: 300 });
  const diagnostics = [
    note,
    `throughput over workers: ${throughput.reason}`,
    ...(Math.abs(storage.drift - 1) > 0.1
      ? [
          `the store drifted: p50 of the second half of the requests is ${storage.drift.toFixed(2)} times that of the first; treat latencies as a band`,
        ]
      : []),
    ...(profile.noise.variation > MOST_VARIATION ? [`accepted although ${noiseText(profile.noise)}`] : []),
  ];
  return {
    schema: 'model@1',
    workload: profile.workload,
    createdAt: profile.createdAt,
    scaleFactor: profile.scaleFactor,
    store: profile.store,
    queries: profile.queries.map((query) => fitQuery(query, cpuFactor)),
    storage,
    contention,
    fetch: fitFetch(profile.queries, cpuFactor),
    coldStartMs: median(profile.coldStartMs),
    baseMemoryBytes: profile.baseRssBytes,
    dataBytes: profile.dataBytes,
    cacheCurve: thinCurve(lruHitCurve(profile.references), CURVE_POINTS),
    cpuStandardError: standardErrorOfCpu(profile),
    intervals,
    diagnostics,
    assumptions: assumptionsOf(profile, cpuFactor, contention, storage.bytesPerSecond),
    calibratedWorkers: profile.scaling.map(({ numWorkers }) => numWorkers),
    throughput: { points: profile.scaling, fit: throughput },
  };
}

function requireEnough(profile: Profile, acceptNoise: boolean): void {
  if (profile.noise.variation > MOST_VARIATION && !acceptNoise) {
    throw new FitRefusedError(
      `${noiseText(profile.noise)}. To go on all the same, knowing that every figure may be off, give --accept-noise`,
    );
  }
  for (const { name, runs } of profile.queries) {
    if (runs.length < LEAST_RUNS) {
      throw new FitRefusedError(
        `too little calibration: ${name} ran ${runs.length} times, at least ${LEAST_RUNS} are needed; calibrate again with --runs ${LEAST_RUNS}`,
      );
    }
  }
  if (profile.requests.length < LEAST_REQUESTS) {
    throw new FitRefusedError(
      `too little calibration: ${profile.requests.length} requests to the store, at least ${LEAST_REQUESTS} make a table with a tail; calibrate again with more --runs`,
    );
  }
  if (profile.scaling.length < 2) {
    throw new FitRefusedError(
      'too little calibration: the mix was measured at fewer than two points; calibrate again with --workers 1,2,4,8',
    );
  }
}

/**
 * CPU a query in the closed loops, beside what the same queries cost alone, over how busy the cores were: where the line begins is what
 * a warm process saves, how it rises is what threads that compute at the same time cost each other.
 */
function fitContention({ queries, scaling, machine }: Profile): {
  cpuFactor: number;
  contention: ContentionModel;
  note: string;
} {
  const alone = queries.map(({ runs }) => mean(runs.map(({ processCpuMs }) => processCpuMs)));
  const points = scaling.map((point) => ({
    x: othersBusy(point, machine.numCores),
    y: ratioOf(point, alone),
    weight: total(point.counts),
  }));
  const weight = points.reduce((sum, point) => sum + point.weight, 0);
  const meanX = points.reduce((sum, { x, weight: w }) => sum + w * x, 0) / weight;
  const meanY = points.reduce((sum, { y, weight: w }) => sum + w * y, 0) / weight;
  const xx = points.reduce((sum, { x, weight: w }) => sum + w * (x - meanX) ** 2, 0);
  const xy = points.reduce((sum, { x, y, weight: w }) => sum + w * (x - meanX) * (y - meanY), 0);
  const slope = xx > 0 ? xy / xx : 0;
  const intercept = meanY - slope * meanX;
  // A line that falls says that warmth still grew with load: then there is no contention to see, and the mean is the better guess.
  const sigma = slope > 0 && intercept > 0 ? slope / intercept : 0;
  const cpuFactor = sigma > 0 ? intercept : points.reduce((best, point) => (point.x > best.x ? point : best)).y;
  const measuredThreads = Math.max(...scaling.map(({ numWorkers }) => numWorkers));
  const identifiable = sigma > 0 && Math.max(...points.map(({ x }) => x)) > 0.3;
  return {
    cpuFactor,
    contention: { sigma, kappa: 0, numCores: machine.numCores, measuredThreads, identifiable },
    note: `in the mix a query costs ${cpuFactor.toFixed(2)} of its CPU alone; contention of cores σ ${sigma.toFixed(3)}${identifiable ? '' : ' (not identifiable: the cores were never busy together)'}, κ not identifiable on ${machine.numCores} cores`,
  };
}

/** How many other cores are busy, on average, while one is. */
function othersBusy({ cpuUtilisation }: ScalingPoint, numCores: number): number {
  return cpuUtilisation * (numCores - 1);
}

function ratioOf({ counts, cpuMsPerQuery }: ScalingPoint, alone: readonly number[]): number {
  const expected = counts.reduce((sum, count, i) => sum + count * alone[i]!, 0);
  return (cpuMsPerQuery * total(counts)) / expected;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function standardErrorOfCpu({ queries }: Profile): number {
  const errors = queries.map(({ runs }) => {
    const cpus = runs.map(({ processCpuMs }) => processCpuMs);
    return standardDeviation(cpus) / mean(cpus) / Math.sqrt(cpus.length);
  });
  return Math.sqrt(mean(errors.map((error) => error ** 2)));
}

function assumptionsOf(
  profile: Profile,
  cpuFactor: number,
  contention: ContentionModel,
  bytesPerSecond: number | null,
): Assumption[] {
  const numRequests = profile.requests.length;
  return [
    {
      name: 'CPU, requests, bytes and memory of each query',
      value: `${profile.queries.length} queries, ${profile.queries.reduce((sum, { runs }) => sum + runs.length, 0)} runs`,
      class: 'measured',
      note: `alone, with one worker, on ${profile.machine.cpuModel}`,
    },
    { name: 'storage latency', value: `table of ${numRequests} requests`, class: 'measured', note: profile.store },
    {
      name: 'bandwidth of a connection',
      value: bytesPerSecond === null ? 'not identifiable' : `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`,
      class: 'fitted',
      note: 'slope of request time over bytes',
    },
    { name: 'CPU in the mix beside CPU alone', value: cpuFactor.toFixed(3), class: 'fitted', note: 'closed loops' },
    {
      name: 'contention of cores σ',
      value: contention.sigma.toFixed(3),
      class: contention.identifiable ? 'fitted' : 'guessed',
      note: `${contention.numCores} cores, up to ${contention.measuredThreads} workers`,
    },
    {
      name: 'coherency κ',
      value: '0',
      class: 'default',
      note: `cannot be told from σ on ${contention.numCores} cores`,
    },
    {
      name: 'start of a node',
      value: formatDuration(median(profile.coldStartMs)),
      class: 'measured',
      note: 'process to first answer; the machine itself is not in it',
    },
    {
      name: 'tasks of a query',
      value: 'as planned at calibration',
      class: 'measured',
      note: 'other data may be cut differently',
    },
    {
      name: 'request capacity of a prefix',
      value: '5,500 GET/s',
      class: 'default',
      note: 'documented by AWS; warming 20 min, cooling 48 h',
    },
    {
      name: 'a node with more cores',
      value: 'the same σ',
      class: 'guessed',
      note: `only ${contention.numCores} cores were measured`,
    },
    {
      name: 'core of an instance type',
      value: 'as of the calibrated machine',
      class: 'guessed',
      note: 'override "speed" in the prices',
    },
    {
      name: 'several nodes',
      value: 'independent of each other but for the store',
      class: 'guessed',
      note: 'one node was measured',
    },
  ];
}
