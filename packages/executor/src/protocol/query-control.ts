import { NUM_REQUEST_COUNTERS, PEAK_IN_FLIGHT_COUNTER, type RequestCounts, RequestMeter } from '@millrace/core/storage';
import { budgetUnits, SHARED_SLOT, SharedBudget } from './shared-budget.ts';

const CANCELLED = 0;
const CREDIT_EPOCH = 1;
const READING = 2;
const UNREAD = 3;
const CREDIT = 4;
const NUM_SLOTS = 5;
const NUM_WORDS = 6;
const REQUESTS_OFFSET = 4 * NUM_WORDS;
const SPILLED_OFFSET = REQUESTS_OFFSET + 8 * NUM_REQUEST_COUNTERS;
const SENT_OFFSET = SPILLED_OFFSET + 8;

/** The part of the credit that only the task being read may use, so that it never waits for those behind it. */
const RESERVED_SHARE = 1 / 4;

/**
 * What all threads know of one query, in shared memory: whether it is cancelled, how much of its result is unread, what it has read from
 * stores, and the memory that it holds.
 *
 * Credit is taken before a block is handed on. Tasks whose turn has not come may together leave three quarters of it unread; the task
 * that is being read may go on while no more than three quarters are unread. When it has nothing unread itself, what there is
 * belongs to the others and is no more than that: no order of tasks can block the reader.
 */
export class QueryControl {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #requests: BigInt64Array;
  /** Bytes put out of memory. */
  readonly #spilled: BigInt64Array;
  /** For each slot the bytes it has taken credit for, modulo 2^32. */
  readonly #sent: Int32Array;
  readonly #budget: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared, 0, NUM_WORDS);
    this.#requests = new BigInt64Array(shared, REQUESTS_OFFSET, NUM_REQUEST_COUNTERS);
    this.#spilled = new BigInt64Array(shared, SPILLED_OFFSET, 1);
    const numSlots = this.#words[NUM_SLOTS]!;
    this.#sent = new Int32Array(shared, SENT_OFFSET, numSlots);
    this.#budget = new Int32Array(shared, SENT_OFFSET + 4 * numSlots);
  }

  /** `creditBytes`: how much of the result may be unread. `numSlots`: as many as the ledger of the process has. */
  static create(creditBytes: number, numSlots: number): QueryControl {
    const bytes = SENT_OFFSET + 4 * (numSlots + SharedBudget.numWords(numSlots));
    const shared = new SharedArrayBuffer(bytes);
    new Int32Array(shared)[NUM_SLOTS] = numSlots;
    const control = new QueryControl(shared);
    control.#words[CREDIT] = creditBytes;
    SharedBudget.initialize(control.#budget, undefined);
    return control;
  }

  /** Measures what the query holds, without a limit. */
  budget(slot: number): SharedBudget {
    return new SharedBudget(this.#budget, slot);
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) !== 0;
  }

  /** Tasks that wait for credit wake; those that wait for bytes must be woken through the control of their worker. */
  cancel(): void {
    Atomics.store(this.#words, CANCELLED, 1);
    this.#creditChanged();
  }

  /** What the requests of the query have cost so far. */
  get requests(): RequestCounts {
    return new RequestMeter(Float64Array.from(this.#requests, Number)).counts();
  }

  /** Bytes that were put out of memory. */
  get spilledBytes(): number {
    return Number(Atomics.load(this.#spilled, 0));
  }

  /** Answers with all that was spilled so far. */
  addSpilled(bytes: number): number {
    return Number(Atomics.add(this.#spilled, 0, BigInt(bytes))) + bytes;
  }

  /** Adds the values of a `RequestMeter`. */
  addRequests(values: Float64Array): void {
    values.forEach((value, counter) => {
      if (value === 0) return;
      if (counter === PEAK_IN_FLIGHT_COUNTER) this.#noteInFlight(BigInt(value));
      else Atomics.add(this.#requests, counter, BigInt(value));
    });
  }

  #noteInFlight(count: bigint): void {
    const requests = this.#requests;
    for (let peak = Atomics.load(requests, PEAK_IN_FLIGHT_COUNTER); count > peak; ) {
      const before = Atomics.compareExchange(requests, PEAK_IN_FLIGHT_COUNTER, peak, count);
      if (before === peak) return;
      peak = before;
    }
  }

  /** Changes whenever a task that waits for credit should look again. */
  get creditEpoch(): number {
    return Atomics.load(this.#words, CREDIT_EPOCH);
  }

  /** Waits on this thread until the epoch is another than `seen`, at most `timeoutMs`. */
  waitForCredit(seen: number, timeoutMs: number): void {
    Atomics.wait(this.#words, CREDIT_EPOCH, seen, timeoutMs);
  }

  /** The same without holding the thread. */
  async creditChange(seen: number): Promise<void> {
    await Atomics.waitAsync(this.#words, CREDIT_EPOCH, seen).value;
  }

  /** Takes credit for a result block that `slot` is about to hand on, if there is enough; says whether it did. */
  tryTakeCredit(task: number, bytes: number, slot: number, ledger: SharedBudget): boolean {
    const open = this.#words[CREDIT]! * (1 - RESERVED_SHARE);
    const isRead = task === Atomics.load(this.#words, READING);
    for (let unread = Atomics.load(this.#words, UNREAD); ; ) {
      if (isRead ? unread > open : unread + bytes > open) return false;
      const before = Atomics.compareExchange(this.#words, UNREAD, unread, unread + bytes);
      if (before === unread) {
        this.#charge(budgetUnits(unread + bytes) - budgetUnits(unread), ledger);
        break;
      }
      unread = before;
    }
    Atomics.add(this.#sent, slot, bytes);
    return true;
  }

  /** Gives back the credit of a block that was read or thrown away. */
  consumed(bytes: number, ledger: SharedBudget): void {
    const before = Atomics.sub(this.#words, UNREAD, bytes);
    this.#charge(budgetUnits(before - bytes) - budgetUnits(before), ledger);
    this.#creditChanged();
  }

  /**
   * The owner of the slot is gone, and `receivedBytes` is all that has come from it: gives back credit that it took for what it never
   * sent, and the memory that it held.
   */
  forgetSlot(slot: number, receivedBytes: number, ledger: SharedBudget): void {
    const lost = (Atomics.exchange(this.#sent, slot, 0) - receivedBytes) | 0;
    if (lost > 0) this.consumed(lost, ledger);
    this.budget(slot).clear();
  }

  /** The number of the task whose blocks the consumer reads from now on. */
  setReading(task: number): void {
    Atomics.store(this.#words, READING, task);
    this.#creditChanged();
  }

  get unreadBytes(): number {
    return Atomics.load(this.#words, UNREAD);
  }

  #charge(units: number, ledger: SharedBudget): void {
    ledger.slot(SHARED_SLOT).adjust(units);
    this.budget(SHARED_SLOT).adjust(units);
  }

  #creditChanged(): void {
    Atomics.add(this.#words, CREDIT_EPOCH, 1);
    Atomics.notify(this.#words, CREDIT_EPOCH);
  }
}
