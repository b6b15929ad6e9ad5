import type { Profile, RequestSample } from '../calibrate/profile.ts';
import type { LatencyBand, StorageModel } from '../model/workload-model.ts';
import { quantile } from '../statistics/quantile.ts';
import { quantileKnots } from './quantile-knots.ts';

/** Ends of the size bands. */
const BAND_ENDS = [64 * 2 ** 10, 2 ** 20, 8 * 2 ** 20, Number.MAX_SAFE_INTEGER];
const LEAST_IN_BAND = 100;
/** A slope of less than this many standard errors is none. */
const LEAST_T = 2;
const TRIM = 0.95;

/** Fewer requests than this do not make a table with a tail. */
export const LEAST_REQUESTS = 150;

/** Latency by size, and the bandwidth of a connection where it can be told from the latency. */
export function fitStorage({ requests }: Profile): StorageModel {
  const data = requests.filter(([kind, , , , forPlanning]) => kind === 'get' && !forPlanning);
  const msPerByte = transferMsPerByte(data);
  const withoutTransfer = ([, bytes, , totalMs]: RequestSample) => totalMs - bytes * (msPerByte ?? 0);
  const bands: LatencyBand[] = [];
  let pending: RequestSample[] = [];
  for (const [i, maxBytes] of BAND_ENDS.entries()) {
    const from = i === 0 ? 0 : BAND_ENDS[i - 1]!;
    pending.push(...data.filter(([, bytes]) => bytes > from && bytes <= maxBytes));
    // A band with too few requests is one with the next.
    if (pending.length < LEAST_IN_BAND) continue;
    bands.push({ maxBytes, numSamples: pending.length, table: quantileKnots(pending.map(withoutTransfer), 0.05) });
    pending = [];
  }
  if (bands.length === 0 || pending.length > 0) {
    const last = bands.pop();
    const all = last ? data.filter(([, bytes]) => bytes > (bands.at(-1)?.maxBytes ?? 0)) : data;
    bands.push({
      maxBytes: Number.MAX_SAFE_INTEGER,
      numSamples: all.length,
      table: quantileKnots(all.map(withoutTransfer), 0.05),
    });
  } else {
    bands[bands.length - 1] = { ...bands.at(-1)!, maxBytes: Number.MAX_SAFE_INTEGER };
  }
  const planning = requests.filter(([, , , , forPlanning]) => forPlanning).map(([, , , totalMs]) => totalMs);
  const half = Math.floor(data.length / 2);
  const middle = (samples: readonly RequestSample[]) => quantile(samples.map(withoutTransfer), 0.5);
  return {
    gets: bands,
    others: planning.length > 0 ? quantileKnots(planning, 0.05) : bands[0]!.table,
    bytesPerSecond: msPerByte === undefined ? null : 1000 / msPerByte,
    drift: middle(data.slice(half)) / middle(data.slice(0, half)),
  };
}

/** The slope of total time over bytes; undefined when it is not clearly above zero. */
function transferMsPerByte(samples: readonly RequestSample[]): number | undefined {
  const first = slopeOf(samples);
  if (!first) return undefined;
  // Slow requests say nothing about bytes. What is slow is told after the transfer is taken off, or large requests would be left out first.
  const residual = ([, bytes, , totalMs]: RequestSample) => totalMs - first.slope * bytes;
  const limit = quantile(samples.map(residual), TRIM);
  const second = slopeOf(samples.filter((sample) => residual(sample) <= limit));
  return second && second.slope > LEAST_T * second.standardError ? second.slope : undefined;
}

/** Least squares of total time over bytes; undefined when there are too few requests, or all are of one size. */
function slopeOf(
  samples: readonly RequestSample[],
): { readonly slope: number; readonly standardError: number } | undefined {
  const n = samples.length;
  const meanBytes = samples.reduce((sum, [, bytes]) => sum + bytes, 0) / n;
  const meanMs = samples.reduce((sum, [, , , totalMs]) => sum + totalMs, 0) / n;
  let [xx, xy] = [0, 0];
  for (const [, bytes, , totalMs] of samples) {
    xx += (bytes - meanBytes) ** 2;
    xy += (bytes - meanBytes) * (totalMs - meanMs);
  }
  if (n < 3 || xx === 0) return undefined;
  const slope = xy / xx;
  let squares = 0;
  for (const [, bytes, , totalMs] of samples) squares += (totalMs - meanMs - slope * (bytes - meanBytes)) ** 2;
  return { slope, standardError: Math.sqrt(squares / (n - 2) / xx) };
}
