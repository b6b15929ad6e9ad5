import { abortError, isQueryError, QueryError } from '../../error/index.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { type Random, systemRandom } from '../../runtime/random.ts';
import { sleep, systemTimers, type Timers } from '../../runtime/timers.ts';
import { linkSignals } from '../linked-signal.ts';
import type { StoreOperation } from '../store-operation.ts';
import { AdaptiveLimit, type LimitOutcome, type RequestSlot } from './adaptive-limit.ts';
import { CircuitBreaker, type CircuitBreakerSettings } from './circuit-breaker.ts';
import { HedgePolicy } from './hedge-policy.ts';
import { requestGroup } from './request-group.ts';
import type { RequestMeter } from './request-meter.ts';
import { RetryBudget } from './retry-budget.ts';
import { attemptsExhausted, isTransient, RetryPolicy, type RetryScope, type RetrySettings } from './retry-policy.ts';

export interface RequestPolicySettings {
  /** The most reads in flight at a time, and the most writes. Default: 64. */
  readonly maxInFlight?: number;
  /** How long a request may go without any progress before it is given up as a time-out. Milliseconds. Default: 15,000. */
  readonly progressTimeoutMs?: number;
  readonly retry?: RetrySettings;
  readonly breaker?: CircuitBreakerSettings;
}

/** Each has a default: the clock, the timers and the chance of the system. */
export interface RequestPolicyComponents {
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: Random;
}

/** One request to a store, as the policies see it. */
export interface StoreRequest<T> {
  readonly operation: StoreOperation;
  /** Of the object; of a listing the prefix. */
  readonly path: string;
  /** Bytes that the answer will have, about. */
  readonly bytes: number;
  readonly retries: RetryScope;
  /** Whether a second request may be sent beside one that is slow. Not together with `keepsSlot`. */
  readonly isHedged: boolean;
  /**
   * Sends it. The signal aborts when the request is of no use any more, and the promise must not settle before the
   * request has let go of everything. `onProgress` is to be called for all bytes that arrive.
   */
  send(signal: AbortSignal, onProgress: (bytes: number) => void): Promise<T>;
  /** Whether the answer keeps the slot of the request until {@link Answer.release}: its body is still to come. */
  readonly keepsSlot?: boolean;
}

export interface Answer<T> {
  readonly value: T;
  /** Gives the slot of the request back; for requests that keep it. */
  release(): void;
}

const DEFAULT_MAX_IN_FLIGHT = 64;
const DEFAULT_PROGRESS_TIMEOUT_MS = 15_000;

/** A request that has been sent. */
interface Flight<T> {
  readonly outcome: Promise<Answer<T>>;
  abandon(): void;
}

/**
 * What one thread has learned about one store, and how it sends requests to it: limited in number, given up when they make no progress,
 * tried again, hedged, and not sent at all while the store does not answer. Requests that are asked for through any
 * number of `policyStore`s share it.
 */
export class RequestPolicies {
  readonly progressTimeoutMs: number;
  readonly timers: Timers;
  readonly #clock: Clock;
  /** A copy holds an open body while its write waits: with one limit for both, copies could wait for each other for ever. */
  readonly #reads: AdaptiveLimit;
  readonly #writes: AdaptiveLimit;
  readonly #breaker: CircuitBreaker;
  readonly #hedges = new HedgePolicy();
  readonly #retry: RetryPolicy;
  readonly #budget: RetryBudget;

