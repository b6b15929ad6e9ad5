import type { Machine } from '../engines/machine.ts';

/** The gates of the verification: how far measured may be from predicted, as a share of the prediction. */
export const GATES = {
  getsPerQuery: { name: 'requests a query', tolerance: 0.05 },
  bytesPerQuery: { name: 'bytes a query', tolerance: 0.02 },
  cpuUtilisation: { name: 'CPU utilisation', tolerance: 0.1 },
  p50Ms: { name: 'response p50', tolerance: 0.15 },
  p95Ms: { name: 'response p95', tolerance: 0.25 },
  dollarsPerThousand: { name: '$ a thousand queries', tolerance: 0.1 },
  kneePerSecond: { name: 'throughput at the knee', tolerance: 0.15 },
} as const;

export type GatedFigure = keyof typeof GATES;

/** One figure of one point: predicted, measured, and whether that is near enough. */
export interface Check {
  readonly figure: GatedFigure | 'p99Ms' | 'startDelay' | 'dropped';
  readonly predicted: number;
  readonly measured: number;
  /** measured / predicted - 1. */
  readonly error: number;
  readonly passes: boolean;
  /** What it may be. */
  readonly gate: string;
}

/** A point that the calibration has not seen. */
export interface VerificationPoint {
  readonly name: string;
  readonly numWorkers: number;
  readonly ratePerSecond: number;
  readonly numQueries: number;
  readonly checks: readonly Check[];
  /** Quantiles of response: [share, predicted, low, high, measured]. */
  readonly quantiles: readonly (readonly [
    share: number,
    predicted: number,
    low: number,
    high: number,
    measured: number,
  ])[];
}

/** What `bench verify` writes: predicted against measured, misses included. */
export interface Scorecard {
  readonly schema: 'scorecard@1';
  readonly createdAt: string;
  readonly workload: string;
  readonly machine: Machine;
  readonly store: string;
  /** Variation of the machine while it was verified. */
  readonly noise: number;
  readonly kneeWorkers: number;
  readonly kneeObjectiveMs: number;
  readonly points: readonly VerificationPoint[];
  readonly knee: Check;
  readonly numPassed: number;
  readonly numChecks: number;
  /** Why what misses may miss, in words. */
  readonly reasons: readonly string[];
  readonly loopSeconds: number | undefined;
}

/** Holds a measured figure against its gate. */
export function gateCheck(figure: GatedFigure, predicted: number, measured: number): Check {
  const { tolerance } = GATES[figure];
  const error = measured / predicted - 1;
  return { figure, predicted, measured, error, passes: Math.abs(error) <= tolerance, gate: `± ${100 * tolerance} %` };
}

/** All checks of a scorecard, the knee's among them. */
export function allChecks({ points, knee }: Pick<Scorecard, 'points' | 'knee'>): readonly Check[] {
  return [...points.flatMap(({ checks }) => checks), knee];
}

export function checkName({ figure }: Check): string {
  if (figure === 'p99Ms') return 'response p99';
  if (figure === 'startDelay') return 'start delay p99';
  return figure === 'dropped' ? 'dropped arrivals' : GATES[figure].name;
}
