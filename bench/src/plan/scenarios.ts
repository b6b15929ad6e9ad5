import type { Disturbance, FleetConfig } from '../simulate/fleet-config.ts';
import type { FleetPrediction, PredictOptions } from '../simulate/predict-fleet.ts';
import type { Workload } from '../workload/workload-schema.ts';
import type { Predict } from './make-plan.ts';
import { missedByCompute, missedByStorage, percent } from './objectives.ts';
import type { ScenarioResult } from './plan-report.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
const STORM_MS = 60_000;
/** Of the run, at its end: by then a storm must be over. */
const AFTERMATH = 0.25;

/**
 * What a fleet must live through: traffic + 30 %, the loss of a node, storage whose p99 is doubled for a quarter of an hour, and a retry storm.
 * The first three must keep the objectives of compute all the same (those of the store are the store's affair: no number of nodes changes them); after the
 * storm everything must be as before.
 */
export function runScenarios(workload: Workload, config: FleetConfig, predict: Predict): ScenarioResult[] {
  const keeps = (name: string, note: string, overrides: Partial<PredictOptions>): ScenarioResult => {
    const prediction = predict(config, overrides);
    const misses = missedByCompute(prediction, workload.slo);
    const [ofStore] = missedByStorage(prediction, workload.slo);
    return {
      name,
      survives: misses.length === 0,
      p95Ms: prediction.response[3]!.value,
      missed: prediction.missed.value,
      note: misses[0] ?? (ofStore === undefined ? note : `${note}; the store misses its own: ${ofStore}`),
    };
  };
  const startMs = 30_000;
  const slow: Disturbance = {
    kind: 'storage-slow',
    startMs,
    endMs: startMs + QUARTER_HOUR_MS,
    factor: 2,
    tailFrom: 0.99,
  };
  const loss: Disturbance = { kind: 'node-loss', startMs, endMs: Number.MAX_SAFE_INTEGER, factor: 1 };
  // A client without retries would lose what runs on the node; every client of a fleet has one at least.
  const retrying = { ...workload.client, retries: Math.max(1, workload.client.retries) };
  return [
    keeps('traffic + 30 %', 'the objectives are kept', { traffic: 1.3 }),
    config.numNodes > 1
      ? keeps('loss of a node', 'the objectives are kept by the others', { disturbances: [loss], client: retrying })
      : { name: 'loss of a node', survives: false, p95Ms: Number.NaN, missed: 1, note: 'there is only one' },
    keeps('storage p99 doubled for 15 min', 'the objectives are kept', { disturbances: [slow] }),
    retryStorm(workload, config, predict),
  ];
}

/** A minute in which the store refuses most requests, and clients that ask again soon and often. */
function retryStorm(workload: Workload, config: FleetConfig, predict: Predict): ScenarioResult {
  const storm: Disturbance = { kind: 'storage-errors', startMs: 10_000, endMs: 10_000 + STORM_MS, factor: 0.9 };
  const client = { ...workload.client, retries: Math.max(3, workload.client.retries) };
  const prediction = predict(config, { disturbances: [storm], client });
  const late = missedAtEnd(prediction);
  const { target } = workload.slo.compute.latency;
  const survives = late <= 1 - target;
  return {
    name: 'retry storm (storage refuses 90 % for a minute)',
    survives,
    p95Ms: prediction.response[3]!.value,
    missed: prediction.missed.value,
    note: survives
      ? `over by itself: at the end ${percent(late)} miss their objective`
      : `it feeds itself: long after the store is well ${percent(late)} still miss their objective; limit retries or admit fewer queries`,
  };
}

function missedAtEnd({ series }: FleetPrediction): number {
  const from = Math.floor(series.missed.length * (1 - AFTERMATH));
  const sum = (values: readonly number[]) => values.slice(from).reduce((total, value) => total + value, 0);
  return sum(series.missed) / Math.max(1, sum(series.arrivals));
}
