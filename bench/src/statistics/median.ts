/** The middle of samples, and how far it can be trusted. */
export interface MedianEstimate {
  readonly median: number;
  /**
   * Half the width of the 95 % confidence interval of the median; undefined when there are too few samples for one (fewer
   * than six).
   */
  readonly halfWidth: number | undefined;
}

const CONFIDENCE = 0.95;

function sortedCopy(samples: readonly number[]): number[] {
  if (samples.length === 0) throw new RangeError('a median needs at least one sample');
  return [...samples].sort((a, b) => a - b);
}

/** The median; of an even number of samples the mean of the middle two. */
export function median(samples: readonly number[]): number {
  const sorted = sortedCopy(samples);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The value below which the share `quantile` (0 to 1) of the samples lies, by the nearest rank: always one of the samples.
 */
export function nearestRank(samples: readonly number[], quantile: number): number {
  const sorted = sortedCopy(samples);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]!;
}

/**
 * How many samples to leave out at either end, so that the median of what they were drawn from lies between the rest with
 * at least 95 % probability, whatever its distribution: each sample is below it as a coin falls, so the number of those
 * below has the binomial distribution. Undefined when all of them are not enough.
 *
 * Source: David and Nagaraja, Order Statistics, 3rd edition, section 7.1.
 */
export function medianIntervalRank(numSamples: number): number | undefined {
  let probability = 0.5 ** numSamples;
  let tail = probability;
  let rank: number | undefined;
  for (let k = 0; 1 - 2 * tail >= CONFIDENCE; k++) {
    rank = k;
    probability *= (numSamples - k) / (k + 1);
    tail += probability;
  }
  return rank;
}

/** The median with its 95 % confidence interval by order statistics: no assumption about the distribution. */
export function estimateMedian(samples: readonly number[]): MedianEstimate {
  const rank = medianIntervalRank(samples.length);
  if (rank === undefined) return { median: median(samples), halfWidth: undefined };
  const sorted = sortedCopy(samples);
  return { median: median(samples), halfWidth: (sorted[sorted.length - 1 - rank]! - sorted[rank]!) / 2 };
}
