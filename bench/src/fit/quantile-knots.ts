import type { LatencyTable } from '@millrace/core/storage';
import { quantileSorted } from '../statistics/quantile.ts';

const NUM_KNOTS = 64;
/** So many knots lie evenly below the tail; the others come ever closer to 1. */
const NUM_EVEN = 40;
const TAIL_FROM = 0.9;

/** Shares of a table: even below 0.9, then each a constant part of what is left, as far as the samples reach. */
function knotShares(numSamples: number): number[] {
  const even = Array.from({ length: NUM_EVEN }, (_, i) => (TAIL_FROM * i) / NUM_EVEN);
  const last = Math.max(TAIL_FROM, 1 - 1 / (numSamples + 1));
  const numTail = NUM_KNOTS - NUM_EVEN;
  const tail = Array.from(
    { length: numTail },
    (_, i) => 1 - (1 - TAIL_FROM) * ((1 - last) / (1 - TAIL_FROM)) ** (i / (numTail - 1)),
  );
  return [...new Set([...even, ...tail])];
}

/** The distribution of samples as a table of about 64 quantiles, dense in the tail. Nothing is assumed about its shape. */
export function quantileKnots(samples: readonly number[], least = 1e-6): LatencyTable {
  const sorted = Float64Array.from(samples, (sample) => Math.max(least, sample)).sort();
  return knotShares(sorted.length).map((share) => [share, quantileSorted(sorted, share)]);
}
