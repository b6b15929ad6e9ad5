import type { Clock } from '../runtime/index.ts';

/** Time that one operator spent without its inputs. */
export interface TimeSlot {
  cpuMs: number;
}

/**
 * Tells the time of nested operators apart: at every moment it runs for the innermost operator entered. Two clock readings a
 * call of `next`, so once a batch and not once a row.
 */
export class OperatorProfile {
  readonly #clock: Clock;
  readonly #stack: TimeSlot[] = [];
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  enter(slot: TimeSlot): void {
    this.#account();
    this.#stack.push(slot);
  }

  leave(): void {
    this.#account();
    this.#stack.pop();
  }

  #account(): void {
    const now = this.#clock.monotonicMs();
    const running = this.#stack.at(-1);
    if (running) running.cpuMs += now - this.#since;
    this.#since = now;
  }
}
