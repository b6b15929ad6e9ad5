import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import { formatDuration } from '../workload/unit-text.ts';
import type { Workload } from '../workload/workload-schema.ts';

type Slo = Workload['slo'];

/** The objectives of a workload that a prediction misses, in words: those whose upper 95 % bound lies beyond the error budget. */
export function missedObjectives(prediction: FleetPrediction, slo: Slo): string[] {
  return [...missedByCompute(prediction, slo), ...missedByStorage(prediction, slo)];
}

/** Those that more nodes can mend. */
export function missedByCompute(prediction: FleetPrediction, { compute }: Slo): string[] {
  const { latency, success, queueWait } = compute;
  return [
    ...check(`latency (${formatDuration(latency.within)})`, prediction.missed.upper, 1 - latency.target),
    ...check('success', prediction.failed.upper, 1 - success.target),
    ...(queueWait
      ? check(`queue wait (${formatDuration(queueWait.within)})`, prediction.waitMissed.upper, 1 - queueWait.target)
      : []),
  ];
}

/** Those of the store, which no number of nodes can change. */
export function missedByStorage(prediction: FleetPrediction, { storage }: Slo): string[] {
  const { within, target } = storage.firstByte;
  return [
    ...check(`first byte (${formatDuration(within)})`, prediction.slowFirstByte.upper, 1 - target),
    ...check('storage errors', prediction.storageErrors.upper, storage.errors),
    ...check('throttled requests', prediction.throttled.upper, storage.throttled),
  ];
}

function check(name: string, share: number, budget: number): string[] {
  return share > budget ? [`${name}: up to ${percent(share)} miss it, the budget is ${percent(budget)}`] : [];
}

/** A share as a percentage with as many digits as it needs. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
}
