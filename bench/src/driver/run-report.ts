import type { Machine } from '../engines/machine.ts';
import { quantileSorted } from '../statistics/quantile.ts';

/** Quantiles of a time in milliseconds; undefined of no samples. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What the store was asked for during a run. */
export interface StorageSummary {
  readonly numGets: number;
  readonly numOthers: number;
  readonly bytes: number;
  readonly numThrottled: number;
  readonly numFailed: number;
  readonly firstByteMs: LatencySummary;
}

/** One query of a run, in milliseconds: [position in the workload's list, intended start, start delay, service, response]. */
export type RunSample = readonly [
  query: number,
  intendedMs: number,
  startDelayMs: number,
  serviceMs: number,
  responseMs: number,
];

/** What a run of a workload against a live engine was like. `bench run --json` writes it; `bench compare` reads it. */
export interface RunReport {
  readonly schema: 'run@1';
  readonly kind: 'measured';
  readonly workload: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly store: string;
  readonly numWorkers: number;
  readonly queries: readonly string[];
  /** Counted part of the run: arrivals after the warm-up. */
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly numArrivals: number;
  readonly numDone: number;
  readonly numFailed: number;
  readonly numRetried: number;
  /** Arrivals that were never sent because too many were in flight. A run with any is void. */
  readonly numDropped: number;
  readonly offeredPerSecond: number;
  readonly throughputPerSecond: number;
  /** From the intended start to the answer: what a client sees. */
  readonly responseMs: LatencySummary;
  /** Inside the engine's process. */
  readonly serviceMs: LatencySummary;
  /** From the intended start to the moment the query was sent: the generator's own fault. */
  readonly startDelayMs: LatencySummary;
  /** Share of the cores' time that the engine's process used. */
  readonly cpuUtilisation: number;
  readonly cpuMsPerQuery: number;
  /** Answers with those to arrivals of the warm-up: what CPU, requests and bytes are of. */
  readonly numAnswered: number;
  readonly peakRssBytes: number;
  /** Undefined when requests were not recorded. */
  readonly storage: StorageSummary | undefined;
  readonly failures: Readonly<Record<string, number>>;
  readonly samples: readonly RunSample[];
}

/** Sums up times; every figure is NaN when there are none. */
export function summarize(times: readonly number[]): LatencySummary {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => quantileSorted(sorted, share);
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, time) => sum + time, 0) / sorted.length,
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}
