import { BUDGET_UNIT_BYTES, type MemoryBudget } from '@millrace/core/runtime';

const LIMIT = 0;
const PEAK = 1;
const FIRST_SLOT = 2;
const NO_LIMIT = 2 ** 31 - 1;

/** The slot of what belongs to no thread: blocks of exchanges, results that nobody has read yet. */
export const SHARED_SLOT = 0;

/**
 * One memory budget for all threads of the process, in words of shared memory: the limit, the peak, and for each slot the units that
 * it has taken. What a slot has taken is in its own word, so that the share of a thread that dies is known and can be freed.
 */
export class SharedBudget implements MemoryBudget {
  readonly #words: Int32Array;
  readonly #slot: number;

  /** `words` are those of {@link initialize}, seen by this thread; `slot` is the one to take from and give to. */
  constructor(words: Int32Array, slot: number) {
    this.#words = words;
    this.#slot = FIRST_SLOT + slot;
  }

  static numWords(numSlots: number): number {
    return FIRST_SLOT + numSlots;
  }

  /** `limitBytes` undefined: the budget only measures. */
  static initialize(words: Int32Array, limitBytes: number | undefined): void {
    words[LIMIT] = limitBytes === undefined ? NO_LIMIT : Math.min(NO_LIMIT, Math.floor(limitBytes / BUDGET_UNIT_BYTES));
  }

  /** The same budget with another slot. */
  slot(slot: number): SharedBudget {
    return new SharedBudget(this.#words, slot);
  }

  get limitBytes(): number {
    const limit = this.#words[LIMIT]!;
    return limit === NO_LIMIT ? Number.POSITIVE_INFINITY : limit * BUDGET_UNIT_BYTES;
  }

  get availableBytes(): number {
    return Math.max(0, this.limitBytes - this.takenBytes);
  }

  /** Bytes that all slots have taken. */
  get takenBytes(): number {
    return this.#sum() * BUDGET_UNIT_BYTES;
  }

  /** Bytes that this slot has taken. */
  get slotBytes(): number {
    return Atomics.load(this.#words, this.#slot) * BUDGET_UNIT_BYTES;
  }

  /** The most bytes that were taken at one time. */
  get peakBytes(): number {
    return Atomics.load(this.#words, PEAK) * BUDGET_UNIT_BYTES;
  }

  /**
   * Of two threads that take the last bytes at the same moment both may be refused; that both get them cannot happen, because each
   * looks at the sum after it has added its part.
   */
  tryTake(bytes: number): boolean {
    const units = bytes / BUDGET_UNIT_BYTES;
    Atomics.add(this.#words, this.#slot, units);
    const sum = this.#sum();
    if (sum > this.#words[LIMIT]!) {
      Atomics.sub(this.#words, this.#slot, units);
      return false;
    }
    this.#notePeak(sum);
    return true;
  }

  /** Counts bytes that are held already, whatever the limit; fewer than none gives them back. */
  adjust(units: number): void {
    if (units === 0) return;
    Atomics.add(this.#words, this.#slot, units);
    if (units > 0) this.#notePeak(this.#sum());
  }

  give(bytes: number): void {
    Atomics.sub(this.#words, this.#slot, bytes / BUDGET_UNIT_BYTES);
  }

  /** Forgets what the slot has taken: its owner is gone. */
  clear(): void {
    Atomics.store(this.#words, this.#slot, 0);
  }

  #sum(): number {
    let sum = 0;
    for (let word = FIRST_SLOT; word < this.#words.length; word++) sum += Atomics.load(this.#words, word);
    return sum;
  }

  #notePeak(sum: number): void {
    for (let peak = Atomics.load(this.#words, PEAK); sum > peak; ) {
      const before = Atomics.compareExchange(this.#words, PEAK, peak, sum);
      if (before === peak) return;
      peak = before;
    }
  }
}

/** Whole units that cover `bytes`. */
export function budgetUnits(bytes: number): number {
  return Math.ceil(bytes / BUDGET_UNIT_BYTES);
}
