import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { probeNoise } from '../calibrate/noise-probe.ts';
import type { RunReport } from '../driver/run-report.ts';
import { ensureWorkloadData, runWorkload } from '../driver/run-workload.ts';
import { describeMachine } from '../engines/machine.ts';
import { EngineHost } from '../host/engine-host.ts';
import type { StoreChoice } from '../host/host-messages.ts';
import { storeText } from '../host/store-choice.ts';
import { writeJson } from '../json-output.ts';
import { scaledModel } from '../plan/grown-model.ts';
import type { Plan } from '../plan/plan-report.ts';
import type { InstancePrice, PriceTable } from '../prices/price-table.ts';
import { singleNode } from '../simulate/fleet-config.ts';
import { type FleetPrediction, PREDICTED_SHARES, predictFleet } from '../simulate/predict-fleet.ts';
import { quantile } from '../statistics/quantile.ts';
import { TPCH_TABLE_NAMES } from '../tpch/index.ts';
import type { Workload } from '../workload/workload-schema.ts';
import { kneeBetween, predictKnee, type RatePoint } from './find-knee.ts';
import { missReasons } from './miss-reasons.ts';
import { allChecks, type Check, gateCheck, type Scorecard, type VerificationPoint } from './scorecard.ts';

export interface VerifyOptions {
  readonly plan: Plan;
  readonly store: StoreChoice;
  readonly prices: PriceTable;
  readonly dataDirectory: string;
  /** Workers of the knee, which was calibrated, and of the point that was not. */
  readonly kneeWorkers: number;
  readonly unseenWorkers: number;
  readonly secondsPerPoint: number;
  readonly warmupSeconds: number;
  readonly resumeFile: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
}

/** What is run live: a point that no calibration has seen. */
interface PointPlan {
  readonly name: string;
  readonly numWorkers: number;
  readonly ratePerSecond: number;
  readonly workload: Workload;
  readonly model: Plan['model'];
  readonly store: StoreChoice;
}

const NUM_REPLICATIONS = 20;
const KNEE_REPLICATIONS = 4;
const MOST_LADDER_STEPS = 4;
/** Start delay of the generator, as a share of p50. */
const MOST_START_DELAY = 0.01;
/** Of the knee: loads where a prediction is worth something and a queue is there to be predicted. */
const UNSEEN_LOAD = 0.7;
const FAULT_FACTOR = 1.5;

/**
 * Holds a plan's model against the live engine on this machine, at points that the calibration has not seen: half, four fifths and all of the
 * predicted knee, a number of workers, a mix and a fault. Live and predicted see the same arrivals. An interrupted verification goes on
 * where it was. Rejects when the engine cannot be started.
 */
