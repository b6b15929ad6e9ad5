import { NUM_REQUEST_COUNTERS } from '@millrace/core/storage';

/** Reads that one compute worker can have under way; more wait in the worker. */
export const MAX_READS_IN_FLIGHT = 256;

/** What has become of a read. */
export const READ_STATUS = { pending: 0, done: 1, failed: 2 } as const;

export type ReadStatus = (typeof READ_STATUS)[keyof typeof READ_STATUS];

const EPOCH = 0;
const PROGRESS = 1;
const FIRST_STATUS = 2;
const NUM_WORDS = FIRST_STATUS + MAX_READS_IN_FLIGHT;
const COUNTS_OFFSET = Math.ceil((4 * NUM_WORDS) / 8) * 8;
const COUNTS_BYTES = 8 * NUM_REQUEST_COUNTERS;

/**
 * How a compute worker, which computes and never listens, hears from other threads: words of shared memory. For each read there is a
 * status, and what it has cost. The epoch changes whenever there is any news, and is what the worker waits on.
 */
export class WorkerControl {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #counts: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared, 0, NUM_WORDS);
    this.#counts = new Float64Array(shared, COUNTS_OFFSET, NUM_REQUEST_COUNTERS * MAX_READS_IN_FLIGHT);
  }

  static create(): WorkerControl {
    return new WorkerControl(new SharedArrayBuffer(COUNTS_OFFSET + COUNTS_BYTES * MAX_READS_IN_FLIGHT));
  }

  /** Read it before looking for news, and wait for it to change when there were none: no news can be missed. */
  get epoch(): number {
    return Atomics.load(this.#words, EPOCH);
  }

  /** Makes the worker look for news. */
  wake(): void {
    Atomics.add(this.#words, EPOCH, 1);
    Atomics.notify(this.#words, EPOCH);
  }

  /** Holds the thread until the epoch is another than `seen`. */
  wait(seen: number): void {
    Atomics.wait(this.#words, EPOCH, seen);
  }

  /** The same without holding the thread. */
  async change(seen: number): Promise<void> {
    await Atomics.waitAsync(this.#words, EPOCH, seen).value;
  }

  /** Changes whenever a task of the worker shows a sign of life. Odd while one computes. */
  get progress(): number {
    return Atomics.load(this.#words, PROGRESS);
  }

  /** A task begins to compute, or stops. */
  turnOver(): void {
    Atomics.add(this.#words, PROGRESS, 1);
  }

  /** A task that computes is alive. */
  showLife(): void {
    Atomics.add(this.#words, PROGRESS, 2);
  }

  readStatus(slot: number): ReadStatus {
    return Atomics.load(this.#words, FIRST_STATUS + slot) as ReadStatus;
  }

  /** For the worker, before it asks for a read. */
  beginRead(slot: number): void {
    this.counts(slot).fill(0);
    Atomics.store(this.#words, FIRST_STATUS + slot, READ_STATUS.pending);
  }

  /** For the data plane: the read is over. The bytes and the counts must be in place. */
  endRead(slot: number, status: ReadStatus): void {
    // The store makes the counts and the bytes that were read visible to whoever sees the status.
    Atomics.store(this.#words, FIRST_STATUS + slot, status);
    this.wake();
  }

  /** What the read has cost: the values of a `RequestMeter`. */
  counts(slot: number): Float64Array {
    return this.#counts.subarray(NUM_REQUEST_COUNTERS * slot, NUM_REQUEST_COUNTERS * (slot + 1));
  }
}
