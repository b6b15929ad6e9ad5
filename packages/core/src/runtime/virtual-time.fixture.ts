import type { Clock } from './clock.ts';
import type { Timers } from './timers.ts';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so, at once. */
export class VirtualTime implements Clock, Timers {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get numTimers(): number {
    return this.#timers.size;
  }

  /** Lets time pass until the promise settles, from one timer to the next. Fails when it waits for something else than time. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    for (;;) {
      await turn();
      if (isOver) return promise;
      const next = this.#next();
      if (!next) throw new Error('nothing is going to happen any more');
      this.#fire(next);
    }
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await turn();
      const next = this.#next();
      if (!next || next.atMs > endMs) break;
      this.#fire(next);
    }
    this.#nowMs = endMs;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.atMs < next.atMs) next = timer;
    return next;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.run();
  }
}

/** Everything that waits for no timer has run afterwards. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