  /** Throws `BAD_SETTING` for settings that make no sense. */
  constructor(settings: RequestPolicySettings = {}, components: RequestPolicyComponents = {}) {
    const { maxInFlight = DEFAULT_MAX_IN_FLIGHT, progressTimeoutMs = DEFAULT_PROGRESS_TIMEOUT_MS } = settings;
    requireWhole('maxInFlight', maxInFlight);
    requireWhole('progressTimeoutMs', progressTimeoutMs);
    this.progressTimeoutMs = progressTimeoutMs;
    this.timers = components.timers ?? systemTimers;
    this.#clock = components.clock ?? systemClock;
    this.#reads = new AdaptiveLimit(maxInFlight, this.#clock);
    this.#writes = new AdaptiveLimit(maxInFlight, this.#clock);
    this.#breaker = new CircuitBreaker(settings.breaker ?? {}, this.#clock);
    this.#retry = new RetryPolicy(settings.retry ?? {}, components.random ?? systemRandom());
    this.#budget = new RetryBudget(this.#clock, this.timers);
  }

  /** Reads in flight now, the most there were at one time, and how many there may be for a path at this moment. */
  get numInFlight(): number {
    return this.#reads.inFlight;
  }

  get peakInFlight(): number {
    return this.#reads.peakInFlight;
  }

  readLimit(path: string): number {
    return this.#reads.limitOf(requestGroup(path));
  }