export async function verifyPlan(options: VerifyOptions): Promise<Scorecard> {
  const { plan, onProgress, kneeWorkers, unseenWorkers, store } = options;
  const { workload, model } = plan;
  const directory = await ensureWorkloadData(workload, options.dataDirectory, options.signal, onProgress);
  const noise = await measureNoise(options, directory);
  const objectiveMs = workload.slo.compute.latency.within;
  const kneeOf = (numWorkers: number) => predictedKnee(options, numWorkers, objectiveMs);
  onProgress('the predicted knee');
  const knee = kneeOf(kneeWorkers);
  if (knee === 0) {
    throw new RangeError(
      `${kneeWorkers} workers have no knee: even a query that is alone misses ${objectiveMs} ms; verify with a looser objective`,
    );
  }
  const at = (name: string, share: number): PointPlan => ({
    name,
    numWorkers: kneeWorkers,
    ratePerSecond: share * knee,
    workload,
    model,
    store,
  });
  const progress = loadProgress(
    options.resumeFile,
    `${plan.createdAt} ${storeText(store)} ${options.secondsPerPoint} ${kneeWorkers} ${unseenWorkers}`,
  );
  const measure = (point: PointPlan) => measurePoint(point, options, progress);
  const ladder: VerificationPoint[] = [];
  for (const share of [0.5, 0.8, 1]) ladder.push(await measure(at(`${100 * share} % of the knee`, share)));
  const ratePoints = (): RatePoint[] =>
    ladder.map(({ ratePerSecond, quantiles }) => ({
      ratePerSecond,
      p95Ms: quantiles[PREDICTED_SHARES.indexOf(0.95)]![4],
    }));
  // The measured knee may lie beyond the predicted one: further steps only serve to find it.
  const beyond: VerificationPoint[] = [];
  for (
    let step = 0;
    step < MOST_LADDER_STEPS &&
    kneeBetween(ratePoints(), objectiveMs) === undefined &&
    belowObjective(ratePoints(), objectiveMs);
    step++
  ) {
    const point = await measure(at(`${115 + 15 * step} % of the knee`, 1.15 + 0.15 * step));
    beyond.push(point);
    ladder.push(point);
  }
  const measuredKnee =
    kneeBetween(ratePoints(), objectiveMs) ??
    ratePoints().reduce(
      (best, { ratePerSecond, p95Ms }) => (p95Ms <= objectiveMs ? Math.max(best, ratePerSecond) : best),
      0,
    );
  const others = [
    await measure({
      ...at('an unseen number of workers', 1),
      numWorkers: unseenWorkers,
      ratePerSecond: UNSEEN_LOAD * kneeOf(unseenWorkers),
    }),
    await measure({ ...at('an unseen mix', UNSEEN_LOAD), workload: turnedMix(workload) }),
    await measure({
      ...at(`a fault: storage ${FAULT_FACTOR} times as slow`, 0.5),
      model: scaledModel(model, { storage: FAULT_FACTOR }),
      store: slower(store),
    }),
  ];
  const points = [...ladder.filter((point) => !beyond.includes(point)), ...others];
  const kneeCheck = gateCheck('kneePerSecond', knee, measuredKnee);
  const checks = allChecks({ points, knee: kneeCheck });
  await rm(options.resumeFile, { force: true });
  return {
    schema: 'scorecard@1',
    createdAt: new Date().toISOString(),
    workload: workload.name,
    machine: describeMachine(),
    store: storeText(store),
    noise,
    kneeWorkers,
    kneeObjectiveMs: objectiveMs,
    points,
    knee: kneeCheck,
    numPassed: checks.filter(({ passes }) => passes).length,
    numChecks: checks.length,
    reasons: missReasons(checks, noise, model.storage.drift),
    loopSeconds: undefined,
  };
}

interface Progress {
  readonly key: string;
  readonly runs: Record<string, RunReport>;
}

function loadProgress(file: string, key: string): Progress {
  if (existsSync(file)) {
    try {
      const saved = JSON.parse(readFileSync(file, 'utf8')) as Progress;
      if (saved.key === key) return saved;
    } catch {
      // Cut short while it was written: measuring again is right.
    }
  }
  return { key, runs: {} };
}

async function measureNoise({ store, signal }: VerifyOptions, directory: string): Promise<number> {
  const host = await EngineHost.start(
    { numWorkers: 1, directory, tables: TPCH_TABLE_NAMES, store, recordRequests: false },
    signal,
  );
  try {
    return (await probeNoise(host)).variation;
  } finally {
    await host.close();
  }
}

function predictedKnee(options: VerifyOptions, numWorkers: number, objectiveMs: number): number {
  const { plan } = options;
  const p95At = (ratePerSecond: number) =>
    predict(
      { name: '', numWorkers, ratePerSecond, workload: plan.workload, model: plan.model, store: options.store },
      options,
      KNEE_REPLICATIONS,
    ).response[PREDICTED_SHARES.indexOf(0.95)]!.value;
  return predictKnee(p95At, objectiveMs, 2 * numWorkers);
}

function predict(
  { workload, model, numWorkers, ratePerSecond }: PointPlan,
  options: VerifyOptions,
  numReplications: number,
): FleetPrediction {
  const { warmupSeconds, secondsPerPoint, plan } = options;
  return predictFleet({
    model,
    workload: { ...workload, arrivals: { kind: 'poisson', rate: ratePerSecond } },
    config: singleNode(numWorkers, plan.model.contention.numCores),
    durationMs: (warmupSeconds + secondsPerPoint) * 1000,
    numReplications,
    seed: workload.seed + 1,
    like: { seed: workload.seed, warmupMs: warmupSeconds * 1000 },
    signal: options.signal,
  });
}

