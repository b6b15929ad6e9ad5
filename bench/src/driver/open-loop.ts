import type { ArrivalStream } from '../arrivals/arrival-stream.ts';
import type { DrawnQuery, QueryMix } from '../workload/query-mix.ts';
import type { LoadClock } from './load-clock.ts';
import type { RunSample } from './run-report.ts';

/** Sends one query and resolves with the time that it took where it was answered, in milliseconds. */
export type SendQuery = (query: DrawnQuery) => Promise<{ readonly serviceMs: number }>;

/** How a client behaves. */
export interface ClientBehaviour {
  readonly retries: number;
  /** Before the first retry, doubled for each further one. */
  readonly backoffMs: number;
}

export interface OpenLoopOptions {
  readonly arrivals: ArrivalStream;
  readonly mix: QueryMix;
  /** Names of the mix, for traces that say which query comes. */
  readonly names: readonly string[];
  readonly client: ClientBehaviour;
  /** Arrivals before this time do not count. */
  readonly warmupMs: number;
  /** No arrival is sent from this time on. */
  readonly endMs: number;
  /** Arrivals beyond this many in flight are dropped, and counted. */
  readonly maxInFlight: number;
  readonly clock: LoadClock;
  readonly send: SendQuery;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, nowMs: number) => void) | undefined;
}

export interface OpenLoopResult {
  readonly samples: readonly RunSample[];
  readonly numArrivals: number;
  readonly numDone: number;
  /** Answers with those to arrivals of the warm-up. */
  readonly numAnswered: number;
  readonly numFailed: number;
  readonly numRetried: number;
  readonly numDropped: number;
  readonly failures: Readonly<Record<string, number>>;
  /** When the last answer came, from the start. */
  readonly endedMs: number;
}

/**
 * Sends queries at the times of a stream, whether or not earlier ones were answered, and measures each from the time at which it was to
 * start: a server that stalls delays every query that would have come meanwhile, and none of that is left out. Resolves when all are
 * answered.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { arrivals, mix, clock, warmupMs, endMs, maxInFlight, signal, onProgress } = options;
  const samples: RunSample[] = [];
  const failures: Record<string, number> = {};
  const underWay = new Set<Promise<void>>();
  let [numArrivals, numDone, numAnswered, numFailed, numRetried, numDropped] = [0, 0, 0, 0, 0, 0];

  async function complete(query: DrawnQuery, intendedMs: number, done: (nowMs: number) => void): Promise<void> {
    const counts = intendedMs >= warmupMs;
    const startDelayMs = clock.nowMs() - intendedMs;
    try {
      const { serviceMs, numRetries } = await sendWithRetries(query, options);
      numRetried += numRetries;
      numAnswered += 1;
      if (counts) {
        numDone += 1;
        samples.push([query.index, intendedMs, startDelayMs, serviceMs, clock.nowMs() - intendedMs]);
      }
    } catch (error) {
      if (counts) {
        numFailed += 1;
        const code = (error as { code?: unknown }).code;
        const name = typeof code === 'string' ? code : 'UNKNOWN';
        failures[name] = (failures[name] ?? 0) + 1;
      }
    } finally {
      done(clock.nowMs());
      clock.wake();
      onProgress?.(numDone, clock.nowMs());
    }
  }

  while (!signal?.aborted) {
    const dueMs = arrivals.peekMs();
    const nowMs = clock.nowMs();
    if (dueMs >= endMs) {
      // An answer may let a closed client ask again before the end.
      if (nowMs >= endMs || underWay.size === 0) break;
      await clock.waitUntil(endMs);
      continue;
    }
    if (nowMs < dueMs) {
      await clock.waitUntil(dueMs);
      continue;
    }
    const { source, query: name } = arrivals.take();
    if (dueMs >= warmupMs) numArrivals += 1;
    if (underWay.size >= maxInFlight) {
      if (dueMs >= warmupMs) numDropped += 1;
      source.completed(clock.nowMs());
      continue;
    }
    const query = mix.draw(indexOf(name, options));
    const sent = complete(query, dueMs, (nowMs) => source.completed(nowMs));
    underWay.add(sent);
    void sent.then(() => underWay.delete(sent));
  }
  await Promise.all(underWay);
  signal?.throwIfAborted();
  samples.sort((a, b) => a[1] - b[1]);
  return {
    samples,
    numArrivals,
    numDone,
    numAnswered,
    numFailed,
    numRetried,
    numDropped,
    failures,
    endedMs: clock.nowMs(),
  };
}

function indexOf(name: string | undefined, { mix, names }: OpenLoopOptions): number {
  if (name === undefined) return mix.nextIndex();
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new RangeError(`the trace asks for the query '${name}', which the workload does not have: ${names.join(', ')}`);
}

async function sendWithRetries(query: DrawnQuery, { client, clock, send }: OpenLoopOptions) {
  for (let numRetries = 0; ; numRetries++) {
    try {
      return { ...(await send(query)), numRetries };
    } catch (error) {
      if (numRetries >= client.retries || !isWorthRetrying(error)) throw error;
      await clock.sleep(client.backoffMs * 2 ** numRetries);
    }
  }
}

const RETRIED_CODES: readonly unknown[] = [
  'TIMEOUT',
  'THROTTLED',
  'RETRIES_EXHAUSTED',
  'CONNECTION_LOST',
  'WORKER_LOST',
];

function isWorthRetrying(error: unknown): boolean {
  return RETRIED_CODES.includes((error as { code?: unknown }).code);
}
