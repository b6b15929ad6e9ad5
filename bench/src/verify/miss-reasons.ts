import { MOST_VARIATION } from '../calibrate/noise-probe.ts';
import { type Check, checkName } from './scorecard.ts';

/** Why figures may have missed their gates, in words: what is known of the run, and what each kind of miss points to. */
export function missReasons(checks: readonly Check[], noise: number, drift: number): string[] {
  const missed = new Set(checks.filter(({ passes }) => !passes).map(({ figure }) => figure));
  if (missed.size === 0) return [];
  const reasons: string[] = [];
  if (noise > MOST_VARIATION) {
    reasons.push(
      `The machine was noisy while it was verified: the same work varied by ${(100 * noise).toFixed(0)} %, more than ${100 * MOST_VARIATION} %. Times and CPU are suspect; requests and bytes are not.`,
    );
  }
  if (Math.abs(drift - 1) > 0.1) {
    reasons.push(`The store drifted while it was calibrated: its p50 changed by ${(100 * (drift - 1)).toFixed(0)} %.`);
  }
  const explain: Partial<Record<Check['figure'], string>> = {
    cpuUtilisation:
      'CPU a query falls while V8 still compiles and rises with what else runs on the sibling threads of the cores; the model has one factor for both.',
    p95Ms:
      'The tail near the knee amplifies every error of the service time: at 80 % load one percent of it becomes about five of the wait.',
    p50Ms: 'The median moves with the service time itself: compare CPU and requests of the same point.',
    p99Ms: 'A run of this length has only a few queries beyond p99.',
    kneePerSecond: 'The knee is where p95 crosses the objective: see the p95 of the points around it.',
    getsPerQuery: 'Queries were planned otherwise than at calibration, or requests were repeated.',
    bytesPerQuery: 'Queries read other ranges than at calibration: their parameters prune differently.',
    startDelay: 'The load generator did not get the processor in time; give it a core or run with chrt.',
    dropped: 'The engine was overloaded so far that the generator gave up sending.',
  };
  for (const figure of missed) {
    const text = explain[figure];
    if (text) reasons.push(`${checkName({ figure } as Check)}: ${text}`);
  }
  return reasons;
}
