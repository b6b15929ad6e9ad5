import fc from 'fast-check';
import { seededRandom } from 'millrace';
import { describe, expect, test } from 'vitest';
import type { ArrivalStream } from './arrival-stream.ts';
import { closedStream } from './closed-stream.ts';
import { createArrivals, meanRate, untilStream } from './create-arrivals.ts';
import { mmppDispersion } from './mmpp-stream.ts';
import { diurnalRate } from './rate-stream.ts';
import { parseTrace, replayStream } from './replay-stream.ts';

const HOUR = 3_600_000;

function timesUntil(stream: ArrivalStream, endMs: number): number[] {
  const times: number[] = [];
  while (stream.peekMs() < endMs) {
    times.push(stream.peekMs());
    stream.take();
  }
  return times;
}

test('constant arrivals are at equal distances', () => {
  const stream = createArrivals({ kind: 'constant', rate: 4 }, seededRandom(1));
  expect(timesUntil(stream, 1500)).toEqual([250, 500, 750, 1000, 1250]);
});

test('Poisson arrivals have the rate and the variance of counts of a Poisson process', () => {
  const times = timesUntil(createArrivals({ kind: 'poisson', rate: 50 }, seededRandom(2)), (10 * HOUR) / 10);
  expect(times.length / 3600 / 50).toBeCloseTo(1, 1);
  expect(dispersion(times, HOUR, 1000)).toBeGreaterThan(0.9);
  expect(dispersion(times, HOUR, 1000)).toBeLessThan(1.1);
});

/** Variance over mean of the counts in windows. */
function dispersion(times: readonly number[], endMs: number, windowMs: number): number {
  const counts = new Array<number>(Math.floor(endMs / windowMs)).fill(0);
  for (const time of times) if (time < counts.length * windowMs) counts[Math.floor(time / windowMs)]! += 1;
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1) / mean;
}

test('the burstiness of an on-off stream is that of the formula', () => {
  const spec = { kind: 'on-off', rate: 100, on: 2000, off: 6000 } as const;
  const times = timesUntil(createArrivals(spec, seededRandom(3)), 40 * HOUR);
  const expected = mmppDispersion([
    { rate: 100, mean: 2000 },
    { rate: 0, mean: 6000 },
  ]);
  expect(expected).toBeCloseTo(1 + (2 * 0.5 * (1 / 6) * 100 ** 2) / ((0.5 + 1 / 6) ** 2 * (100 / 6)), 8);
  // The formula is of windows much longer than the states.
  expect(Math.abs(dispersion(times, 40 * HOUR, 400_000) / expected - 1)).toBeLessThan(0.15);
  expect(times.length / (40 * 3600)).toBeCloseTo(meanRate(spec)!, 0);
});

test('counts of a diurnal stream are those of the integral of its rate', () => {
  const spec = { kind: 'diurnal', rate: 20, amplitude: 0.8, peak: 14 * HOUR, period: 24 * HOUR } as const;
  const times = timesUntil(createArrivals(spec, seededRandom(4)), 24 * HOUR);
  for (let hour = 0; hour < 24; hour++) {
    const count = times.filter((time) => time >= hour * HOUR && time < (hour + 1) * HOUR).length;
    let integral = 0;
    for (let s = 0; s < 3600; s++) integral += diurnalRate(spec, hour * HOUR + s * 1000 + 500);
    // Four standard deviations of a Poisson count.
    expect(Math.abs(count - integral)).toBeLessThan(4 * Math.sqrt(integral) + 1);
  }
});

test('a cron schedule bursts at its times', () => {
  const spec = { kind: 'cron', schedule: '*/15 * * * *', burst: 2, start: '2026-01-05T00:05:00Z' } as const;
  const times = timesUntil(createArrivals(spec, seededRandom(1)), HOUR);
  expect(times).toEqual([10, 10, 25, 25, 40, 40, 55, 55].map((minutes) => minutes * 60_000));
  expect(() => createArrivals({ ...spec, schedule: 'at noon' }, seededRandom(1))).toThrow(
    /'at noon' is no cron expression/,
  );
});

describe('traces', () => {
  test('are played back with their queries, dates from the first one', () => {
    const entries = parseTrace('query,time\nq6,2026-01-05T00:00:01Z\nq1,2026-01-05T00:00:00Z\n', 'trace.csv');
    expect(entries).toEqual([
      { timeMs: 0, query: 'q1' },
      { timeMs: 1000, query: 'q6' },
    ]);
    const stream = replayStream(entries, 2, seededRandom(1));
    const seen: unknown[] = [];
    while (stream.peekMs() < Number.POSITIVE_INFINITY) seen.push([stream.peekMs(), stream.take().query]);
    expect(seen).toEqual([
      [0, 'q1'],
      [0, 'q1'],
      [1000, 'q6'],
      [1000, 'q6'],
    ]);
  });

  test('a missing column is refused with what to do', () => {
    expect(() => parseTrace('when,query\n1,q1', 'trace.csv')).toThrow(
      /trace\.csv:1:1: the trace has no column 'time'; its first line names when, query\. Add a header/,
    );
  });

  test('every bad time is told with its line and column', () => {
    expect(() => parseTrace('query,time\nq1,1\nq2,soon\nq3,\n', 'trace.csv')).toThrow(
      "trace.csv:3:4: 'soon' is no time: it must be seconds or ISO 8601\ntrace.csv:4:4: '' is no time: it must be seconds or ISO 8601",
    );
  });
});

test('closed clients ask again only after their answer', () => {
  const stream = closedStream(3, 100, seededRandom(1));
  const first = [0, 1, 2].map(() => {
    const at = stream.peekMs();
    stream.take();
    return at;
  });
  expect(Math.max(...first)).toBeLessThan(100);
  expect(stream.peekMs()).toBe(Number.POSITIVE_INFINITY);
  stream.completed(500);
  expect(stream.peekMs()).toBeGreaterThanOrEqual(500);
});

test('a composition gives every arrival of its parts, in order, and answers go to the part', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.double({ min: 0.5, max: 50, noNaN: true }), { minLength: 1, maxLength: 4 }),
      (seed, rates) => {
        const of = rates.map((rate) => ({ kind: 'poisson' as const, rate }));
        const times = timesUntil(
          untilStream(createArrivals({ kind: 'sum', of }, seededRandom(seed)), 20_000),
          Number.POSITIVE_INFINITY,
        );
        const parts = of.map((part, i) =>
          createArrivals(
            { kind: 'sum', of: of.map((p, j) => (i === j ? part : { ...p, rate: 0 })) },
            seededRandom(seed),
          ),
        );
        const expected = parts.flatMap((part) => timesUntil(part, 20_000)).sort((a, b) => a - b);
        expect(times).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
  const closed = createArrivals({ kind: 'sum', of: [{ kind: 'closed', clients: 1, think: 0 }] }, seededRandom(1));
  const { source } = closed.take();
  expect(closed.peekMs()).toBe(Number.POSITIVE_INFINITY);
  source.completed(7);
  expect(closed.peekMs()).toBe(7);
});
