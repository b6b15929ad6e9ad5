import { studentTQuantile } from './student-t.ts';

/** A mean, and the interval that holds the true one with the given confidence. */
export interface MeanInterval {
  readonly mean: number;
  /** Half the width; undefined for a single sample. */
  readonly halfWidth: number | undefined;
}

/** The arithmetic mean; NaN of nothing. */
export function mean(samples: readonly number[]): number {
  let sum = 0;
  for (const sample of samples) sum += sample;
  return sum / samples.length;
}

/** The standard deviation of a population of which these are samples (divided by n - 1); 0 of a single one. */
export function standardDeviation(samples: readonly number[]): number {
  if (samples.length < 2) return 0;
  const center = mean(samples);
  let squares = 0;
  for (const sample of samples) squares += (sample - center) ** 2;
  return Math.sqrt(squares / (samples.length - 1));
}

/** The mean with its confidence interval by Student's t: for means of independent replications, which are about normal. */
export function meanInterval(samples: readonly number[], confidence = 0.95): MeanInterval {
  const center = mean(samples);
  if (samples.length < 2) return { mean: center, halfWidth: undefined };
  const t = studentTQuantile((1 + confidence) / 2, samples.length - 1);
  return { mean: center, halfWidth: (t * standardDeviation(samples)) / Math.sqrt(samples.length) };
}
