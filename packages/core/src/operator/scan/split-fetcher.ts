import { type PlacedChunk, planSplitReads } from '../../parquet/split-reads.ts';
import type { Split } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import type { InFlightRead, InFlightReads } from '../in-flight-reads.ts';

/** A split whose bytes have been asked for. */
export interface FetchedSplit {
  readonly split: Split;
  readonly chunks: readonly PlacedChunk[];
  /** Undefined when the split needs no bytes. */
  readonly read: InFlightRead | undefined;
}

/**
 * Asks for the bytes of splits in order: of the current one always, of the next ones as far as the read-ahead limit, the
 * memory and the rows that are wanted allow.
 */
export class SplitFetcher {
  readonly #reads: InFlightReads;
  readonly #account: MemoryAccount;
  readonly #readAheadBytes: number;
  readonly #splits: readonly Split[];
  readonly #queue: FetchedSplit[] = [];
  #next = 0;
  #aheadBytes = 0;
  #aheadRows = 0;
  #numRequests = 0;
  #bytesRead = 0;

  constructor(splits: readonly Split[], readAheadBytes: number, reads: InFlightReads, account: MemoryAccount) {
    this.#splits = splits.filter((split) => split.numRows > 0);
    this.#readAheadBytes = readAheadBytes;
    this.#reads = reads;
    this.#account = account;
  }

  get numRequests(): number {
    return this.#numRequests;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** The next split, asked for but perhaps not there yet, or undefined after the last. Whoever takes it releases it. */
  take(): FetchedSplit | undefined {
    if (this.#queue.length === 0) this.#ask();
    const taken = this.#queue.shift();
    this.#aheadBytes -= taken?.read?.bytes ?? 0;
    this.#aheadRows -= taken?.split.numRows ?? 0;
    return taken;
  }

  /** Asks for splits beyond those taken; none when those asked for already have `wantedRows` rows. */
  readAhead(wantedRows: number): void {
    while (this.#next < this.#splits.length && this.#aheadRows < wantedRows) {
      const { bytes } = planSplitReads(this.#splits[this.#next]!);
      if (this.#aheadBytes + bytes > this.#readAheadBytes) return;
      // Half of what is free is left to the operators.
      if (bytes > this.#account.availableBytes / 2) return;
      this.#ask();
    }
  }

  release(fetched: FetchedSplit): void {
    if (fetched.read) this.#reads.release(fetched.read);
  }

  /** Gives up the splits that nobody has taken. */
  close(): void {
    this.#next = this.#splits.length;
    for (const fetched of this.#queue.splice(0)) this.release(fetched);
  }

  #ask(): void {
    const split = this.#splits[this.#next];
    if (!split) return;
    const { ranges, bytes, chunks } = planSplitReads(split);
    const { store, path, version } = split;
    const read = ranges.length === 0 ? undefined : this.#reads.start({ store, path, version, ranges }, this.#account);
    this.#next++;
    this.#numRequests += ranges.length;
    this.#bytesRead += bytes;
    this.#aheadBytes += read ? bytes : 0;
    this.#aheadRows += split.numRows;
    this.#queue.push({ split, chunks, read });
  }
}
