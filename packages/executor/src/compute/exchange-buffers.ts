import type { ExchangeLocation, MemoryAccount } from '@millrace/core/executor';
import { ExchangeMemory, type PageRun } from '../protocol/exchange-memory.ts';

const FIRST_RUN_BYTES = 64 * 1024;
const LARGEST_RUN_BYTES = 2 ** 20;
const ALIGNMENT = 64;

/** The exchange blocks of one task. Blocks for many partitions are small, so they share runs of pages, which grow with the task. */
export class ExchangeBuffers {
  readonly #memory: ExchangeMemory;
  readonly #owner: number;
  readonly #account: MemoryAccount;
  readonly #runs: PageRun[] = [];
  #used = 0;

  /** The runs belong to `owner` and are charged to `account`; both are the caller's to give on or to free. */
  constructor(memory: ExchangeMemory, owner: number, account: MemoryAccount) {
    this.#memory = memory;
    this.#owner = owner;
    this.#account = account;
  }

  /** What was taken so far. */
  get runs(): readonly PageRun[] {
    return this.#runs;
  }

  /** Copies a block. Throws `MEMORY_LIMIT` when there is no room. */
  keep(block: Uint8Array): Extract<ExchangeLocation, { readonly kind: 'memory' }> {
    const current = this.#runs.at(-1);
    if (!current || this.#used + block.length > current.bytes) {
      const next = current ? Math.min(LARGEST_RUN_BYTES, current.bytes * 2) : FIRST_RUN_BYTES;
      // A large block, or the only one of a small task, fills a run of its own.
      this.#allocate(Math.max(block.length, next));
      this.#used = 0;
    }
    const offset = this.#runs.at(-1)!.offset + this.#used;
    this.#memory.view(offset, block.length).set(block);
    this.#used = Math.ceil((this.#used + block.length) / ALIGNMENT) * ALIGNMENT;
    return { kind: 'memory', buffer: this.#memory.shared.region, offset };
  }

  #allocate(bytes: number): void {
    const charged = ExchangeMemory.runBytes(bytes);
    this.#account.reserve(charged);
    try {
      this.#runs.push(this.#memory.allocate(bytes, this.#owner));
    } catch (error) {
      this.#account.release(charged);
      throw error;
    }
  }
}