  /** Sends a request as often as it takes. Rejects with the error of the store, `RETRIES_EXHAUSTED`, `CIRCUIT_OPEN` or the abort. */
  async run<T>(request: StoreRequest<T>, meter: RequestMeter, signal: AbortSignal | undefined): Promise<Answer<T>> {
    const startedMs = this.#clock.monotonicMs();
    for (let numAttempts = 1; ; numAttempts++) {
      try {
        const answer = await this.#attempt(request, meter, signal);
        this.#budget.succeed(numAttempts > 1);
        return answer;
      } catch (thrown) {
        if (signal?.aborted) throw abortError(signal);
        // What a body that is to be written throws is passed on as it is.
        if (!isQueryError(thrown)) throw thrown;
        const state = { numAttempts, elapsedMs: this.#clock.monotonicMs() - startedMs };
        const delayMs = this.#retry.delayMs(thrown, request.retries, state);
        if (delayMs === undefined)
          throw numAttempts > 1 && isTransient(thrown) ? attemptsExhausted(thrown, state) : thrown;
        await sleep(this.timers, delayMs, signal);
        await this.#budget.take(signal);
        meter.add('numRetries');
      }
    }
  }

  async #attempt<T>(request: StoreRequest<T>, meter: RequestMeter, signal: AbortSignal | undefined) {
    const group = requestGroup(request.path);
    const limit = request.operation === 'put' || request.operation === 'delete' ? this.#writes : this.#reads;
    const slot = await limit.acquire(group, signal);
    const first = this.#send(request, group, slot, meter, signal);
    if (!request.isHedged) return first.outcome;
    this.#hedges.countRequest();
    const delayMs = this.#hedges.delayMs(request.bytes);
    if (delayMs === undefined) return first.outcome;
    return this.#race(
      first,
      delayMs,
      () => {
        const second = this.#hedges.tryTake() ? limit.tryAcquire(group) : undefined;
        if (!second) return undefined;
        meter.add('numHedges');
        return this.#send(request, group, second, meter, signal);
      },
      meter,
    );
  }

  /** The first answer of a request and its hedge. The other one is aborted, and over when this settles. */
  async #race<T>(
    first: Flight<T>,
    delayMs: number,
    sendSecond: () => Flight<T> | undefined,
    meter: RequestMeter,
  ): Promise<Answer<T>> {
    let second: Flight<T> | undefined;
    const hedged = Promise.withResolvers<void>();
    const cancelTimer = this.timers.after(delayMs, () => {
      second = sendSecond();
      hedged.resolve();
    });
    await Promise.race([hedged.promise, settled(first.outcome)]);
    cancelTimer();
    if (!second) return first.outcome;
    const flights = [first, second];
    const quickest = await Promise.any(flights.map(async (flight) => ({ flight, answer: await flight.outcome }))).catch(
      () => undefined,
    );
    // Both have failed: with the same object at the same store, for the same reason.
    if (!quickest) return first.outcome;
    const loser = quickest.flight === first ? second : first;
    if (quickest.flight === second) meter.add('numHedgesWon');
    loser.abandon();
    await settled(loser.outcome);
    return quickest.answer;
  }

  #send<T>(
    request: StoreRequest<T>,
    group: string,
    slot: RequestSlot,
    meter: RequestMeter,
    signal: AbortSignal | undefined,
  ): Flight<T> {
    const given = new AbortController();
    const abandon = () => given.abort(new QueryError('ABORTED', 'Another request for the same bytes was quicker.'));
    return { outcome: this.#transfer(request, group, slot, meter, given, signal), abandon };
  }

  /** One request from its beginning to its end; reports to those who limit requests how it went. */
  async #transfer<T>(
    request: StoreRequest<T>,
    group: string,
    slot: RequestSlot,
    meter: RequestMeter,
    given: AbortController,
    signal: AbortSignal | undefined,
  ): Promise<Answer<T>> {
    const linked = linkSignals(signal, given.signal);
    const startedMs = this.#clock.monotonicMs();
    let progressMs: number | undefined;
    let cancelTimer: (() => void) | undefined;
    const watch = (afterMs: number) => {
      cancelTimer = this.timers.after(afterMs, () => {
        const idleMs = this.#clock.monotonicMs() - (progressMs ?? startedMs);
        if (idleMs >= this.progressTimeoutMs) given.abort(noProgress(request, this.progressTimeoutMs));
        else watch(this.progressTimeoutMs - idleMs);
      });
    };
    const onProgress = (bytes: number) => {
      const nowMs = this.#clock.monotonicMs();
      if (progressMs === undefined) meter.addFirstByte(nowMs - startedMs);
      progressMs = nowMs;
      meter.add('bytesFetched', bytes);
    };
    try {
      this.#breaker.requireClosed(group);
      meter.add('numRequests');
      meter.noteInFlight(this.#reads.inFlight);
      // Bodies that are written make no progress that can be seen from here: the adapter watches its connection.
      if (request.operation !== 'put') watch(this.progressTimeoutMs);
      const value = await request.send(linked.signal, onProgress);
      this.#breaker.succeed(group);
      if (request.keepsSlot) return { value, release: () => slot.release('answered') };
      this.#hedges.addLatency(request.bytes, this.#clock.monotonicMs() - startedMs);
      slot.release('answered');
      return { value, release: () => undefined };
    } catch (thrown) {
      const reason: unknown = given.signal.reason;
      const error = isTimeout(reason) && !signal?.aborted ? reason : thrown;
      slot.release(this.#judge(error, group, meter));
      throw error;
    } finally {
      cancelTimer?.();
      linked.unlink();
    }
  }

  #judge(error: unknown, group: string, meter: RequestMeter): LimitOutcome {
    if (!isQueryError(error) || error.kind === 'Cancelled') {
      this.#breaker.abandon(group);
      return 'failed';
    }
    if (error.code === 'CIRCUIT_OPEN') return 'failed';
    if (error.code === 'THROTTLED') {
      meter.add('numThrottled');
      this.#breaker.succeed(group);
      return 'congested';
    }
    if (error.kind !== 'Unavailable') {
      this.#breaker.succeed(group);
      return 'answered';
    }
    meter.add('numFailed');
    this.#breaker.fail(group, error);
    return error.code === 'TIMEOUT' ? 'congested' : 'failed';
  }
}

function isTimeout(reason: unknown): reason is QueryError {
  return isQueryError(reason) && reason.code === 'TIMEOUT';
}

function noProgress({ operation, path }: Pick<StoreRequest<unknown>, 'operation' | 'path'>, timeoutMs: number) {
  return new QueryError('TIMEOUT', `Storage made no progress with '${path}' for ${timeoutMs} ms.`, {
    details: { path, operation, progressTimeoutMs: timeoutMs },
  });
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new QueryError(
    'BAD_SETTING',
    `${name} of request policies must be a whole number of one or more, not ${value}.`,
  );
}

function settled(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}
