import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateMedian, median, medianIntervalRank, nearestRank } from './median.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[2, 1], 1.5],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (samples, expected) => {
    expect(median(samples)).toBe(expected);
  });

  it('needs a sample', () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it('leaves its samples as they are', () => {
    const samples = [3, 1, 2];
    estimateMedian(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
});

describe('nearestRank', () => {
  // https://en.wikipedia.org/wiki/Percentile, worked examples of the nearest-rank method.
  it.each([
    [0.05, 15],
    [0.3, 20],
    [0.4, 20],
    [0.5, 35],
    [1, 50],
  ])('of 15, 20, 35, 40, 50 at %d is %d', (quantile, expected) => {
    expect(nearestRank([50, 40, 35, 20, 15], quantile)).toBe(expected);
  });
});

describe('medianIntervalRank', () => {
  // Table of the sign test's critical values at 5 %, two-sided (Conover, Practical Nonparametric Statistics, table A3).
  it.each([
    [5, undefined],
    [6, 0],
    [8, 0],
    [9, 1],
    [11, 1],
    [12, 2],
    [15, 3],
    [20, 5],
    [25, 7],
    [100, 39],
  ])('of %d samples leaves out %d at either end', (numSamples, expected) => {
    expect(medianIntervalRank(numSamples)).toBe(expected);
  });
});

describe('estimateMedian', () => {
  it('gives half of the width between the ranks', () => {
    // The second and the tenth of eleven.
    expect(estimateMedian([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 50])).toEqual({ median: 6, halfWidth: 5 });
  });

  it('has no interval for few samples', () => {
    expect(estimateMedian([1, 2, 3])).toEqual({ median: 2, halfWidth: undefined });
  });

  it('scales and shifts with its samples', () => {
    const samples = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: -99, max: 99 }),
        (values, factor, shift) => {
          const plain = estimateMedian(values);
          const moved = estimateMedian(values.map((value) => value * factor + shift));
          expect(moved.median).toBe(plain.median * factor + shift);
          expect(moved.halfWidth).toBe(plain.halfWidth! * factor);
        },
      ),
    );
  });
});
