import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import { formatDuration } from '../workload/unit-text.ts';
import type { Workload } from '../workload/workload-schema.ts';

/** The objectives of a workload that a prediction misses, in words: those whose upper 95 % bound lies beyond the error budget. */
export function missedObjectives(prediction: FleetPrediction, { compute, storage }: Workload['slo']): string[] {
  const misses: string[] = [];
  const check = (name: string, share: number, budget: number) => {
    if (share > budget) misses.push(`${name}: up to ${percent(share)} miss it, the budget is ${percent(budget)}`);
  };
  check(`latency (${formatDuration(compute.latency.within)})`, prediction.missed.upper, 1 - compute.latency.target);
  check('success', prediction.failed.upper, 1 - compute.success.target);
  if (compute.queueWait) {
    const { within, target } = compute.queueWait;
    check(`queue wait (${formatDuration(within)})`, prediction.waitMissed.upper, 1 - target);
  }
  check(
    `first byte (${formatDuration(storage.firstByte.within)})`,
    prediction.slowFirstByte.upper,
    1 - storage.firstByte.target,
  );
  check('storage errors', prediction.storageErrors.upper, storage.errors);
  check('throttled requests', prediction.throttled.upper, storage.throttled);
  return misses;
}

/** A share as a percentage with as many digits as it needs. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
}
