import { QueryError } from '../error/index.ts';
import type { ExchangeBlock } from '../physical/index.ts';
import { type Random, seededRandom } from '../runtime/index.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import type { IoTicket, ReadRequest, TaskIo } from './task-io.ts';

interface Pending {
  write: (() => void) | undefined;
  /** Polls and ticks until it is over. */
  delay: number;
  isCancelled: boolean;
  error: Error | undefined;
}

/** Reads that come late, out of order, or not at all, as a seed has it. */
export class FakeTaskIo implements TaskIo {
  readonly objects = new Map<string, Uint8Array>();
  readonly requests: ReadRequest[] = [];
  numBytes = 0;
  /** Most reads under way at one time. */
  peakPending = 0;
  /** Makes the n-th read fail (counted from 0). */
  failAt = -1;
  readonly #memory: LinearMemory;
  readonly #maxDelay: number;
  readonly #random: Random;
  readonly #pending = new Map<IoTicket, Pending>();
  #nextTicket = 1;

  constructor(memory: LinearMemory, options: { readonly maxDelay?: number; readonly seed?: number } = {}) {
    this.#memory = memory;
    this.#maxDelay = options.maxDelay ?? 0;
    this.#random = seededRandom(options.seed ?? 1);
  }

  get numPending(): number {
    return this.#pending.size;
  }

  read(request: ReadRequest): IoTicket {
    this.requests.push(request);
    return this.#start(() => {
      const bytes = this.objects.get(request.path);
      if (!bytes) throw new Error(`no object ${request.path}`);
      let at = request.address;
      for (const { offset, length } of request.ranges) {
        this.#memory.u8.set(bytes.subarray(offset, offset + length), at);
        at += length;
        this.numBytes += length;
      }
    });
  }

  readBlock(block: ExchangeBlock, address: Address): IoTicket {
    return this.#start(() => {
      if (block.location.kind !== 'memory') throw new Error('only blocks in memory');
      const { buffer, offset } = block.location;
      this.#memory.u8.set(new Uint8Array(buffer, offset, block.bytes), address);
      this.numBytes += block.bytes;
    });
  }

  poll(ticket: IoTicket): boolean {
    const pending = this.#pending.get(ticket);
    if (!pending) throw new Error(`ticket ${ticket} was polled after it was over`);
    if (pending.delay > 0) return false;
    this.#pending.delete(ticket);
    if (pending.error) throw pending.error;
    if (pending.isCancelled) throw new QueryError('ABORTED', 'The read was cancelled.');
    pending.write!();
    return true;
  }

  cancel(ticket: IoTicket): void {
    const pending = this.#pending.get(ticket);
    if (!pending) throw new Error(`ticket ${ticket} was cancelled after it was over`);
    pending.isCancelled = true;
  }

  /** Lets some time pass. */
  tick(): void {
    for (const pending of this.#pending.values()) if (pending.delay > 0) pending.delay--;
  }

  #start(write: () => void): IoTicket {
    const number = this.#nextTicket - 1;
    const delay = Math.floor(this.#random.next() * (this.#maxDelay + 1));
    const error = number === this.failAt ? new QueryError('CONNECTION_LOST', 'The fake connection broke.') : undefined;
    this.#pending.set(this.#nextTicket, { write, delay, isCancelled: false, error });
    this.peakPending = Math.max(this.peakPending, this.#pending.size);
    return this.#nextTicket++;
  }
}
