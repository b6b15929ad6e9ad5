import { abortError } from '../error/index.ts';

/** Waiting as an injected component, so that a test decides when time passes. */
export interface Timers {
  /** Calls `run` once, after `delayMs` milliseconds; the answer calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemTimers: Timers = Object.freeze({
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
});

/** Resolves after `delayMs` milliseconds; rejects at once when the signal aborts. */
export function sleep(timers: Timers, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const onAbort = () => {
      cancel();
      reject(abortError(signal!));
    };
    const cancel = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** {@link sleep} by the timers of the system. */
export function timerSleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return sleep(systemTimers, delayMs, signal);
}
