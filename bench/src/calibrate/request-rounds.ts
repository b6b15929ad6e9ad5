import type { RequestRecord } from '../host/host-messages.ts';

/** Requests of planning come one after another where one needs the answer of the other, and at once where not. */
export function requestRounds(records: readonly RequestRecord[]): number[] {
  const sorted = [...records].sort((a, b) => a.startedMs - b.startedMs);
  const rounds: number[] = [];
  let firstEndMs = Number.NEGATIVE_INFINITY;
  for (const { startedMs, totalMs } of sorted) {
    const endMs = startedMs + totalMs;
    if (startedMs >= firstEndMs) {
      rounds.push(0);
      firstEndMs = endMs;
    }
    rounds[rounds.length - 1]! += 1;
    // A request that began before any other of its round was answered cannot have waited for it.
    firstEndMs = Math.min(firstEndMs, endMs);
  }
  return rounds;
}
