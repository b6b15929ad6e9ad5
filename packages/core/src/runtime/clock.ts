/** Time as an injected component, so that a test or a replay decides what time it is. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; what `now()` shows. */
  wallMs(): number;
  /** Milliseconds on a clock that never goes back; for durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = Object.freeze({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});
