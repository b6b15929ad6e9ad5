import { QueryError } from '../../error/index.ts';
import type { Random } from '../../runtime/random.ts';

/** Which failures of a request are worth another attempt. */
export type RetryScope =
  /** All that may pass by itself. For what can be done twice. */
  | 'transient'
  /** Only those after which nothing can have been done: being told to slow down. For conditional writes. */
  | 'refused'
  /** None. For what can be sent only once. */
  | 'none';

export interface RetrySettings {
  /** Attempts at one request that does not get an answer, the first included. Default: 5. */
  readonly maxAttempts?: number;
  /** How long a request is tried again while the store asks to slow down. Milliseconds. Default: 120,000. */
  readonly maxThrottledMs?: number;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5000;

/** A store that asks for a longer pause is asked again after this one. */
const LONGEST_RETRY_AFTER_MS = 30_000;

/** How long a request waits in all for a store that has stopped answering others. */
const MAX_OUTAGE_MS = 5000;

/** Attempts at one request so far. */
export interface RetryState {
  readonly numAttempts: number;
  /** Milliseconds since the first one began. */
  readonly elapsedMs: number;
}

/**
 * When a failed request is tried again. The wait is a random part of a time that doubles with each attempt (full jitter: Brooker,
 * "Exponential backoff and jitter", 2015), and at least what the store asks for. What a store refuses for a reason is never
 * repeated: missing, forbidden and changed objects.
 */
export class RetryPolicy {
  readonly #random: Random;
  readonly #maxAttempts: number;
  readonly #maxThrottledMs: number;

  constructor(settings: RetrySettings, random: Random) {
    this.#random = random;
    this.#maxAttempts = settings.maxAttempts ?? 5;
    this.#maxThrottledMs = settings.maxThrottledMs ?? 120_000;
  }

  /** Milliseconds until the next attempt, or undefined when there is to be none. */
  delayMs(error: QueryError, scope: RetryScope, { numAttempts, elapsedMs }: RetryState): number | undefined {
    if (!isTransient(error) || scope === 'none') return undefined;
    const asked = Math.min(LONGEST_RETRY_AFTER_MS, Number(error.details.retryAfterMs ?? 0));
    const jitter = this.#random.next() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (numAttempts - 1));
    const waitMs = asked + jitter;
    if (error.code === 'THROTTLED') return elapsedMs + waitMs > this.#maxThrottledMs ? undefined : waitMs;
    if (scope === 'refused' || numAttempts >= this.#maxAttempts) return undefined;
    if (error.code === 'CIRCUIT_OPEN' && elapsedMs + waitMs > MAX_OUTAGE_MS) return undefined;
    return waitMs;
  }
}

/** Whether the same request may succeed a moment later. */
export function isTransient(error: QueryError): boolean {
  return error.kind === 'Unavailable' && error.retryable && error.code !== 'RETRIES_EXHAUSTED';
}

/** The error of a request that failed in every attempt. */
export function attemptsExhausted(last: QueryError, { numAttempts, elapsedMs }: RetryState): QueryError {
  const message = `${last.message} It was tried ${numAttempts} times in ${(elapsedMs / 1000).toFixed(1)} s.`;
  return new QueryError('RETRIES_EXHAUSTED', message, {
    details: { ...last.details, lastCode: last.code, numAttempts },
    hint: last.hint,
    cause: last,
  });
}
