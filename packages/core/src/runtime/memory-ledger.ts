import { QueryError } from '../error/index.ts';

/**
 * The one account of memory. Accounts form a tree (engine, query, stage, task, operator); what a child reserves counts
 * in every ancestor, and the first limit on the way up that would be passed refuses the reservation.
 */
export class MemoryAccount {
  readonly name: string;
  readonly parent: MemoryAccount | undefined;
  /** Bytes; `Infinity` where only the ancestors limit. */
  readonly limitBytes: number;
  #usedBytes = 0;
  #peakBytes = 0;
  #closed = false;

  constructor(name: string, options: { readonly limitBytes?: number; readonly parent?: MemoryAccount } = {}) {
    this.name = name;
    this.parent = options.parent;
    this.limitBytes = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Bytes reserved now, children included. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The most bytes that were ever reserved at one time, children included. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Bytes that could be reserved before the tightest limit on the way up. */
  get availableBytes(): number {
    const own = this.limitBytes - this.#usedBytes;
    return this.parent ? Math.min(own, this.parent.availableBytes) : own;
  }

  child(name: string, limitBytes?: number): MemoryAccount {
    return new MemoryAccount(name, { parent: this, ...(limitBytes === undefined ? {} : { limitBytes }) });
  }

  /** Reserves when every limit allows it; says whether it did. */
  tryReserve(bytes: number): boolean {
    if (bytes > this.availableBytes) return false;
    this.#add(bytes);
    return true;
  }

  /**
   * Reserves or throws `ResourceExhausted` (`MEMORY_LIMIT`), naming the account that asked and the limit that refused.
   */
  reserve(bytes: number): void {
    if (this.tryReserve(bytes)) return;
    let refusing: MemoryAccount = this;
    while (refusing.limitBytes - refusing.#usedBytes >= bytes && refusing.parent) refusing = refusing.parent;
    throw new QueryError(
      'MEMORY_LIMIT',
      `${this.path} needs ${bytes} bytes more, but ${refusing.name} may hold ${refusing.limitBytes} bytes and ` +
        `${refusing.#usedBytes} of them are in use.`,
      {
        details: { account: this.path, requestedBytes: bytes, limitBytes: refusing.limitBytes },
        hint: "Raise the engine's memory setting, or select fewer columns or groups.",
      },
    );
  }

  release(bytes: number): void {
    this.#add(-bytes);
  }

  /** Gives back whatever is still reserved. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#usedBytes !== 0) this.#add(-this.#usedBytes);
  }

  /** The names from the root to here. */
  get path(): string {
    return this.parent ? `${this.parent.path} > ${this.name}` : this.name;
  }

  #add(bytes: number): void {
    for (let account: MemoryAccount | undefined = this; account; account = account.parent) {
      account.#usedBytes += bytes;
      if (account.#usedBytes > account.#peakBytes) account.#peakBytes = account.#usedBytes;
    }
  }
}
