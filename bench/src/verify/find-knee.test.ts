import { expect, test } from 'vitest';
import { kneeBetween, predictKnee } from './find-knee.ts';

test('the knee of M/M/1 is found by bisection', () => {
  // p95 of the response of M/M/1: -ln(0.05) / (mu - lambda), Kleinrock 1975.
  const p95 = (rate: number) => (rate >= 10 ? Number.POSITIVE_INFINITY : (-Math.log(0.05) * 1000) / (10 - rate));
  const knee = predictKnee(p95, 1000, 1);
  expect(knee / (10 + Math.log(0.05))).toBeCloseTo(1, 1);
  expect(predictKnee(p95, 100, 1)).toBe(0);
});

test('between measured rates it is interpolated on the logarithm', () => {
  const points = [
    { ratePerSecond: 10, p95Ms: 100 },
    { ratePerSecond: 30, p95Ms: 1000 },
    { ratePerSecond: 20, p95Ms: 250 },
  ];
  expect(kneeBetween(points, 500)).toBeCloseTo(25, 6);
  expect(kneeBetween(points, 2000)).toBeUndefined();
  expect(kneeBetween(points, 50)).toBeUndefined();
});
