import type { MemoryAccount } from '../runtime/index.ts';
import type { Address, LinearMemory } from './linear-memory.ts';

const FIRST_CHUNK_BYTES = 1 << 16;
const ALIGNMENT = 16;
/** Room after each piece that SIMD kernels may touch. */
const PIECE_SLACK_BYTES = 64;

/**
 * Bump allocation for what lives as long as one batch: pieces are cut from chunks and given back all at once.
 *
 * `reset` keeps the chunks for the next batch, `close` frees them. An operator owns its arenas and resets one before it
 * makes its next batch; a batch is therefore valid until its producer is asked for the next one.
 */
export class Arena {
  readonly memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #chunks: { readonly address: Address; readonly bytes: number }[] = [];
  #chunk = -1;
  #next = 0;
  #end = 0;
  #numResets = 0;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.memory = memory;
    this.#account = account;
  }

  /** A piece of at least `bytes` bytes, content undefined, start at a multiple of 16. */
  allocate(bytes: number): Address {
    const size = (bytes + PIECE_SLACK_BYTES + ALIGNMENT - 1) & -ALIGNMENT;
    if (this.#next + size > this.#end) this.#advance(size);
    const address = this.#next;
    this.#next += size;
    return address;
  }

  /** A piece whose bytes are 0. */
  allocateZeroed(bytes: number): Address {
    const address = this.allocate(bytes);
    this.memory.fill(address, bytes, 0);
    return address;
  }

  /** How often `reset` was called: pieces cut at another count are gone. */
  get numResets(): number {
    return this.#numResets;
  }

  /** Takes back every piece; the chunks stay. */
  reset(): void {
    this.#numResets++;
    this.#chunk = -1;
    this.#next = 0;
    this.#end = 0;
  }

  /** Frees the chunks. Idempotent; the arena can be used again. */
  close(): void {
    for (const { address } of this.#chunks) this.memory.free(address);
    this.#chunks.length = 0;
    this.reset();
  }

  #advance(size: number): void {
    while (++this.#chunk < this.#chunks.length) {
      const chunk = this.#chunks[this.#chunk]!;
      if (chunk.bytes >= size) {
        this.#next = chunk.address;
        this.#end = chunk.address + chunk.bytes;
        return;
      }
    }
    const previous = this.#chunks.at(-1)?.bytes ?? FIRST_CHUNK_BYTES / 2;
    const bytes = Math.max(size, Math.min(previous * 2, 1 << 22));
    const address = this.memory.allocate(bytes, this.#account);
    this.#chunks.push({ address, bytes });
    this.#chunk = this.#chunks.length - 1;
    this.#next = address;
    this.#end = address + bytes;
  }
}
