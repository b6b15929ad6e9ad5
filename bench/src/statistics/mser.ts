/** Means are taken of this many neighbours first: single observations depend on each other too much. */
const BATCH = 5;

/**
 * How many observations at the start of a simulation belong to its warm-up: the cut that makes the standard error of the mean of the rest
 * least. Never more than half of them.
 *
 * Source: White, Cobb and Spratt, A comparison of five steady-state truncation heuristics for simulation (2000): MSER-5.
 */
export function mser5(observations: ArrayLike<number>): number {
  const numBatches = Math.floor(observations.length / BATCH);
  if (numBatches < 2) return 0;
  let sum = 0;
  let squares = 0;
  let best = numBatches;
  let least = Number.POSITIVE_INFINITY;
  // From the end on, so that each cut takes one batch more.
  for (let cut = numBatches - 1; cut >= 0; cut--) {
    let batch = 0;
    for (let i = 0; i < BATCH; i++) batch += observations[cut * BATCH + i]!;
    batch /= BATCH;
    sum += batch;
    squares += batch * batch;
    const count = numBatches - cut;
    const mean = sum / count;
    const error = (squares - count * mean * mean) / (count * count);
    if (cut <= numBatches / 2 && error <= least) {
      least = error;
      best = cut;
    }
  }
  return best * BATCH;
}
