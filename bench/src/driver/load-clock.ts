/** Time for the driver, so that a test runs on a virtual one. */
export interface LoadClock {
  nowMs(): number;
  /** Resolves at the time, or sooner when `wake` was called. */
  waitUntil(timeMs: number): Promise<void>;
  /** Ends the present wait. */
  wake(): void;
  /** Any number of these may wait at a time. */
  sleep(ms: number): Promise<void>;
}

/** Timers may be late by a millisecond: the rest is waited for awake. */
const AWAKE_MS = 0.8;
/** Infinite waits are ended by `wake`; a timer takes no more than this. */
const LONGEST_TIMER_MS = 2 ** 30;

/** The real time from now on, exact to some tens of microseconds when the machine lets it. */
export function realClock(): LoadClock {
  const startMs = performance.now();
  const nowMs = () => performance.now() - startMs;
  let end: (() => void) | undefined;
  return {
    nowMs,
    async waitUntil(timeMs) {
      const leftMs = timeMs - nowMs();
      if (leftMs > AWAKE_MS) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(LONGEST_TIMER_MS, Math.floor(leftMs - AWAKE_MS)));
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        const wasWoken = end === undefined;
        end = undefined;
        if (wasWoken) return;
      }
      if (timeMs - nowMs() > 2 * AWAKE_MS) return;
      while (nowMs() < timeMs);
    },
    wake() {
      const ending = end;
      end = undefined;
      ending?.();
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
