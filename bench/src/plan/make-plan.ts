import { S3_REQUEST_CAPACITY } from '@millrace/core/storage';
import type { WorkloadModel } from '../model/workload-model.ts';
import type { PriceTable } from '../prices/price-table.ts';
import type { FleetConfig } from '../simulate/fleet-config.ts';
import { type FleetPrediction, type PredictOptions, predictFleet } from '../simulate/predict-fleet.ts';
import { formatDuration } from '../workload/unit-text.ts';
import type { Workload } from '../workload/workload-schema.ts';
import { bindingConstraint } from './binding-constraint.ts';
import { comparePolicies } from './compare-policies.ts';
import { fleetCost, meanPlanRequests } from './fleet-cost.ts';
import { missedObjectives, percent } from './objectives.ts';
import type { Candidate, Plan } from './plan-report.ts';
import { PlanRefusedError, planningRate } from './planning-rate.ts';
import { prefixPoints } from './request-throttling.ts';
import { growthRunway } from './runway.ts';
import { runScenarios } from './scenarios.ts';
import { fleetOf, type SearchOptions, searchFleet } from './search-fleet.ts';
import { sensitivity } from './sensitivity.ts';

export interface MakePlanOptions {
  readonly workload: Workload;
  readonly model: WorkloadModel;
  readonly prices: PriceTable;
  readonly cacheBytesPerNode: number;
  readonly createdAt: string;
  /** Simulated time of a replication, in milliseconds. Default: 4,000 queries' worth, five minutes at least, a day at most. */
  readonly durationMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** How a plan predicts: the same window of the workload's busiest time for every configuration. */
export type Predict = (config: FleetConfig, overrides?: Partial<PredictOptions>) => FleetPrediction;

const QUERIES_PER_REPLICATION = 4000;
const LEAST_MS = 5 * 60_000;
const MOST_MS = 24 * 3_600_000;
/** Search is quick, the answer is sure. */
const SEARCH_REPLICATIONS = 5;
const FINAL_REPLICATIONS = 10;
/** Nodes that are added one by one until every scenario is survived. */
const MOST_EXTRA_NODES = 16;

/**
 * The cheapest fleet that keeps the objectives of a workload with 95 % confidence and lives through what will go wrong, with what it costs, what binds
 * it, how long it lasts and what it depends on. Throws {@link PlanRefusedError} when no fleet keeps them.
 */
export function makePlan(options: MakePlanOptions): Plan {
  const { workload, model, prices, onProgress } = options;
  const rate = planningRate(workload);
  const durationMs =
    options.durationMs ?? Math.min(MOST_MS, Math.max(LEAST_MS, (QUERIES_PER_REPLICATION / rate) * 1000));
  const predict: Predict = (config, overrides = {}) =>
    predictFleet({
      model,
      workload,
      config,
      durationMs,
      numReplications: SEARCH_REPLICATIONS,
      seed: workload.seed,
      windowStartMs: busiestWindowMs(workload, durationMs),
      signal: options.signal,
      ...overrides,
    });
  const misses = (prediction: FleetPrediction) => missedObjectives(prediction, workload.slo);
  const base: SearchOptions['base'] = {
    cacheBytesPerNode: options.cacheBytesPerNode,
    scheduling: 'fair',
    placement: 'random',
    balancing: 'least-loaded',
    capacity: S3_REQUEST_CAPACITY,
    numPrefixes: 1,
  };
  const search = searchFleet({ model, prices, rate, base, predict, misses, onProgress });
  if (!search.best) throw new PlanRefusedError(refusalText(search.candidates, workload));
  const robust = strengthen(search.best, predict, options, base);
  const instance = prices.instances.find(({ name }) => name === robust.candidate.instance)!;
  const { config } = robust.candidate;
  const { prediction } = robust;
  const cost = fleetCost(prediction, instance, prices, model);
  onProgress?.('runway, sensitivity, policies');
  const candidates = [...search.candidates, ...robust.tried];
  const requestsPerSecond = rate * (prediction.getsPerQuery.value + meanPlanRequests(model));
  return {
    schema: 'plan@1',
    createdAt: options.createdAt,
    workload,
    model,
    prices: { name: prices.name, asOf: prices.asOf },
    chosen: { ...robust.candidate, p95Ms: prediction.response[3]!.value, dollarsPerHour: cost.total },
    prediction,
    cost,
    binding: bindingConstraint(candidates, robust, prediction),
    runnerUp: search.runnerUp,
    candidates,
    scenarios: robust.scenarios,
    runway: growthRunway(workload, model, config, predict, misses),
    sensitivity: sensitivity(model, config, predict),
    policies: comparePolicies({
      workload,
      model,
      config,
      instance,
      prices,
      dayMs: options.durationMs,
      signal: options.signal,
    }),
    prefixes: prefixPoints(requestsPerSecond, workload.seed),
  };
}

/** Adds nodes until every scenario is survived, and the objectives are kept with as many replications as the answer has. */
function strengthen(best: Candidate, predict: Predict, options: MakePlanOptions, base: SearchOptions['base']) {
  const { prices, workload, model, onProgress } = options;
  const instance = prices.instances.find(({ name }) => name === best.instance)!;
  const tried: Candidate[] = [];
  let candidate = best;
  for (let extra = 0; ; extra++) {
    onProgress?.(`what ${candidate.config.numNodes} nodes live through`);
    const scenarios = runScenarios(workload, candidate.config, predict);
    const prediction = predict(candidate.config, { numReplications: FINAL_REPLICATIONS });
    const isSafe =
      scenarios.every(({ survives }) => survives) && missedObjectives(prediction, workload.slo).length === 0;
    if (isSafe || extra >= MOST_EXTRA_NODES) return { candidate, prediction, scenarios, tried, numExtraNodes: extra };
    const config = fleetOf(
      instance,
      best.config.workersPerNode,
      best.config.numNodes + extra + 1,
      base,
      model.coldStartMs,
    );
    const larger = predict(config);
    candidate = {
      ...best,
      config,
      p95Ms: larger.response[3]!.value,
      dollarsPerHour: fleetCost(larger, instance, prices, model).total,
    };
    tried.push(candidate);
  }
}

/** The start of the busiest window of a day; 0 for what knows no day. */
function busiestWindowMs({ arrivals }: Workload, durationMs: number): number {
  if (arrivals.kind !== 'diurnal') return 0;
  return Math.max(0, arrivals.peak - durationMs / 2);
}

function refusalText(candidates: readonly Candidate[], { slo }: Workload): string {
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.p95Ms <= b.p95Ms ? a : b), undefined);
  const { within, target } = slo.compute.latency;
  if (!best)
    return 'no instance type of the prices may be used: all have more workers than four times those calibrated; calibrate with more workers';
  return (
    `nobody can meet these objectives: the best of ${candidates.length} fleets, ${best.config.numNodes} ${best.instance} with ${best.config.workersPerNode} workers each, ` +
    `has p95 ${formatDuration(best.p95Ms)} and misses ${best.misses.join('; ')}. More nodes do not help, since a query alone takes that long. ` +
    `Allow more than ${formatDuration(within)} or less than ${percent(target)}, use a faster store, or make the queries read less`
  );
}
