import type { LoadClock } from './load-clock.ts';

interface Waiting {
  readonly timeMs: number;
  readonly resolve: () => void;
}

/** A clock that jumps to the next time that somebody waits for, as soon as nothing else is left to do. */
export class VirtualClock implements LoadClock {
  #nowMs = 0;
  #sleeping: Waiting[] = [];
  #driver: Waiting | undefined;
  #isRunning = true;

  constructor() {
    void this.#run();
  }

  nowMs(): number {
    return this.#nowMs;
  }

  waitUntil(timeMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#driver = { timeMs, resolve };
    });
  }

  wake(): void {
    this.#driver?.resolve();
    this.#driver = undefined;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleeping.push({ timeMs: this.#nowMs + ms, resolve });
    });
  }

  stop(): void {
    this.#isRunning = false;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      await new Promise((resolve) => setImmediate(resolve));
      const all = this.#driver ? [...this.#sleeping, this.#driver] : this.#sleeping;
      if (all.length === 0) continue;
      const next = all.reduce((best, waiting) => (waiting.timeMs < best.timeMs ? waiting : best));
      this.#nowMs = Math.max(this.#nowMs, next.timeMs);
      if (next === this.#driver) this.#driver = undefined;
      else this.#sleeping.splice(this.#sleeping.indexOf(next), 1);
      next.resolve();
    }
  }
}
