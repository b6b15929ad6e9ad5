import { QueryError } from '../error/index.ts';

/** Bytes that accounts of several threads draw from. Amounts are multiples of {@link BUDGET_UNIT_BYTES}. */
export interface MemoryBudget {
  readonly limitBytes: number;
  /** Bytes that nobody has taken. */
  readonly availableBytes: number;
  /** Takes bytes when they are there; says whether it did. */
  tryTake(bytes: number): boolean;
  give(bytes: number): void;
}

/** The grain of a {@link MemoryBudget}: taking is an atomic operation on memory that all threads see, so it is done seldom. */
export const BUDGET_UNIT_BYTES = 1 << 16;

/** What an account takes from its budget at a time: at most this, and at most this share, so that small budgets go round. */
const MAX_LEASE_BYTES = 16 * BUDGET_UNIT_BYTES;
const LEASE_SHARE = 256;

/**
 * The one account of memory. Accounts form a tree (engine, query, stage, task, operator); what a child reserves counts
 * in every ancestor, and the first limit on the way up that would be passed refuses the reservation. An account with a
 * {@link MemoryBudget} covers what is reserved in it by bytes taken from there.
 */
export class MemoryAccount {
  readonly name: string;
  readonly parent: MemoryAccount | undefined;
  /** Bytes; `Infinity` where only the ancestors limit. */
  readonly limitBytes: number;
  readonly #budget: MemoryBudget | undefined;
  readonly #leaseBytes: number;
  /** Taken from the budget; never less than what is used. */
  #takenBytes = 0;
  #usedBytes = 0;
  #peakBytes = 0;
  #closed = false;

  constructor(
    name: string,
    options: {
      readonly limitBytes?: number;
      readonly parent?: MemoryAccount | undefined;
      readonly budget?: MemoryBudget | undefined;
    } = {},
  ) {
    this.name = name;
    this.parent = options.parent;
    this.#budget = options.budget;
    this.#leaseBytes = Math.min(MAX_LEASE_BYTES, wholeUnits((options.budget?.limitBytes ?? 0) / LEASE_SHARE));
    this.limitBytes = options.limitBytes ?? options.budget?.limitBytes ?? Number.POSITIVE_INFINITY;
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
    const own = this.#freeBytes;
    return this.parent ? Math.min(own, this.parent.availableBytes) : own;
  }

  child(name: string, limitBytes?: number): MemoryAccount {
    return new MemoryAccount(name, { parent: this, ...(limitBytes === undefined ? {} : { limitBytes }) });
  }

  /** Reserves when every limit allows it; says whether it did. */
  tryReserve(bytes: number): boolean {
    for (let account: MemoryAccount | undefined = this; account; account = account.parent) {
      if (bytes > account.limitBytes - account.#usedBytes) return false;
      // What a budget above has given already stays taken when one below it refuses: spare bytes for the next time.
      if (account.#budget && !account.#cover(account.#usedBytes + bytes)) return false;
    }
    this.#add(bytes);
    return true;
  }

  /**
   * Reserves or throws `ResourceExhausted` (`MEMORY_LIMIT`), naming the account that asked and the limit that refused.
   */
  reserve(bytes: number): void {
    if (this.tryReserve(bytes)) return;
    let refusing: MemoryAccount = this;
    while (refusing.#freeBytes >= bytes && refusing.parent) refusing = refusing.parent;
    throw new QueryError(
      'MEMORY_LIMIT',
      `${this.path} needs ${bytes} bytes more, but ${refusing.name} may hold ${refusing.limitBytes} bytes and ` +
        `${refusing.limitBytes - refusing.#freeBytes} of them are in use.`,
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
    this.trim();
  }

  /** Gives spare bytes back to the budget; for when nothing is going to be reserved soon. */
  trim(): void {
    this.#giveBack(this.#usedBytes);
  }

  /** The names from the root to here. */
  get path(): string {
    return this.parent ? `${this.parent.path} > ${this.name}` : this.name;
  }

  #add(bytes: number): void {
    for (let account: MemoryAccount | undefined = this; account; account = account.parent) {
      account.#usedBytes += bytes;
      if (account.#usedBytes > account.#peakBytes) account.#peakBytes = account.#usedBytes;
      if (bytes < 0 && account.#takenBytes - account.#usedBytes > 2 * account.#leaseBytes) {
        account.#giveBack(account.#usedBytes + account.#leaseBytes);
      }
    }
  }

  /** Bytes that this account alone could still hold. */
  get #freeBytes(): number {
    const own = this.limitBytes - this.#usedBytes;
    return this.#budget ? Math.min(own, this.#takenBytes - this.#usedBytes + this.#budget.availableBytes) : own;
  }

  #cover(bytes: number): boolean {
    const budget = this.#budget!;
    if (bytes <= this.#takenBytes) return true;
    const missing = wholeUnits(bytes - this.#takenBytes);
    for (const wanted of missing < this.#leaseBytes ? [this.#leaseBytes, missing] : [missing]) {
      if (!budget.tryTake(wanted)) continue;
      this.#takenBytes += wanted;
      return true;
    }
    return false;
  }

  #giveBack(keepBytes: number): void {
    if (!this.#budget) return;
    const spare = Math.floor((this.#takenBytes - keepBytes) / BUDGET_UNIT_BYTES) * BUDGET_UNIT_BYTES;
    if (spare <= 0) return;
    this.#takenBytes -= spare;
    this.#budget.give(spare);
  }
}

function wholeUnits(bytes: number): number {
  return Math.ceil(bytes / BUDGET_UNIT_BYTES) * BUDGET_UNIT_BYTES;
}
