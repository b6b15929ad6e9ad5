import type { WorkloadModel } from '../model/workload-model.ts';
import type { FleetConfig } from '../simulate/fleet-config.ts';
import type { PredictOptions } from '../simulate/predict-fleet.ts';
import { grownModel, scaledModel } from './grown-model.ts';
import type { Predict } from './make-plan.ts';
import type { SensitivityPoint } from './plan-report.ts';

const NUM_REPLICATIONS = 3;

/** How p95 moves when one input is a quarter larger or as much smaller, the largest effect first. */
export function sensitivity(model: WorkloadModel, config: FleetConfig, predict: Predict): SensitivityPoint[] {
  const p95 = (fleet: FleetConfig, overrides: Partial<PredictOptions>) =>
    predict(fleet, { numReplications: NUM_REPLICATIONS, ...overrides }).response[3]!.value;
  const pair = (input: string, low: number, high: number, run: (factor: number) => number): SensitivityPoint => ({
    input,
    lowLabel: `× ${low}`,
    highLabel: `× ${high}`,
    lowMs: run(low),
    highMs: run(high),
  });
  const points = [
    pair('traffic', 0.8, 1.25, (traffic) => p95(config, { traffic })),
    pair('CPU of a query', 0.8, 1.25, (cpu) => p95(config, { model: scaledModel(model, { cpu }) })),
    pair('storage latency', 0.8, 1.25, (storage) => p95(config, { model: scaledModel(model, { storage }) })),
    pair('storage latency beyond p99', 0.5, 2, (tail) => p95(config, { model: scaledModel(model, { tail }) })),
    pair('data', 0.8, 1.25, (data) => p95(config, { model: grownModel(model, data) })),
    {
      input: 'nodes',
      lowLabel: '+ 1',
      highLabel: config.numNodes > 1 ? '- 1' : '+ 0',
      lowMs: p95({ ...config, numNodes: config.numNodes + 1 }, {}),
      highMs: p95({ ...config, numNodes: Math.max(1, config.numNodes - 1) }, {}),
    },
  ];
  return points.sort((a, b) => Math.abs(b.highMs - b.lowMs) - Math.abs(a.highMs - a.lowMs));
}
