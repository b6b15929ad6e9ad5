/** Upper ends of the bands of size that have a latency of their own. */
const SIZE_BANDS: readonly number[] = [64 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20];

/** Latencies remembered for each band. */
const NUM_SAMPLES = 256;

/** Before that many nothing is known about the tail. */
const MIN_SAMPLES = 32;

/** The percentile is computed afresh after that many new latencies. */
const SAMPLES_A_LOOK = 16;

const PERCENTILE = 0.95;

/** Hedges as a part of all requests. */
const BUDGET_SHARE = 0.05;

/** Unused budget that can be saved up, in hedges. */
const MAX_SAVED = 4;

class LatencyBand {
  readonly #samples = new Float64Array(NUM_SAMPLES);
  #numSeen = 0;
  #percentileMs: number | undefined;

  get percentileMs(): number | undefined {
    return this.#percentileMs;
  }

  add(latencyMs: number): void {
    this.#samples[this.#numSeen % NUM_SAMPLES] = latencyMs;
    this.#numSeen += 1;
    if (this.#numSeen < MIN_SAMPLES || this.#numSeen % SAMPLES_A_LOOK !== 0) return;
    const sorted = this.#samples.slice(0, Math.min(this.#numSeen, NUM_SAMPLES)).sort();
    this.#percentileMs = sorted[Math.floor(PERCENTILE * (sorted.length - 1))];
  }
}

/**
 * When a read is asked for a second time: once it takes longer than 95 of 100 reads of its size, and as long as hedges are no more than
 * 5 in 100 requests (Dean and Barroso, "The tail at scale", 2013). Latencies are those of requests that succeeded.
 */
export class HedgePolicy {
  readonly #bands = SIZE_BANDS.map(() => new LatencyBand());
  readonly #largest = new LatencyBand();
  #saved = 0;

  /** A request was sent that may be hedged. */
  countRequest(): void {
    this.#saved = Math.min(MAX_SAVED, this.#saved + BUDGET_SHARE);
  }

  /** A request for so many bytes was answered whole. */
  addLatency(bytes: number, latencyMs: number): void {
    this.#band(bytes).add(latencyMs);
  }

  /** Milliseconds after which a request for so many bytes is unusually slow; undefined as long as nobody knows. */
  delayMs(bytes: number): number | undefined {
    return this.#band(bytes).percentileMs;
  }

  /** Whether there may be one more hedge now; if so, it is taken from the budget. */
  tryTake(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }

  #band(bytes: number): LatencyBand {
    const index = SIZE_BANDS.findIndex((end) => bytes <= end);
    return index < 0 ? this.#largest : this.#bands[index]!;
  }
}
