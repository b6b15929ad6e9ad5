import { meanRate } from '../arrivals/create-arrivals.ts';
import type { Workload } from '../workload/workload-schema.ts';

/** No plan can be made; the message says what stands in the way, and what would have to change. */
export class PlanRefusedError extends Error {
  override name = 'PlanRefusedError';
  readonly code = 'BAD_ARGUMENT';
}

/** Queries a second at the busiest time. Throws {@link PlanRefusedError} for arrivals that have no rate. */
export function planningRate({ arrivals }: Workload): number {
  const rate = meanRate(arrivals);
  if (rate === undefined || !(rate > 0)) {
    throw new PlanRefusedError(
      `a plan needs arrivals with a rate of their own, and these are '${arrivals.kind}': closed clients ask as fast as they are answered. Use poisson, diurnal, mmpp, on-off or replay`,
    );
  }
  const peak = arrivals.kind === 'diurnal' ? 1 + arrivals.amplitude : 1;
  return rate * peak;
}
