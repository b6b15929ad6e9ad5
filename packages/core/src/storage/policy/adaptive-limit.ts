import { abortError } from '../../error/index.ts';
import type { Clock } from '../../runtime/clock.ts';

/** How a request went, as far as the limit cares: whether the store asked for fewer. */
export type LimitOutcome = 'answered' | 'congested' | 'failed';

/** The right to have one request in flight. */
export interface RequestSlot {
  /** Gives it back. Only the first call counts. */
  release(outcome: LimitOutcome): void;
}

/** After so long without congestion the limit doubles with each round of requests, instead of growing by one. */
const QUIET_MS = 1000;

interface Waiter {
  readonly start: () => void;
}

interface Group {
  readonly name: string;
  limit: number;
  inFlight: number;
  readonly waiting: Set<Waiter>;
  /** Requests that began before tell nothing new: the limit has been cut since. */
  cutAtMs: number;
}

/**
 * How many requests to one store may be in flight: never more than `maxInFlight` in all, and for each group of paths as many as the
 * store has shown that it can take. Additive increase, multiplicative decrease (Jacobson, "Congestion avoidance and
 * control", 1988): congestion halves the limit of a group, once for all requests that were in flight at that time; answers raise it
 * again, by one a round trip, and by doubling once the store has been quiet for a second, so that it is back within seconds.
 *
 * Requests wait in the order in which they came; groups take turns.
 */
export class AdaptiveLimit {
  readonly maxInFlight: number;
  readonly #clock: Clock;
  readonly #groups = new Map<string, Group>();
  #inFlight = 0;
  #peakInFlight = 0;

  constructor(maxInFlight: number, clock: Clock) {
    this.maxInFlight = maxInFlight;
    this.#clock = clock;
  }

  /** Requests in flight now, and the most there were at one time. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get peakInFlight(): number {
    return this.#peakInFlight;
  }

  /** How many requests of a group may be in flight at this moment. */
  limitOf(group: string): number {
    return Math.floor(this.#groups.get(group)?.limit ?? this.maxInFlight);
  }

  /** Waits for a slot. Rejects with the abort as soon as the signal aborts. */
  acquire(groupName: string, signal: AbortSignal | undefined): Promise<RequestSlot> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError(signal));
        return;
      }
      const slot = this.tryAcquire(groupName);
      if (slot) {
        resolve(slot);
        return;
      }
      const group = this.#group(groupName);
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#take(group));
        },
      };
      const onAbort = () => {
        group.waiting.delete(waiter);
        this.#forgetIdle(group);
        reject(abortError(signal!));
      };
      group.waiting.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** A slot, when there is one at once and nobody waits for it. */
  tryAcquire(groupName: string): RequestSlot | undefined {
    const group = this.#group(groupName);
    if (group.waiting.size > 0 || !this.#hasRoom(group)) return undefined;
    return this.#take(group);
  }

  #group(name: string): Group {
    let group = this.#groups.get(name);
    if (!group) {
      group = { name, limit: this.maxInFlight, inFlight: 0, waiting: new Set(), cutAtMs: Number.NEGATIVE_INFINITY };
      this.#groups.set(name, group);
    }
    return group;
  }

  #hasRoom(group: Group): boolean {
    return this.#inFlight < this.maxInFlight && group.inFlight < Math.floor(group.limit);
  }

  #take(group: Group): RequestSlot {
    group.inFlight += 1;
    this.#inFlight += 1;
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight);
    const startedMs = this.#clock.monotonicMs();
    let isReleased = false;
    return {
      release: (outcome) => {
        if (isReleased) return;
        isReleased = true;
        group.inFlight -= 1;
        this.#inFlight -= 1;
        this.#learn(group, outcome, startedMs);
        this.#startWaiting();
        this.#forgetIdle(group);
      },
    };
  }

  #learn(group: Group, outcome: LimitOutcome, startedMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (outcome === 'congested') {
      if (startedMs < group.cutAtMs) return;
      group.limit = Math.max(1, group.limit / 2);
      group.cutAtMs = nowMs;
    } else if (outcome === 'answered') {
      const growth = nowMs - group.cutAtMs > QUIET_MS ? 1 : 1 / group.limit;
      group.limit = Math.min(this.maxInFlight, group.limit + growth);
    }
  }

  /** Groups take turns: one that has just got a slot goes to the end of the line. */
  #startWaiting(): void {
    let hasStarted = true;
    while (hasStarted && this.#inFlight < this.maxInFlight) {
      hasStarted = false;
      for (const group of [...this.#groups.values()]) {
        if (group.waiting.size === 0 || !this.#hasRoom(group)) continue;
        const [waiter] = group.waiting;
        group.waiting.delete(waiter!);
        waiter!.start();
        this.#groups.delete(group.name);
        this.#groups.set(group.name, group);
        hasStarted = true;
      }
    }
  }

  /** There are as many groups as folders: those that have nothing to remember are forgotten. */
  #forgetIdle(group: Group): void {
    if (group.inFlight > 0 || group.waiting.size > 0 || group.limit < this.maxInFlight) return;
    if (this.#groups.get(group.name) === group) this.#groups.delete(group.name);
  }
}
