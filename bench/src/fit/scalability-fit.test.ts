import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extrapolationZone, fitScalability } from './scalability-fit.ts';

test('recovers planted parameters', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      fc.double({ min: 0, max: 0.02, noNaN: true }),
      (lambda, sigma, kappa) => {
        const points = [1, 2, 4, 8, 16].map((n) => ({
          n,
          throughput: (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
        }));
        const fit = fitScalability(points);
        expect(fit.identifiable).toBe(true);
        expect(fit.lambda / lambda).toBeCloseTo(1, 6);
        expect(fit.sigma).toBeCloseTo(sigma, 6);
        expect(fit.kappa).toBeCloseTo(kappa, 6);
      },
    ),
  );
});

test('never finds a coefficient below zero, whatever the noise', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (throughputs) => {
        const fit = fitScalability(throughputs.map((throughput, i) => ({ n: 2 ** i, throughput })));
        expect(fit.sigma).toBeGreaterThanOrEqual(0);
        expect(fit.kappa).toBeGreaterThanOrEqual(0);
        expect(fit.lambda).toBeGreaterThan(0);
      },
    ),
  );
});

test.each([
  [[1, 2, 4], /3 different numbers of workers, at least 4/],
  [[4, 6, 8, 12], /from 4 to 12 workers is less than fourfold/],
])('says not identifiable for %j', (numbers, reason) => {
  const fit = fitScalability(numbers.map((n) => ({ n, throughput: n })));
  expect(fit.identifiable).toBe(false);
  expect(fit.reason).toMatch(reason);
});

test('extrapolation is near up to twice, far up to four times, refused beyond', () => {
  expect([8, 9, 16, 17, 32, 33].map((n) => extrapolationZone(n, 8))).toEqual([
    'calibrated',
    'near',
    'near',
    'far',
    'far',
    'refused',
  ]);
});
