import { type Random, seededRandom } from 'millrace';
import type { RunReport } from '../driver/run-report.ts';
import { blockResample, type Interval } from '../statistics/bootstrap.ts';
import { quantile, quantileSorted } from '../statistics/quantile.ts';

export type Verdict = 'faster' | 'slower' | 'no change' | 'inconclusive';

/** One figure of two runs. */
export interface Comparison {
  readonly metric: 'mean' | 'p50' | 'p95' | 'p99';
  /** Undefined for all queries together. */
  readonly query: string | undefined;
  readonly before: number;
  readonly after: number;
  /** after / before, and where it lies with 95 % confidence. */
  readonly ratio: number;
  readonly interval: Interval;
  readonly verdict: Verdict;
}

/** What `bench compare --json` writes. */
export interface ComparisonReport {
  readonly schema: 'comparison@1';
  readonly before: string;
  readonly after: string;
  readonly margin: number;
  readonly comparisons: readonly Comparison[];
  /** Why the runs may not be comparable at all. */
  readonly warnings: readonly string[];
}

const METRICS = { mean: undefined, p50: 0.5, p95: 0.95, p99: 0.99 } as const;
const NUM_RESAMPLES = 400;
/** Neighbours in a queue depend on each other over about a busy period; blocks of a twentieth keep that. */
const NUM_BLOCKS = 20;
/** A quantile needs as many samples beyond it to have an interval. */
const LEAST_BEYOND = 5;

/**
 * Compares the response times of two runs by the block bootstrap of the ratio. A change within `margin` (a share) is none. Quantiles
 * with fewer than five samples beyond them are inconclusive.
 */
export function compareRuns(before: RunReport, after: RunReport, margin: number, seed = 1): ComparisonReport {
  const random = seededRandom(seed);
  const all = compareSamples(responses(before), responses(after), undefined, margin, random);
  const perQuery = before.queries.flatMap((query, i) => {
    const j = after.queries.indexOf(query);
    if (j === -1) return [];
    const [a, b] = [responses(before, i), responses(after, j)];
    if (a.length === 0 || b.length === 0) return [];
    return compareSamples(a, b, query, margin, random).filter(({ metric }) => metric === 'p50' || metric === 'p95');
  });
  return {
    schema: 'comparison@1',
    before: `${before.workload} ${before.startedAt}`,
    after: `${after.workload} ${after.startedAt}`,
    margin,
    comparisons: [...all, ...perQuery],
    warnings: [
      ...warningsOf(before, 'the first run'),
      ...warningsOf(after, 'the second run'),
      ...differences(before, after),
    ],
  };
}

function responses({ samples }: RunReport, query?: number): number[] {
  return samples.filter(([index]) => query === undefined || index === query).map((sample) => sample[4]);
}

function compareSamples(
  before: readonly number[],
  after: readonly number[],
  query: string | undefined,
  margin: number,
  random: Random,
): Comparison[] {
  const ratios = Object.fromEntries(Object.keys(METRICS).map((name) => [name, [] as number[]]));
  for (let i = 0; i < NUM_RESAMPLES; i++) {
    const a = Float64Array.from(blockResample(before, Math.ceil(before.length / NUM_BLOCKS), random)).sort();
    const b = Float64Array.from(blockResample(after, Math.ceil(after.length / NUM_BLOCKS), random)).sort();
    for (const [name, share] of Object.entries(METRICS))
      ratios[name]!.push(figureSorted(b, share) / figureSorted(a, share));
  }
  return Object.entries(METRICS).map(([name, share]) => {
    const sorted = Float64Array.from(ratios[name]!).sort();
    const interval = { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
    const [a, b] = [figure(before, share), figure(after, share)];
    const numBeyond = (1 - (share ?? 0)) * Math.min(before.length, after.length);
    return {
      metric: name as Comparison['metric'],
      query,
      before: a,
      after: b,
      ratio: b / a,
      interval,
      verdict: numBeyond < LEAST_BEYOND ? 'inconclusive' : verdictOf(interval, margin),
    };
  });
}

function figure(samples: readonly number[], share: number | undefined): number {
  return share === undefined ? samples.reduce((sum, x) => sum + x, 0) / samples.length : quantile(samples, share);
}

function figureSorted(sorted: Float64Array, share: number | undefined): number {
  return share === undefined ? sorted.reduce((sum, x) => sum + x, 0) / sorted.length : quantileSorted(sorted, share);
}

/** What an interval of a ratio of times says. */
export function verdictOf({ low, high }: Interval, margin: number): Verdict {
  if (low > 1 / (1 + margin) && high < 1 + margin) return 'no change';
  if (high < 1) return 'faster';
  if (low > 1) return 'slower';
  return 'inconclusive';
}

function warningsOf(run: RunReport, name: string): string[] {
  const warnings: string[] = [];
  if (run.numDropped > 0)
    warnings.push(`${name} is void: ${run.numDropped} arrivals were dropped, the server was overloaded`);
  if (run.startDelayMs.p99 > 0.01 * run.responseMs.p50) {
    const delay = run.startDelayMs.p99.toFixed(1);
    warnings.push(
      `${name} was sent late (start delay p99 ${delay} ms, above 1 % of p50): its machine was too busy for the generator`,
    );
  }
  if (run.numFailed > 0) warnings.push(`${name} has ${run.numFailed} failed queries, which are in no quantile`);
  if (run.machine.loadBefore > 0.5) {
    warnings.push(
      `${name} began on a busy machine (load ${run.machine.loadBefore.toFixed(2)}): measure again when it is quiet`,
    );
  }
  return warnings;
}

function differences(before: RunReport, after: RunReport): string[] {
  const differing = (['workload', 'store', 'numWorkers', 'seed'] as const).filter(
    (name) => before[name] !== after[name],
  );
  return differing.map((name) => `the runs differ in ${name}: ${before[name]} and ${after[name]}`);
}
