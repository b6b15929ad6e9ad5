import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { seededRandom } from 'millrace';
import { createArrivals, windowStream } from '../arrivals/create-arrivals.ts';
import { fleetHitRatio } from '../cache/miss-ratio-curve.ts';
import type { WorkloadModel } from '../model/workload-model.ts';
import { mean, meanInterval, standardDeviation } from '../statistics/mean-interval.ts';
import { quantile } from '../statistics/quantile.ts';
import { normalQuantile, studentTQuantile } from '../statistics/student-t.ts';
import { QueryMix } from '../workload/query-mix.ts';
import type { Workload } from '../workload/workload-schema.ts';
import type { Disturbance, FleetConfig } from './fleet-config.ts';
import type { SimulationRecord, TimeSeries } from './simulation-record.ts';
import { Simulator } from './simulator.ts';

/** A figure, and where another run of the same length would lie with 90 % probability. */
export interface Band {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A share of all, and its upper 95 % bound. */
export interface BoundedShare {
  readonly value: number;
  readonly upper: number;
}

export const PREDICTED_SHARES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;

/** What a fleet will be like under a workload. Times in milliseconds. */
export interface FleetPrediction {
  readonly schema: 'simulation@1';
  readonly workload: string;
  readonly config: FleetConfig;
  readonly traffic: number;
  readonly numReplications: number;
  readonly durationMs: number;
  readonly numQueries: number;
  /** Response at the shares of `PREDICTED_SHARES`, in their order. */
  readonly response: readonly Band[];
  readonly meanResponse: Band;
  readonly waitP95: Band;
  /** Answers that came too late or never, of all arrivals; and queries that failed. */
  readonly missed: BoundedShare;
  readonly failed: BoundedShare;
  readonly waitMissed: BoundedShare;
  readonly throughput: Band;
  readonly utilisation: Band;
  readonly nodes: Band;
  readonly getsPerQuery: Band;
  readonly bytesPerQuery: Band;
  /** Requests of planning. */
  readonly planRequestsPerQuery: Band;
  readonly cpuMsPerQuery: Band;
  readonly throttled: BoundedShare;
  readonly slowFirstByte: BoundedShare;
  readonly storageErrors: BoundedShare;
  readonly cacheHitRatio: number;
  readonly numRetries: number;
  /** How far the time average of queries in the system is from rate times response: 0 unless the simulator is wrong. */
  readonly littleError: number;
  readonly perQuery: readonly { readonly name: string; readonly p50: number; readonly p95: number }[];
  readonly series: TimeSeries;
}

export interface PredictOptions {
  readonly model: WorkloadModel;
  readonly workload: Workload;
  readonly config: FleetConfig;
  readonly durationMs: number;
  readonly numReplications: number;
  readonly seed: number;
  /** Default: 1. */
  readonly traffic?: number;
  readonly disturbances?: readonly Disturbance[];
  /** Arrivals are of this time of the workload on. Default: 0. */
  readonly windowStartMs?: number;
  /**
   * Every replication has the same arrivals, those that a live run with this seed has; answers to arrivals before `warmupMs` do not count.
   * Default: each replication has its own, and warm-up is found by MSER-5.
   */
  readonly like?: { readonly seed: number; readonly warmupMs: number } | undefined;
  readonly client?: Workload['client'];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

const NUM_STEPS = 120;
const CONFIDENCE = 0.9;
const MICROSECONDS = 1000;

/**
 * Simulates replications of a fleet under a workload and sums them up: means with intervals by t, quantiles from merged histograms. The same seed
 * gives every configuration the same luck. Cost: the number of queries times some microseconds, times the replications.
 */
export function predictFleet(options: PredictOptions): FleetPrediction {
  const { model, workload, config, numReplications, durationMs, traffic = 1 } = options;
  const records = Array.from({ length: numReplications }, (_, replication) => {
    options.signal?.throwIfAborted();
    options.onProgress?.(`replication ${replication + 1} of ${numReplications}`);
    return replicate(options, replication);
  });
  const kept = records.map((record) => keptResponses(record, options));
  const merged = newHistogram();
  for (const samples of kept) {
    const histogram = newHistogram();
    for (const ms of samples) histogram.record(Math.max(1, Math.round(ms * MICROSECONDS)));
    merged.add(histogram);
  }
  const over = (pick: (record: SimulationRecord) => number) => bandOf(records.map(pick));
  const { latency, queueWait } = workload.slo.compute;
  const requests = ({ storage }: SimulationRecord) =>
    Math.max(1, storage.numGets + storage.numOthers + storage.numThrottled);
  const done = (record: SimulationRecord) => Math.max(1, record.numDone);
  return {
    schema: 'simulation@1',
    workload: workload.name,
    config,
    traffic,
    numReplications,
    durationMs,
    numQueries: records.reduce((sum, { numArrivals }) => sum + numArrivals, 0),
    response: PREDICTED_SHARES.map((share) => {
      const band = bandOf(kept.map((samples) => quantile(samples, share)));
      return { ...band, value: merged.count > 0 ? merged.percentile(100 * share) / MICROSECONDS : Number.NaN };
    }),
    meanResponse: bandOf(kept.map((samples) => mean([...samples]))),
    waitP95: over((record) => quantile(record.waitMs, 0.95)),
    missed: shareOf(
      records.map(
        (record, i) =>
          (late(kept[i]!, latency.within) + unanswered(record)) / Math.max(1, kept[i]!.length + unanswered(record)),
      ),
    ),
    failed: shareOf(records.map((record) => unanswered(record) / Math.max(1, record.numArrivals))),
    waitMissed: shareOf(
      records.map((record) => (queueWait ? late(record.waitMs, queueWait.within) / done(record) : 0)),
    ),
    throughput: over(({ numDone }) => (numDone / durationMs) * 1000),
    utilisation: over(({ utilisation }) => utilisation),
    nodes: over(({ nodeHours }) => (nodeHours * 3_600_000) / durationMs),
    getsPerQuery: over((record) => record.storage.numGets / done(record)),
    planRequestsPerQuery: over((record) => record.storage.numOthers / done(record)),
    bytesPerQuery: over((record) => record.storage.bytes / done(record)),
    cpuMsPerQuery: over(
      (record) => (record.utilisation * record.nodeHours * 3_600_000 * config.coresPerNode) / done(record),
    ),
    throttled: shareOf(records.map((record) => record.storage.numThrottled / requests(record))),
    slowFirstByte: shareOf(records.map((record) => record.storage.numSlow / Math.max(1, record.storage.numGets))),
    storageErrors: shareOf(records.map((record) => record.storage.numFailed / requests(record))),
    cacheHitRatio: mean(
      records.map(({ storage }) => storage.numCacheHits / Math.max(1, storage.numCacheHits + storage.numGets)),
    ),
    numRetries: records.reduce((sum, { numRetries }) => sum + numRetries, 0),
    littleError: Math.max(
      ...records.map((record) => Math.abs(record.littleInSystem / Math.max(1e-12, record.meanInSystem) - 1)),
    ),
    perQuery: model.queries.map(({ name }, index) => {
      const samples = records.flatMap(({ responseMs, queryClass }) =>
        [...responseMs].filter((_, i) => queryClass[i] === index),
      );
      return { name, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95) };
    }),
    series: records[0]!.series,
  };
}

function replicate(options: PredictOptions, replication: number): SimulationRecord {
  const {
    model,
    workload,
    config,
    durationMs,
    seed,
    like,
    traffic = 1,
    disturbances = [],
    windowStartMs = 0,
  } = options;
  const luck = seededRandom(seed).fork(`replication ${replication}`);
  const arrivalRandom = like ? seededRandom(like.seed) : luck.fork('workload');
  const mix = new QueryMix(workload.queries, arrivalRandom);
  const arrivals = windowStream(createArrivals(workload.arrivals, arrivalRandom, traffic), windowStartMs);
  const { timeout, retries, backoff } = options.client ?? workload.client;
  const tenants = new Map(
    workload.queries.map(({ tenant }) => [tenant, workload.tenants[tenant] ?? { weight: 1, priority: 5 }]),
  );
  const { cacheBytesPerNode, numNodes, placement } = config;
  const deviate = normalQuantile(Math.min(0.999, Math.max(0.001, luck.fork('model error').next())));
  return new Simulator({
    model,
    config,
    arrivals,
    nextQuery: () => mix.nextIndex(),
    client: { timeoutMs: timeout, retries, backoffMs: backoff },
    tenants,
    durationMs,
    disturbances,
    random: luck,
    hitRatio: fleetHitRatio(model.cacheCurve, cacheBytesPerNode, numNodes, placement),
    latencyObjectiveMs: workload.slo.compute.latency.within,
    firstByteObjectiveMs: workload.slo.storage.firstByte.within,
    numSteps: NUM_STEPS,
    cpuScale: Math.max(0.5, 1 + deviate * model.cpuStandardError),
  }).run();
}

function keptResponses({ responseMs, intendedMs, cut }: SimulationRecord, { like }: PredictOptions): Float64Array {
  return like ? responseMs.filter((_, i) => intendedMs[i]! >= like.warmupMs) : responseMs.subarray(cut);
}

function newHistogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: 3_600_000 * MICROSECONDS, figures: 3 });
}

function late(times: Float64Array, withinMs: number): number {
  let count = 0;
  for (const time of times) if (time > withinMs) count += 1;
  return count;
}

/** Of all arrivals: those that failed, timed out, were refused, or are still under way at the end. */
function unanswered({ numArrivals, numDone }: SimulationRecord): number {
  return numArrivals - numDone;
}

/** A figure of replications: their mean, and where one more would lie. */
function bandOf(values: readonly number[]): Band {
  const center = mean(values);
  if (values.length < 2) return { value: center, low: center, high: center };
  const t = studentTQuantile((1 + CONFIDENCE) / 2, values.length - 1);
  const reach = t * standardDeviation(values) * Math.sqrt(1 + 1 / values.length);
  return { value: center, low: Math.max(0, center - reach), high: center + reach };
}

function shareOf(values: readonly number[]): BoundedShare {
  const { mean: value, halfWidth } = meanInterval(values, 0.9);
  return { value, upper: Math.min(1, value + (halfWidth ?? 0)) };
}
