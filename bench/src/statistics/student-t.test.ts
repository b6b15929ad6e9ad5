import { expect, test } from 'vitest';
import { normalQuantile, studentTQuantile } from './student-t.ts';

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, and R's qt().
test.each([
  [0.975, 1, 12.7062],
  [0.975, 2, 4.30265],
  [0.975, 3, 3.18245],
  [0.975, 4, 2.77645],
  [0.975, 9, 2.26216],
  [0.95, 9, 1.83311],
  [0.99, 5, 3.36493],
  [0.975, 30, 2.04227],
  [0.995, 100, 2.62589],
])('t of %f with %i degrees', (p, degrees, expected) => {
  expect(Math.abs(studentTQuantile(p, degrees) / expected - 1)).toBeLessThan(2e-3);
});

test.each([
  [0.975, 1.959964],
  [0.5, 0],
  [0.01, -2.326348],
  [0.9999, 3.719016],
])('normal quantile of %f', (p, expected) => {
  expect(normalQuantile(p)).toBeCloseTo(expected, 5);
});
