import { QueryError } from '../../error/index.ts';
import type { Random } from '../../runtime/index.ts';

/** Which failures of a task are worth another attempt, and when. */
export interface RetryPolicy {
  /** Attempts at one task, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds until the next attempt after `numFailures` failures, the last of them `error`; undefined when there is none. */
  delayMs(error: QueryError, numFailures: number): number | undefined;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2000;

/**
 * Another attempt for what may pass by itself (`Unavailable`), unless storage has given up after attempts of its own. A lost
 * worker is replaced, so its tasks run again at once; all else waits with exponential back-off and full jitter.
 * A changed object stays changed: only planning the query again helps, which is not the scheduler's to do.
 */
export function defaultRetryPolicy(random: Random, maxAttempts = 4): RetryPolicy {
  return {
    maxAttempts,
    delayMs(error, numFailures) {
      if (error.kind !== 'Unavailable' || !error.retryable) return undefined;
      if (error.code === 'RETRIES_EXHAUSTED' || error.code === 'CIRCUIT_OPEN') return undefined;
      if (error.code === 'WORKER_LOST') return 0;
      return random.next() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (numFailures - 1));
    },
  };
}

/** The error of a task that failed in every attempt. It names all causes; the last one is its `cause`. */
export function attemptsExhausted(stage: number, task: number, failures: readonly QueryError[]): QueryError {
  const last = failures.at(-1)!;
  const causes = failures.map((failure, i) => `attempt ${i + 1}: ${failure.code}: ${failure.message}`);
  return new QueryError(
    'RETRIES_EXHAUSTED',
    `Task ${task} of stage ${stage} failed in all of its ${failures.length} attempts. The last time: ${last.message}`,
    { details: { stage, task, numAttempts: failures.length, causes }, hint: last.hint, cause: last },
  );
}
