import { QueryError } from '../../error/index.ts';
import type { Clock } from '../../runtime/clock.ts';

export interface CircuitBreakerSettings {
  /** Failures one after another that open the circuit. Default: 16. */
  readonly numFailures?: number;
  /** How long it stays open before a request is let through to try; twice as long after each one that fails. Milliseconds. Default: 500. */
  readonly coolDownMs?: number;
}

/** It doubles up to this. */
const LONGEST_COOL_DOWN_MS = 10_000;

interface Circuit {
  numFailures: number;
  /** Undefined while it is closed. */
  openUntilMs: number | undefined;
  coolDownMs: number;
  isProbing: boolean;
  lastError: unknown;
}

/**
 * Stops asking a part of a store that does not answer: after some failures in a row, requests fail at once with `CIRCUIT_OPEN` instead of
 * waiting for time-outs, until one request that is let through now and then succeeds. What a store refuses with a reason is an
 * answer, and being asked to slow down is none of this: see `AdaptiveLimit`.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #numFailures: number;
  readonly #coolDownMs: number;
  readonly #circuits = new Map<string, Circuit>();

  constructor(settings: CircuitBreakerSettings, clock: Clock) {
    this.#clock = clock;
    this.#numFailures = settings.numFailures ?? 16;
    this.#coolDownMs = settings.coolDownMs ?? 500;
  }

  /** Throws `CIRCUIT_OPEN` (`retryAfterMs` in its details) when the circuit of the group is open. */
  requireClosed(group: string): void {
    const circuit = this.#circuits.get(group);
    if (circuit?.openUntilMs === undefined) return;
    const waitMs = circuit.openUntilMs - this.#clock.monotonicMs();
    if (waitMs <= 0 && !circuit.isProbing) {
      circuit.isProbing = true;
      return;
    }
    const { lastError, numFailures } = circuit;
    const last = lastError instanceof Error ? ` The last one: ${lastError.message}` : '';
    throw new QueryError(
      'CIRCUIT_OPEN',
      `Storage is not asked for now, because the last ${numFailures} requests about '${group}/' have failed.${last}`,
      {
        details: { group, numFailures, retryAfterMs: Math.max(circuit.coolDownMs / 2, waitMs) },
        hint: 'Check that the store can be reached. It is tried again by itself.',
        cause: lastError,
      },
    );
  }

  /** The store has answered. */
  succeed(group: string): void {
    this.#circuits.delete(group);
  }

  /** There was no answer. */
  fail(group: string, error: unknown): void {
    const circuit = this.#circuits.get(group) ?? {
      numFailures: 0,
      openUntilMs: undefined,
      coolDownMs: this.#coolDownMs / 2,
      isProbing: false,
      lastError: undefined,
    };
    this.#circuits.set(group, circuit);
    circuit.numFailures += 1;
    circuit.lastError = error;
    if (circuit.numFailures < this.#numFailures) return;
    // Requests that were in flight when the circuit opened fail late: only the one that was let through says something new.
    if (circuit.openUntilMs !== undefined && !circuit.isProbing) return;
    circuit.isProbing = false;
    circuit.coolDownMs = Math.min(LONGEST_COOL_DOWN_MS, circuit.coolDownMs * 2);
    circuit.openUntilMs = this.#clock.monotonicMs() + circuit.coolDownMs;
  }

  /** The request ended without showing how the store is: it was aborted. Another one may try. */
  abandon(group: string): void {
    const circuit = this.#circuits.get(group);
    if (circuit) circuit.isProbing = false;
  }
}
