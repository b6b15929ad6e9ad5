import { seededRandom } from 'millrace';
import { describe, expect, test } from 'vitest';
import { type RunReport, summarize } from '../driver/run-report.ts';
import { compareRuns, verdictOf } from './compare-runs.ts';

function runOf(times: readonly number[], overrides: Partial<RunReport> = {}): RunReport {
  const summary = summarize(times);
  return {
    schema: 'run@1',
    kind: 'measured',
    workload: 'w',
    seed: 1,
    startedAt: '2026-01-01T00:00:00Z',
    machine: { cpuModel: 'c', numCores: 2, memoryBytes: 1, system: 's', nodeVersion: 'v', loadBefore: 0 },
    store: 'local files',
    numWorkers: 2,
    queries: ['q'],
    durationMs: 1000,
    warmupMs: 0,
    numArrivals: times.length,
    numDone: times.length,
    numFailed: 0,
    numRetried: 0,
    numDropped: 0,
    offeredPerSecond: 1,
    throughputPerSecond: 1,
    responseMs: summary,
    serviceMs: summary,
    startDelayMs: summarize([0]),
    cpuUtilisation: 0.5,
    cpuMsPerQuery: 1,
    numAnswered: times.length,
    peakRssBytes: 1,
    storage: undefined,
    failures: {},
    samples: times.map((time, i) => [0, i, 0, time, time]),
    ...overrides,
  };
}

const exponentials = (seed: number, count: number, mean: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 20 - mean * Math.log(1 - random.next()));
};

const verdicts = (a: RunReport, b: RunReport) =>
  Object.fromEntries(
    compareRuns(a, b, 0.05)
      .comparisons.filter(({ query }) => query === undefined)
      .map(({ metric, verdict }) => [metric, verdict]),
  );

describe('verdicts', () => {
  test('the same distribution is no change, and twice as slow is slower', () => {
    const base = runOf(exponentials(1, 12_000, 50));
    expect(verdicts(base, runOf(exponentials(2, 12_000, 50)))).toMatchObject({ mean: 'no change', p50: 'no change' });
    expect(verdicts(base, runOf(exponentials(2, 12_000, 100)))).toMatchObject({
      mean: 'slower',
      p50: 'slower',
      p99: 'slower',
    });
    expect(verdicts(runOf(exponentials(2, 12_000, 100)), base)).toMatchObject({ p50: 'faster' });
  });

  test('few samples are inconclusive', () => {
    expect(verdicts(runOf(exponentials(1, 40, 50)), runOf(exponentials(2, 40, 50)))).toMatchObject({
      p95: 'inconclusive',
      p99: 'inconclusive',
    });
  });

  test.each([
    [0.97, 1.03, 'no change'],
    [0.8, 0.9, 'faster'],
    [1.01, 1.2, 'slower'],
    [0.9, 1.1, 'inconclusive'],
  ])('%f to %f is %s', (low, high, verdict) => {
    expect(verdictOf({ low, high }, 0.05)).toBe(verdict);
  });

  test('the true ratio lies in the interval about as often as it says', () => {
    let numInside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const report = compareRuns(
        runOf(exponentials(2 * seed, 300, 50)),
        runOf(exponentials(2 * seed + 1, 300, 50)),
        0.05,
        seed,
      );
      const { interval } = report.comparisons.find(({ metric }) => metric === 'mean')!;
      if (interval.low <= 1 && interval.high >= 1) numInside += 1;
    }
    expect(numInside).toBeGreaterThanOrEqual(34);
  });
});

test('what makes runs incomparable is said', () => {
  const good = runOf([10, 11, 12]);
  const bad = runOf([10, 11, 12], { numDropped: 3, store: 's3://b/', startDelayMs: summarize([5]) });
  expect(compareRuns(good, good, 0.05).warnings).toEqual([]);
  expect(compareRuns(good, bad, 0.05).warnings.join('\n')).toMatch(
    /second run is void: 3 arrivals.*\n.*sent late.*\nthe runs differ in store: local files and s3:\/\/b\//,
  );
});
