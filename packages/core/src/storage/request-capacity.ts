/** The request rate that a store grants. Plain data. */
export interface RequestCapacitySettings {
  /** Reads a second of one partition. S3 gives 5,500 to each prefix. */
  readonly readsPerSecond: number;
  /** Writes a second of one partition. S3 gives 3,500. */
  readonly writesPerSecond: number;
  /** How many seconds' worth may come at once. Default: 1. */
  readonly burstSeconds?: number;
  /** Milliseconds of demand beyond the capacity after which a partition is split in two. Default: 20 minutes. */
  readonly warmMs?: number;
  /** Milliseconds of demand below a quarter of the capacity after which a split is undone. Default: 48 hours. */
  readonly coolMs?: number;
  /** The most partitions. Default: 64. */
  readonly maxPartitions?: number;
}

/** What S3 documents for a prefix; times of warming and cooling as measured by the Skyrise project (10 to 49 minutes, days). */
export const S3_REQUEST_CAPACITY: RequestCapacitySettings = { readsPerSecond: 5500, writesPerSecond: 3500 };

const DEFAULT_WARM_MS = 20 * 60_000;
const DEFAULT_COOL_MS = 48 * 3_600_000;
const DEFAULT_MAX_PARTITIONS = 64;
/** Refusals further apart than this are no demand that goes on. */
const QUIET_MS = 5_000;
const COOL_SHARE = 0.25;

/**
 * The request capacity of one prefix of a store, as a state: token buckets that are refilled with time, more of them (partitions) after
 * demand has stayed above the capacity, fewer after it has stayed far below. Knows no clock: callers say what time it is, and time must
 * not go back.
 */
export class RequestCapacity {
  readonly #settings: Required<RequestCapacitySettings>;
  #numPartitions = 1;
  #reads: number;
  #writes: number;
  #filledAtMs = 0;
  #refusedSinceMs: number | undefined;
  #refusedAtMs = 0;
  #idleSinceMs = 0;
  /** Of the last refills, smoothed: requests a millisecond. */
  #demand = 0;

  constructor(settings: RequestCapacitySettings) {
    this.#settings = {
      burstSeconds: 1,
      warmMs: DEFAULT_WARM_MS,
      coolMs: DEFAULT_COOL_MS,
      maxPartitions: DEFAULT_MAX_PARTITIONS,
      ...settings,
    };
    this.#reads = this.#limit('readsPerSecond');
    this.#writes = this.#limit('writesPerSecond');
  }

  /** How many partitions there are now. */
  get numPartitions(): number {
    return this.#numPartitions;
  }

  /** Requests that may come at this moment. */
  get available(): { readonly reads: number; readonly writes: number } {
    return { reads: this.#reads, writes: this.#writes };
  }

  /** Takes requests of one kind; answers with false, and takes none, when there is no capacity for them: a 503. */
  take(kind: 'read' | 'write', count: number, nowMs: number): boolean {
    this.#refill(nowMs, count);
    const left = (kind === 'read' ? this.#reads : this.#writes) - count;
    if (left < 0) {
      this.#refuse(nowMs);
      return false;
    }
    if (kind === 'read') this.#reads = left;
    else this.#writes = left;
    return true;
  }

  #limit(rate: 'readsPerSecond' | 'writesPerSecond'): number {
    return this.#settings[rate] * this.#settings.burstSeconds * this.#numPartitions;
  }

  #refill(nowMs: number, count: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    const { readsPerSecond, writesPerSecond, coolMs } = this.#settings;
    const seconds = elapsedMs / 1000;
    this.#reads = Math.min(this.#limit('readsPerSecond'), this.#reads + readsPerSecond * this.#numPartitions * seconds);
    this.#writes = Math.min(
      this.#limit('writesPerSecond'),
      this.#writes + writesPerSecond * this.#numPartitions * seconds,
    );
    this.#filledAtMs = Math.max(this.#filledAtMs, nowMs);
    const fade = Math.exp(-elapsedMs / QUIET_MS);
    this.#demand = this.#demand * fade + count / QUIET_MS;
    if (this.#demand * 1000 > COOL_SHARE * readsPerSecond * this.#numPartitions) this.#idleSinceMs = nowMs;
    while (this.#numPartitions > 1 && nowMs - this.#idleSinceMs >= coolMs) {
      this.#numPartitions >>= 1;
      this.#idleSinceMs += coolMs;
    }
  }

  #refuse(nowMs: number): void {
    const { warmMs, maxPartitions } = this.#settings;
    if (this.#refusedSinceMs === undefined || nowMs - this.#refusedAtMs > QUIET_MS) this.#refusedSinceMs = nowMs;
    this.#refusedAtMs = nowMs;
    if (nowMs - this.#refusedSinceMs < warmMs || this.#numPartitions >= maxPartitions) return;
    this.#numPartitions = Math.min(maxPartitions, this.#numPartitions * 2);
    this.#refusedSinceMs = nowMs;
    this.#idleSinceMs = nowMs;
  }
}
