import type { MemoryAccount } from '../runtime/index.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import { OPERATOR_KERNELS } from './operator-kernels.ts';

const FIRST_CHUNK_BYTES = 1 << 12;
const LARGEST_CHUNK_BYTES = 1 << 20;

/**
 * The bytes of strings that an operator keeps beyond the batch they came in. Only grows; `clear` empties it.
 *
 * Pieces lie back to back and must be written in the order in which they were allocated, because kernels may write a few
 * bytes past the end of one.
 */
export class RefHeap {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #chunks: Address[] = [];
  #chunkBytes = FIRST_CHUNK_BYTES / 2;
  #next = 0;
  #end = 0;
  #usedBytes = 0;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
  }

  /** Bytes of all pieces. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  allocate(bytes: number): Address {
    if (bytes > this.#end - this.#next) {
      this.#chunkBytes = Math.min(this.#chunkBytes * 2, LARGEST_CHUNK_BYTES);
      const size = Math.max(bytes, this.#chunkBytes);
      this.#next = this.#memory.allocate(size, this.#account);
      this.#end = this.#next + size;
      this.#chunks.push(this.#next);
    }
    const address = this.#next;
    this.#next += bytes;
    this.#usedBytes += bytes;
    return address;
  }

  /** Copies what `numRefs` refs point to into the heap and points the refs there. */
  adopt(refs: Address, numRefs: number): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const bytes = kernels.sum_ref_bytes(refs, numRefs) >>> 0;
    // An empty string keeps an address, which must not be one that its batch takes away.
    const target = this.allocate(bytes + 1);
    kernels.copy_ref_bytes(refs, numRefs, target);
  }

  clear(): void {
    for (const chunk of this.#chunks) this.#memory.free(chunk);
    this.#chunks.length = 0;
    this.#chunkBytes = FIRST_CHUNK_BYTES / 2;
    this.#next = 0;
    this.#end = 0;
    this.#usedBytes = 0;
  }
}
