import { type ExchangeLocation, type MemoryAccount, QueryError } from '@millrace/core/executor';

const FIRST_BUFFER_BYTES = 64 * 1024;
const LARGEST_BUFFER_BYTES = 2 ** 20;
const ALIGNMENT = 64;

/**
 * Shared memory for the exchange blocks of one task. Blocks for many partitions are small, and every buffer costs each thread that it is
 * sent to; so blocks share buffers, which grow with the task.
 */
export class ExchangeBuffers {
  readonly #account: MemoryAccount;
  #buffer: SharedArrayBuffer | undefined;
  #used = 0;

  /** The buffers are charged to `account`, and are the caller's to release. */
  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  /** Copies a block. Throws `MEMORY_LIMIT` when there is no room. */
  keep(block: Uint8Array): Extract<ExchangeLocation, { readonly kind: 'memory' }> {
    if (!this.#buffer || this.#used + block.length > this.#buffer.byteLength) {
      const next = this.#buffer ? Math.min(LARGEST_BUFFER_BYTES, this.#buffer.byteLength * 2) : FIRST_BUFFER_BYTES;
      // A large block, or the only one of a small task, fills a buffer of its own.
      this.#buffer = this.#allocate(Math.max(block.length, next));
      this.#used = 0;
    }
    const offset = this.#used;
    new Uint8Array(this.#buffer, offset, block.length).set(block);
    this.#used = Math.ceil((offset + block.length) / ALIGNMENT) * ALIGNMENT;
    return { kind: 'memory', buffer: this.#buffer, offset };
  }

  #allocate(bytes: number): SharedArrayBuffer {
    this.#account.reserve(bytes);
    try {
      return new SharedArrayBuffer(bytes);
    } catch (cause) {
      throw new QueryError('MEMORY_LIMIT', `The machine has no room for a block of ${bytes} bytes.`, {
        details: { requestedBytes: bytes },
        hint: 'Lower the memory setting or the number of workers.',
        cause,
      });
    }
  }
}
