import { QueryError } from '../error/index.ts';
import type { ExchangeBlock } from '../physical/index.ts';
import { type Random, seededRandom } from '../runtime/index.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import type { SpillIo } from './spill/spill-io.ts';
import type { IoTicket, ReadRequest, TaskIo } from './task-io.ts';

interface Pending {
  write: (() => void) | undefined;
  /** Polls and ticks until it is over. */
  delay: number;
  isCancelled: boolean;
  error: Error | undefined;
}

export interface FakeIoOptions {
  readonly maxDelay?: number;
  readonly seed?: number;
  /** Whether there is a place for spilled files. Default: false. */
  readonly canSpill?: boolean;
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
  /** Bytes of spilled files, by file. */
  readonly files = new Map<number, Uint8Array>();
  readonly spill: SpillIo | undefined;
  readonly #memory: LinearMemory;
  readonly #maxDelay: number;
  readonly #random: Random;
  readonly #pending = new Map<IoTicket, Pending>();
  #nextTicket = 1;

  constructor(memory: LinearMemory, options: FakeIoOptions = {}) {
    this.#memory = memory;
    this.#maxDelay = options.maxDelay ?? 0;
    this.#random = seededRandom(options.seed ?? 1);
    this.spill = options.canSpill ? this.#spillIo() : undefined;
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

  /** Files in memory. Bytes are taken when the write is over, so that memory that was freed too early shows. */
  #spillIo(): SpillIo {
    let numFiles = 0;
    const bytesOf = (file: number): Uint8Array => {
      const bytes = this.files.get(file);
      if (!bytes) throw new Error(`file ${file} is not there`);
      return bytes;
    };
    return {
      create: () => {
        this.files.set(numFiles, new Uint8Array());
        return numFiles++;
      },
      write: (file, offset, address, bytes) =>
        this.#start(() => {
          const old = bytesOf(file);
          const isLarger = offset + bytes > old.length;
          const grown = isLarger ? new Uint8Array(2 * (offset + bytes)) : old;
          if (isLarger) grown.set(old);
          grown.set(this.#memory.u8.subarray(address, address + bytes), offset);
          this.files.set(file, grown);
        }),
      read: (file, offset, address, bytes) =>
        this.#start(() => {
          this.#memory.u8.set(bytesOf(file).subarray(offset, offset + bytes), address);
        }),
      remove: (file) => {
        bytesOf(file);
        this.files.delete(file);
      },
    };
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
