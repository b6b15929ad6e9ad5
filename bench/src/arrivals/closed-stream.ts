import type { Random } from 'millrace';
import type { ArrivalStream } from './arrival-stream.ts';
import { exponential } from './rate-stream.ts';

/**
 * Clients that wait for their answer and think for an exponential time before they ask again. Their first queries are spread over
 * one think time.
 */
export function closedStream(numClients: number, thinkMs: number, random: Random): ArrivalStream {
  const due = Float64Array.from({ length: numClients }, () => random.next() * thinkMs).sort();
  const waiting: number[] = [...due].reverse();
  const stream: ArrivalStream = {
    peekMs: () => waiting.at(-1) ?? Number.POSITIVE_INFINITY,
    take() {
      waiting.pop();
      return { source: stream, query: undefined };
    },
    completed(nowMs) {
      const nextMs = nowMs + exponential(random) * thinkMs;
      // Descending; a client that is done belongs near the front, because most others are due before it.
      let i = 0;
      while (i < waiting.length && waiting[i]! > nextMs) i++;
      waiting.splice(i, 0, nextMs);
    },
  };
  return stream;
}
