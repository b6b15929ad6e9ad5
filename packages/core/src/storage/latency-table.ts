import { QueryError } from '../error/index.ts';

/**
 * How long requests take, as quantiles: pairs of a share of the requests (0 to 1, ascending) and the milliseconds that this share stays
 * below. Between knots the time is interpolated on a logarithmic scale; beyond the first and the last it is theirs. A table and no
 * formula, because latencies of object stores follow none: a lognormal fitted to a million GETs was 28 % too low at p99.99.
 */
export type LatencyTable = readonly (readonly [share: number, ms: number])[];

/**
 * First-byte times of objects of 1 KB in one region, 2024, measured by the Skyrise project (arXiv 2501.07771): Amazon S3 Standard, and S3
 * Express One Zone. Larger objects add their transfer.
 */
export const LATENCY_PRESETS = {
  's3-standard': [
    [0, 10],
    [0.01, 13.5],
    [0.05, 14.8],
    [0.25, 17.6],
    [0.5, 26.9],
    [0.75, 41.2],
    [0.9, 59.2],
    [0.95, 74.4],
    [0.99, 105.5],
    [0.999, 178],
    [0.9999, 283],
    [1, 400],
  ],
  's3-express': [
    [0, 4],
    [0.5, 4.8],
    [0.9, 5.3],
    [0.95, 5.5],
    [0.99, 7.1],
    [0.999, 45.6],
    [0.9999, 72.9],
    [1, 100],
  ],
} as const satisfies Readonly<Record<string, LatencyTable>>;

export type LatencyPreset = keyof typeof LATENCY_PRESETS;

/** The table of a preset, or the given one, checked. Throws `BAD_SETTING`. */
export function latencyTable(latency: LatencyPreset | LatencyTable): LatencyTable {
  if (typeof latency === 'string') {
    if (Object.hasOwn(LATENCY_PRESETS, latency)) return LATENCY_PRESETS[latency];
    throw bad(`There is no latency preset '${latency}'; presets are ${Object.keys(LATENCY_PRESETS).join(', ')}.`);
  }
  if (!Array.isArray(latency) || latency.length === 0) throw bad('A latency table needs one pair or more.');
  let [lastShare, lastMs] = [-1, 0];
  for (const [share, ms] of latency) {
    if (!(share > lastShare && share <= 1 && share >= 0) || !(ms >= lastMs && Number.isFinite(ms))) {
      throw bad(
        `A latency table must ascend, shares from 0 to 1: [${share}, ${ms}] comes after [${lastShare}, ${lastMs}].`,
      );
    }
    [lastShare, lastMs] = [share, ms];
  }
  return latency;
}

/** The milliseconds that a share (0 to 1) of the requests stays below: with a random share, a random latency. */
export function latencyAt(table: LatencyTable, share: number): number {
  let high = table.length - 1;
  if (share >= table[high]![0]) return table[high]![1];
  let low = 0;
  if (share <= table[0]![0]) return table[0]![1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]![0] <= share) low = middle;
    else high = middle;
  }
  const [shareA, a] = table[low]!;
  const [shareB, b] = table[high]!;
  const part = (share - shareA) / (shareB - shareA);
  return a > 0 ? a * (b / a) ** part : a + (b - a) * part;
}

function bad(message: string): QueryError {
  return new QueryError('BAD_SETTING', message);
}
