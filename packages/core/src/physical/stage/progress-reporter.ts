import { QueryError } from '../../error/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { ExecutionStats } from './executor.ts';

const INTERVAL_MS = 100;

/** Passes statistics on to a callback of the user, ten times a second at most, and once at the end. */
export class ProgressReporter {
  readonly #onProgress: ((stats: ExecutionStats) => void) | undefined;
  readonly #clock: Clock;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(onProgress: ((stats: ExecutionStats) => void) | undefined, clock: Clock) {
    this.#onProgress = onProgress;
    this.#clock = clock;
  }

  /** Throws `BAD_ARGUMENT` with what the callback throws as its cause. */
  report(stats: () => ExecutionStats): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#onProgress || nowMs - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = nowMs;
    this.#call(stats());
  }

  /** Throws as {@link report} does. */
  finish(stats: () => ExecutionStats): void {
    if (this.#onProgress) this.#call(stats());
  }

  #call(stats: ExecutionStats): void {
    try {
      this.#onProgress!(stats);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new QueryError('BAD_ARGUMENT', `The callback for the progress of the query has failed: ${message}`, {
        cause,
      });
    }
  }
}
