import type { Random } from 'millrace';
import { type ArrivalStream, openStream } from './arrival-stream.ts';
import { exponential } from './rate-stream.ts';

/** A state of a Markov-modulated Poisson process: arrivals at a rate, for an exponential time with this mean. */
export interface MmppState {
  /** 1/s. */
  readonly rate: number;
  /** Milliseconds. */
  readonly mean: number;
}

/** Bursty arrivals: a Poisson stream whose rate jumps between states; from each the next one is any of the others. */
export function mmppStream(states: readonly MmppState[], random: Random): ArrivalStream {
  const jumps = random.fork('jumps');
  let state = drawFirst(states, jumps);
  let nowMs = 0;
  let endMs = exponential(jumps) * states[state]!.mean;
  return openStream(() => {
    if (states.every(({ rate }) => rate <= 0)) return Number.POSITIVE_INFINITY;
    for (;;) {
      const { rate } = states[state]!;
      // Memoryless: what is left of a distance when the state changes is drawn anew.
      const nextMs = rate > 0 ? nowMs + (exponential(random) * 1000) / rate : Number.POSITIVE_INFINITY;
      if (nextMs <= endMs) {
        nowMs = nextMs;
        return nowMs;
      }
      nowMs = endMs;
      const step = 1 + Math.floor(jumps.next() * (states.length - 1));
      state = (state + step) % states.length;
      endMs = nowMs + exponential(jumps) * states[state]!.mean;
    }
  });
}

/** The state at the start, by how long the process is in each. */
function drawFirst(states: readonly MmppState[], random: Random): number {
  let at = random.next() * states.reduce((sum, { mean }) => sum + mean, 0);
  for (let i = 0; i < states.length; i++) {
    at -= states[i]!.mean;
    if (at < 0) return i;
  }
  return states.length - 1;
}

/**
 * The index of dispersion of counts of a two-state process for long windows: variance over mean of the number of arrivals; 1 for a
 * Poisson process.
 *
 * Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process (MMPP) cookbook (1993), equation 13.
 */
export function mmppDispersion([a, b]: readonly [MmppState, MmppState]): number {
  const [leaveA, leaveB] = [1000 / a.mean, 1000 / b.mean];
  const both = leaveA + leaveB;
  return 1 + (2 * leaveA * leaveB * (a.rate - b.rate) ** 2) / (both ** 2 * (a.rate * leaveB + b.rate * leaveA));
}