async function measurePoint(point: PointPlan, options: VerifyOptions, progress: Progress): Promise<VerificationPoint> {
  const { secondsPerPoint, warmupSeconds, onProgress, signal } = options;
  const prediction = predict(point, options, NUM_REPLICATIONS);
  let run = progress.runs[point.name];
  if (!run) {
    run = await runWorkload({
      workload: point.workload,
      store: point.store,
      numWorkers: point.numWorkers,
      dataDirectory: options.dataDirectory,
      durationMs: secondsPerPoint * 1000,
      warmupMs: warmupSeconds * 1000,
      seed: point.workload.seed,
      arrivals: { kind: 'poisson', rate: point.ratePerSecond },
      recordRequests: true,
      signal,
      onProgress: (text) => onProgress(`${point.name}: ${text}`),
    });
    progress.runs[point.name] = run;
    await writeJson(options.resumeFile, progress);
  }
  const responses = Float64Array.from(run.samples, ([, , , , responseMs]) => responseMs);
  const quantiles = PREDICTED_SHARES.map((share, i) => {
    const { value, low, high } = prediction.response[i]!;
    return [share, value, low, high, quantile(responses, share)] as const;
  });
  return {
    name: point.name,
    numWorkers: point.numWorkers,
    ratePerSecond: point.ratePerSecond,
    numQueries: run.numDone,
    checks: checksOf(prediction, run, options),
    quantiles,
  };
}

function checksOf(prediction: FleetPrediction, run: RunReport, { prices, plan }: VerifyOptions): Check[] {
  const instance = prices.instances.find(({ name }) => name === plan.chosen.instance)!;
  const storage = run.storage!;
  const predictedRequests = prediction.getsPerQuery.value + prediction.planRequestsPerQuery.value;
  const requests = (storage.numGets + storage.numOthers) / run.numAnswered;
  const bytes = storage.bytes / run.numAnswered;
  const cost = (requestsPerQuery: number, throughput: number) =>
    costPerThousand(instance, prices, requestsPerQuery, throughput);
  const at = (share: (typeof PREDICTED_SHARES)[number]) => prediction.response[PREDICTED_SHARES.indexOf(share)]!;
  const p99 = at(0.99);
  const delay = run.startDelayMs.p99 / run.responseMs.p50;
  return [
    gateCheck('getsPerQuery', predictedRequests, requests),
    gateCheck('bytesPerQuery', prediction.bytesPerQuery.value, bytes),
    gateCheck('cpuUtilisation', prediction.utilisation.value, run.cpuUtilisation),
    gateCheck('p50Ms', at(0.5).value, run.responseMs.p50),
    gateCheck('p95Ms', at(0.95).value, run.responseMs.p95),
    {
      figure: 'p99Ms',
      predicted: p99.value,
      measured: run.responseMs.p99,
      error: run.responseMs.p99 / p99.value - 1,
      passes: run.responseMs.p99 >= p99.low && run.responseMs.p99 <= p99.high,
      gate: `${p99.low.toFixed(0)} to ${p99.high.toFixed(0)} ms`,
    },
    gateCheck(
      'dollarsPerThousand',
      cost(predictedRequests, prediction.throughput.value),
      cost(requests, (run.numAnswered / (run.durationMs + run.warmupMs)) * 1000),
    ),
    {
      figure: 'startDelay',
      predicted: 0,
      measured: run.startDelayMs.p99,
      error: delay,
      passes: delay <= MOST_START_DELAY,
      gate: 'under 1 % of p50',
    },
    {
      figure: 'dropped',
      predicted: 0,
      measured: run.numDropped,
      error: run.numDropped,
      passes: run.numDropped === 0,
      gate: 'none',
    },
  ];
}

/** The node's hour, shared by the queries that it answers, and the requests of each. */
function costPerThousand(
  instance: InstancePrice,
  prices: PriceTable,
  requestsPerQuery: number,
  throughput: number,
): number {
  return (
    1000 * (instance.dollarsPerHour / 3600 / throughput) + requestsPerQuery * prices.storage.dollarsPerThousandGets
  );
}

function belowObjective(points: readonly RatePoint[], objectiveMs: number): boolean {
  return points.every(({ p95Ms }) => p95Ms <= objectiveMs);
}

/** The same queries with their weights the other way round. */
function turnedMix(workload: Workload): Workload {
  const weights = workload.queries.map(({ weight }) => weight);
  const [least, most] = [Math.min(...weights), Math.max(...weights)];
  return { ...workload, queries: workload.queries.map((query) => ({ ...query, weight: least + most - query.weight })) };
}

function slower(store: StoreChoice): StoreChoice {
  if (store.kind !== 'throttled') {
    throw new RangeError('the point with a fault needs the throttled store: give --store throttled');
  }
  const { latencyFactor = 1 } = store.settings;
  return { ...store, settings: { ...store.settings, latencyFactor: latencyFactor * FAULT_FACTOR } };
}
