import { RequestCapacity, S3_REQUEST_CAPACITY } from '@millrace/core/storage';
import { seededRandom } from 'millrace';
import { poissonStream } from '../arrivals/rate-stream.ts';
import type { PrefixPoint } from './plan-report.ts';

const SECONDS = 20;
/** More than this in one draw is spread over ticks instead of single requests. */
const TICK_MS = 10;

/** The share of requests that is refused when so many a second go to so many prefixes, before any of them is warm. */
export function throttledShare(requestsPerSecond: number, numPrefixes: number, seed: number): number {
  const random = seededRandom(seed);
  const prefixes = Array.from({ length: numPrefixes }, () => new RequestCapacity(S3_REQUEST_CAPACITY));
  const ticks = poissonStream(requestsPerSecond, random);
  let [asked, refused] = [0, 0];
  for (let nowMs = 0; nowMs < SECONDS * 1000; nowMs += TICK_MS) {
    const counts = new Array<number>(numPrefixes).fill(0);
    while (ticks.peekMs() < nowMs + TICK_MS) {
      ticks.take();
      counts[Math.floor(random.next() * numPrefixes)]! += 1;
    }
    counts.forEach((count, i) => {
      asked += count;
      const prefix = prefixes[i]!;
      if (count === 0 || prefix.take('read', count, nowMs)) return;
      const granted = Math.min(count, Math.floor(prefix.available.reads));
      if (granted > 0) prefix.take('read', granted, nowMs);
      refused += count - granted;
    });
  }
  return asked === 0 ? 0 : refused / asked;
}

/** The shares for the workload's request rate, and for ten and a hundred times that, over 1 to 16 prefixes. */
export function prefixPoints(requestsPerSecond: number, seed: number): PrefixPoint[] {
  return [1, 10, 100].flatMap((factor) =>
    [1, 2, 4, 8, 16].map((prefixes) => ({
      prefixes,
      requestsPerSecond: requestsPerSecond * factor,
      throttledShare: throttledShare(Math.min(200_000, requestsPerSecond * factor), prefixes, seed),
    })),
  );
}
