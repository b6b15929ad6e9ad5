/** A rate and the p95 at it. */
export interface RatePoint {
  readonly ratePerSecond: number;
  readonly p95Ms: number;
}

/**
 * The knee: the highest rate at which p95 keeps the objective. Between the last rate that does and the first that does not it is interpolated on
 * the logarithm of p95, since queues grow that way. Undefined when every rate keeps it, or none.
 */
export function kneeBetween(points: readonly RatePoint[], objectiveMs: number): number | undefined {
  const sorted = [...points].sort((a, b) => a.ratePerSecond - b.ratePerSecond);
  const above = sorted.findIndex(({ p95Ms }) => p95Ms > objectiveMs);
  if (above <= 0) return undefined;
  const [low, high] = [sorted[above - 1]!, sorted[above]!];
  const share = (Math.log(objectiveMs) - Math.log(low.p95Ms)) / (Math.log(high.p95Ms) - Math.log(low.p95Ms));
  return low.ratePerSecond + share * (high.ratePerSecond - low.ratePerSecond);
}

const STEPS = 12;
const PRECISION = 0.01;

/** The knee of a predicted p95 that grows with the rate, by bisection. */
export function predictKnee(p95At: (ratePerSecond: number) => number, objectiveMs: number, startRate: number): number {
  let low = 0;
  let high = startRate;
  for (let i = 0; i < STEPS && p95At(high) <= objectiveMs; i++) {
    low = high;
    high *= 2;
  }
  if (low === 0 && p95At(startRate / 64) > objectiveMs) return 0;
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2;
    if (p95At(middle) <= objectiveMs) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
