import type { ScalingPolicy } from '../autoscale/autoscaler.ts';
import type { WorkloadModel } from '../model/workload-model.ts';
import type { InstancePrice, PriceTable } from '../prices/price-table.ts';
import type { FleetConfig } from '../simulate/fleet-config.ts';
import { predictFleet } from '../simulate/predict-fleet.ts';
import type { Workload } from '../workload/workload-schema.ts';
import { fleetCost } from './fleet-cost.ts';
import type { PolicyResult } from './plan-report.ts';
import { planningRate } from './planning-rate.ts';

const DAY_MS = 86_400_000;
const MOST_QUERIES = 60_000;
const NUM_REPLICATIONS = 2;
const HPA_TARGET = 0.6;
/** Of a new machine until it can start the engine. */
const MACHINE_START_MS = 90_000;
/** A day as services have it, for workloads that say nothing of it: twice the rate at the peak of what it is at night. */
const DAY_AMPLITUDE = 0.6;

/**
 * The chosen nodes over a day under several autoscaling policies. Arrivals that know no day are given one of the same peak, since a policy
 * has nothing to follow otherwise; the day is shorter when it would be too many queries.
 */
export function comparePolicies(options: {
  readonly workload: Workload;
  readonly model: WorkloadModel;
  readonly config: FleetConfig;
  readonly instance: InstancePrice;
  readonly prices: PriceTable;
  /** In place of a day. */
  readonly dayMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}): PolicyResult[] {
  const { workload, model, config, instance, prices, signal } = options;
  const peakRate = planningRate(workload);
  const dayMs = options.dayMs ?? Math.min(DAY_MS, (MOST_QUERIES / peakRate) * 1000 * (1 + DAY_AMPLITUDE));
  const arrivals = {
    kind: 'diurnal',
    rate: peakRate / (1 + DAY_AMPLITUDE),
    amplitude: DAY_AMPLITUDE,
    peak: dayMs * 0.6,
    period: dayMs,
  } as const;
  const { numNodes } = config;
  const least = Math.max(1, Math.ceil(numNodes / 4));
  const perNode = config.workersPerNode;
  const policies: (readonly [string, ScalingPolicy])[] = [
    ['fixed', { kind: 'fixed' }],
    ['HPA on CPU 60 %', { kind: 'hpa', target: HPA_TARGET, min: least, max: numNodes * 2 }],
    ['KEDA on queries in flight', { kind: 'keda', target: perNode, min: least, max: numNodes * 2 }],
    [
      'base and burst',
      {
        kind: 'base-burst',
        base: Math.max(1, Math.ceil(numNodes / 2)),
        burst: Math.ceil(numNodes / 2),
        threshold: perNode,
      },
    ],
    [
      'schedule',
      {
        kind: 'schedule',
        entries: [
          { atMs: 0, nodes: Math.max(1, Math.ceil(numNodes * 0.6)) },
          { atMs: dayMs * 0.3, nodes: numNodes },
          { atMs: dayMs * 0.9, nodes: Math.max(1, Math.ceil(numNodes * 0.6)) },
        ],
      },
    ],
  ];
  return policies.map(([name, scaling]) => {
    const prediction = predictFleet({
      model,
      workload: { ...workload, arrivals },
      config: { ...config, scaling, nodeStartMs: MACHINE_START_MS + model.coldStartMs },
      durationMs: dayMs,
      numReplications: NUM_REPLICATIONS,
      seed: workload.seed,
      signal,
    });
    return {
      name,
      meanNodes: prediction.nodes.value,
      dollarsPerHour: fleetCost(prediction, instance, prices, model).total,
      missed: prediction.missed.value,
      p95Ms: prediction.response[3]!.value,
    };
  });
}
