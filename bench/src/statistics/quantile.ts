/** The value at a share (0 to 1) of sorted samples, interpolated between neighbours (R's type 7); NaN of nothing. */
export function quantileSorted(sorted: ArrayLike<number>, share: number): number {
  const last = sorted.length - 1;
  const position = Math.min(last, Math.max(0, share * last));
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  return low + (position - below) * ((sorted[Math.min(last, below + 1)] ?? Number.NaN) - low);
}

/** The same of samples in any order. */
export function quantile(samples: Iterable<number>, share: number): number {
  return quantileSorted(Float64Array.from(samples).sort(), share);
}
