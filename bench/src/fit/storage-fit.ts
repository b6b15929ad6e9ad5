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

/** The slope of total time over bytes by least squares, without the slowest requests; undefined when it is not clearly above zero. */
function transferMsPerByte(samples: readonly RequestSample[]): number | undefined {
  const limit = quantile(
    samples.map(([, , , totalMs]) => totalMs),
    TRIM,
  );
  const kept = samples.filter(([, , , totalMs]) => totalMs <= limit);
  const n = kept.length;
  if (n < 3) return undefined;
  const meanBytes = kept.reduce((sum, [, bytes]) => sum + bytes, 0) / n;
  const meanMs = kept.reduce((sum, [, , , totalMs]) => sum + totalMs, 0) / n;
  let [xx, xy] = [0, 0];
  for (const [, bytes, , totalMs] of kept) {
    xx += (bytes - meanBytes) ** 2;
    xy += (bytes - meanBytes) * (totalMs - meanMs);
  }
  if (xx === 0) return undefined;
  const slope = xy / xx;
  let residual = 0;
  for (const [, bytes, , totalMs] of kept) residual += (totalMs - meanMs - slope * (bytes - meanBytes)) ** 2;
  const standardError = Math.sqrt(residual / (n - 2) / xx);
  return slope > LEAST_T * standardError ? slope : undefined;
}
