/** Reads that one compute worker can have under way; more wait in the worker. */
export const MAX_READS_IN_FLIGHT = 256;

/** What has become of a read. */
export const READ_STATUS = { pending: 0, done: 1, failed: 2 } as const;

export type ReadStatus = (typeof READ_STATUS)[keyof typeof READ_STATUS];

const EPOCH = 0;
const FIRST_STATUS = 1;
const FIRST_REQUESTS = FIRST_STATUS + MAX_READS_IN_FLIGHT;
const NUM_WORDS = FIRST_REQUESTS + MAX_READS_IN_FLIGHT;
const BYTES_OFFSET = Math.ceil((4 * NUM_WORDS) / 8) * 8;

/**
 * How a compute worker, which computes and never listens, hears from other threads: words of shared memory. For each read there is a
 * status, and what it has cost. The epoch changes whenever there is any news, and is what the worker waits on.
 */
export class WorkerControl {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared, 0, NUM_WORDS);
    this.#bytes = new Float64Array(shared, BYTES_OFFSET, MAX_READS_IN_FLIGHT);
  }

  static create(): WorkerControl {
    return new WorkerControl(new SharedArrayBuffer(BYTES_OFFSET + 8 * MAX_READS_IN_FLIGHT));
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

  readStatus(slot: number): ReadStatus {
    return Atomics.load(this.#words, FIRST_STATUS + slot) as ReadStatus;
  }

  /** For the worker, before it asks for a read. */
  beginRead(slot: number): void {
    this.#words[FIRST_REQUESTS + slot] = 0;
    this.#bytes[slot] = 0;
    Atomics.store(this.#words, FIRST_STATUS + slot, READ_STATUS.pending);
  }

  /** For the data plane: the read is over, and this is what it cost. The bytes must be in place. */
  endRead(slot: number, status: ReadStatus, numRequests: number, bytes: number): void {
    this.#words[FIRST_REQUESTS + slot] = numRequests;
    this.#bytes[slot] = bytes;
    // The store makes the cost and the bytes that were read visible to whoever sees the status.
    Atomics.store(this.#words, FIRST_STATUS + slot, status);
    this.wake();
  }

  cost(slot: number): { readonly numRequests: number; readonly bytes: number } {
    return { numRequests: this.#words[FIRST_REQUESTS + slot]!, bytes: this.#bytes[slot]! };
  }
}
