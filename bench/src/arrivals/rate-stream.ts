import type { Random } from 'millrace';
import { type ArrivalStream, openStream } from './arrival-stream.ts';

const SECOND_MS = 1000;

/** Arrivals at equal distances, the first one distance after the start. */
export function constantStream(ratePerSecond: number): ArrivalStream {
  let count = 0;
  return openStream(() => (ratePerSecond > 0 ? (++count * SECOND_MS) / ratePerSecond : Number.POSITIVE_INFINITY));
}

/** Arrivals that know nothing of each other: exponential distances. */
export function poissonStream(ratePerSecond: number, random: Random): ArrivalStream {
  let nowMs = 0;
  return openStream(() => {
    if (ratePerSecond <= 0) return Number.POSITIVE_INFINITY;
    nowMs += exponential(random) * (SECOND_MS / ratePerSecond);
    return nowMs;
  });
}

/**
 * Arrivals whose rate changes with time, by thinning a Poisson stream of the highest rate.
 *
 * Source: Lewis and Shedler, Simulation of nonhomogeneous Poisson processes by thinning (1979).
 */
export function thinnedStream(rateAt: (nowMs: number) => number, highestRate: number, random: Random): ArrivalStream {
  let nowMs = 0;
  return openStream(() => {
    if (highestRate <= 0) return Number.POSITIVE_INFINITY;
    do nowMs += exponential(random) * (SECOND_MS / highestRate);
    while (random.next() * highestRate >= rateAt(nowMs));
    return nowMs;
  });
}

/** The rate of a day: a sine around the mean with its top at `peakMs` into the period; never below zero. */
export function diurnalRate(
  spec: { readonly rate: number; readonly amplitude: number; readonly peak: number; readonly period: number },
  nowMs: number,
): number {
  const angle = (2 * Math.PI * (nowMs - spec.peak)) / spec.period;
  return Math.max(0, spec.rate * (1 + spec.amplitude * Math.cos(angle)));
}

/** Draws from the exponential distribution of mean 1. */
export function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}
