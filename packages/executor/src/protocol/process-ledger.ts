import { SharedBudget } from './shared-budget.ts';

/** Slots that exist from the start: what is shared, and the main thread. */
const FIRST_WORKER_SLOT = 2;

/** The slot of tasks that run on the main thread. */
export const MAIN_SLOT = 1;

/**
 * The memory budget of the process, and who has which slot of it. A worker claims a slot when it starts; the main thread frees it when
 * the worker is gone. There are twice as many slots as workers, so that a replacement need not wait for the burial.
 */
export class ProcessLedger {
  readonly shared: SharedArrayBuffer;
  readonly numSlots: number;
  readonly #owners: Int32Array;
  readonly #words: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    const [numSlots] = new Int32Array(shared, 0, 1);
    this.numSlots = numSlots!;
    this.#owners = new Int32Array(shared, 4, this.numSlots);
    this.#words = new Int32Array(shared, 4 + 4 * this.numSlots);
  }

  static create(maxWorkers: number, limitBytes: number): ProcessLedger {
    const numSlots = FIRST_WORKER_SLOT + 2 * maxWorkers;
    const shared = new SharedArrayBuffer(4 * (1 + numSlots + SharedBudget.numWords(numSlots)));
    new Int32Array(shared)[0] = numSlots;
    const ledger = new ProcessLedger(shared);
    SharedBudget.initialize(ledger.#words, limitBytes);
    return ledger;
  }

  budget(slot: number): SharedBudget {
    return new SharedBudget(this.#words, slot);
  }

  /** A slot for this worker; undefined when all are taken. */
  claimSlot(): number | undefined {
    for (let slot = FIRST_WORKER_SLOT; slot < this.numSlots; slot++) {
      if (Atomics.compareExchange(this.#owners, slot, 0, 1) === 0) return slot;
    }
    return undefined;
  }

  freeSlot(slot: number): void {
    this.budget(slot).clear();
    Atomics.store(this.#owners, slot, 0);
  }
}
