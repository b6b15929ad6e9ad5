/** Throughput at a number of workers (or clients). */
export interface ScalabilityPoint {
  readonly n: number;
  readonly throughput: number;
}

/** The Universal Scalability Law `X(N) = λN / (1 + σ(N - 1) + κN(N - 1))`, fitted. */
export interface ScalabilityFit {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
  readonly identifiable: boolean;
  /** Why not, or how well. */
  readonly reason: string;
  readonly largestN: number;
  /** Mean of |predicted / measured - 1|. */
  readonly meanError: number;
}

/** How far a fit may be trusted at a number of workers. */
export type ExtrapolationZone = 'calibrated' | 'near' | 'far' | 'refused';

/** Within the calibrated range, up to twice it (3 to 32 % error), up to four times (6 to 50 %), and beyond, where one more measurement is needed. */
export function extrapolationZone(n: number, largestN: number): ExtrapolationZone {
  if (n <= largestN) return 'calibrated';
  if (n <= 2 * largestN) return 'near';
  return n <= 4 * largestN ? 'far' : 'refused';
}

export function scalabilityAt({ lambda, sigma, kappa }: ScalabilityFit, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/**
 * Fits the law by least squares of its linear form `N / X = a + b(N - 1) + cN(N - 1)`, each point weighted by its throughput, with no
 * coefficient below zero. Says "not identifiable" when there are fewer than four different N or they reach less than fourfold: then
 * contention and coherency cannot be told apart.
 *
 * Source: Gunther, Guerrilla Capacity Planning (2007), chapter 5.
 */
export function fitScalability(points: readonly ScalabilityPoint[]): ScalabilityFit {
  const numbers = [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b);
  const largestN = numbers.at(-1) ?? 0;
  const refusal =
    numbers.length < 4
      ? `not identifiable: ${numbers.length} different numbers of workers, at least 4 are needed`
      : largestN < 4 * numbers[0]!
        ? `not identifiable: from ${numbers[0]} to ${largestN} workers is less than fourfold`
        : undefined;
  let best: { a: number; b: number; c: number; error: number } | undefined;
  // Coefficients that come out negative are left out, one after another: the best of what is allowed is taken.
  for (const columns of [[0, 1, 2], [0, 1], [0, 2], [0]]) {
    if (refusal && columns.length > 2) continue;
    const solved = leastSquares(points, columns);
    if (!solved || solved.some((value) => value < 0)) continue;
    const [a, b, c] = [0, 1, 2].map((column) => solved[columns.indexOf(column)] ?? 0) as [number, number, number];
    const error = points.reduce(
      (sum, { n, throughput }) => sum + (n / (a + b * (n - 1) + c * n * (n - 1)) / throughput - 1) ** 2,
      0,
    );
    if (!best || error < best.error - 1e-12) best = { a, b, c, error };
  }
  if (!best)
    return {
      lambda: Number.NaN,
      sigma: 0,
      kappa: 0,
      identifiable: false,
      reason: 'not identifiable: no points',
      largestN,
      meanError: Number.NaN,
    };
  const fit = { lambda: 1 / best.a, sigma: best.b / best.a, kappa: best.c / best.a };
  const errors = points.map(({ n, throughput }) =>
    Math.abs(scalabilityAt({ ...fit } as ScalabilityFit, n) / throughput - 1),
  );
  const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const reason = refusal ?? `mean error ${(100 * meanError).toFixed(1)} % over ${points.length} points`;
  return { ...fit, identifiable: refusal === undefined, reason, largestN, meanError };
}

/** Solves the normal equations for some columns of [1, N - 1, N(N - 1)]; undefined when they are singular. */
function leastSquares(points: readonly ScalabilityPoint[], columns: readonly number[]): number[] | undefined {
  const rows = points.map(({ n, throughput }) => ({
    x: columns.map((column) => [1, n - 1, n * (n - 1)][column]!),
    y: n / throughput,
    weight: (throughput / n) ** 2,
  }));
  const matrix = columns.map((_, i) => [
    ...columns.map((__, j) => rows.reduce((sum, { x, weight }) => sum + weight * x[i]! * x[j]!, 0)),
    rows.reduce((sum, { x, y, weight }) => sum + weight * x[i]! * y, 0),
  ]);
  const size = columns.length;
  for (let i = 0; i < size; i++) {
    const pivot = matrix
      .slice(i)
      .reduce((top, row, k) => (Math.abs(row[i]!) > Math.abs(matrix[top]![i]!) ? i + k : top), i);
    [matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!];
    if (Math.abs(matrix[i]![i]!) < 1e-12) return undefined;
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const factor = matrix[k]![i]! / matrix[i]![i]!;
      for (let j = i; j <= size; j++) matrix[k]![j]! -= factor * matrix[i]![j]!;
    }
  }
  return matrix.map((row, i) => row[size]! / row[i]!);
}
