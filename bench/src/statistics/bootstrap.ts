import type { Random } from 'millrace';
import { quantileSorted } from './quantile.ts';

/** Figures between which something lies with a given confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of a statistic by the percentile bootstrap: the statistic of `numResamples` samples drawn with replacement.
 * Cost: `numResamples` times that of the statistic.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function bootstrapInterval(
  samples: readonly number[],
  statistic: (samples: readonly number[]) => number,
  random: Random,
  { confidence = 0.95, numResamples = 1000 }: { readonly confidence?: number; readonly numResamples?: number } = {},
): Interval {
  const values = Float64Array.from({ length: numResamples }, () => statistic(resample(samples, random))).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantileSorted(values, tail), high: quantileSorted(values, 1 - tail) };
}

/** As many samples, drawn with replacement. */
function resample(samples: readonly number[], random: Random): number[] {
  return samples.map(() => samples[Math.floor(random.next() * samples.length)]!);
}

/**
 * The interval of a statistic of a series whose neighbours depend on each other, such as the latencies of a queue: blocks of
 * neighbours are drawn together.
 *
 * Source: Künsch, The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17 (1989).
 */
export function blockResample(samples: readonly number[], blockLength: number, random: Random): number[] {
  const result: number[] = [];
  const length = Math.max(1, Math.min(blockLength, samples.length));
  while (result.length < samples.length) {
    const start = Math.floor(random.next() * (samples.length - length + 1));
    for (let i = 0; i < length && result.length < samples.length; i++) result.push(samples[start + i]!);
  }
  return result;
}
