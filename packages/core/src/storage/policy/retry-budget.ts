import { abortError } from '../../error/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Timers } from '../../runtime/timers.ts';

/** Retries that each request earns: together they stay near this part of all requests. */
const EARNED_BY_REQUEST = 0.2;

/** Retries that come free, so that a store that refuses everything is still asked. */
const EARNED_A_SECOND = 2;

const MAX_SAVED = 20;

/** Fifths add up to one only almost. */
const ONE = 1 - 1e-9;

/**
 * How many retries there may be: a fifth of the requests, and two a second beyond. Whoever finds the budget empty waits for it. A retry
 * that succeeds gives its share back: while a store keeps refusing, retries stay few, and when it recovers they grow as fast as it
 * can take them.
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waiting = new Set<() => void>();
  #saved = MAX_SAVED;
  #countedMs: number;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.#countedMs = clock.monotonicMs();
  }

  /** A request was answered. */
  succeed(wasRetry: boolean): void {
    this.#saved = Math.min(MAX_SAVED, this.#saved + EARNED_BY_REQUEST + (wasRetry ? 1 : 0));
    this.#startWaiting();
  }

  /** Waits until there may be one more retry. Rejects with the abort as soon as the signal aborts. */
  take(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError(signal));
        return;
      }
      const start = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.delete(start);
        reject(abortError(signal!));
      };
      this.#waiting.add(start);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#saved = Math.min(MAX_SAVED, this.#saved + ((nowMs - this.#countedMs) / 1000) * EARNED_A_SECOND);
    this.#countedMs = nowMs;
    for (const start of this.#waiting) {
      if (this.#saved < ONE) break;
      this.#saved -= 1;
      this.#waiting.delete(start);
      start();
    }
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.size === 0) return;
    const waitMs = ((1 - this.#saved) / EARNED_A_SECOND) * 1000;
    this.#cancelTimer = this.#timers.after(Math.max(1, Math.ceil(waitMs)), () => this.#startWaiting());
  }
}
