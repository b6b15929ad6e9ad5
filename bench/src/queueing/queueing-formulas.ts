/**
 * Closed forms of queues, to screen configurations before they are simulated, and to check the simulator. Rates in 1/s, times in seconds.
 *
 * Source: Kleinrock, Queueing Systems, volume 1 (1975).
 */

/** The chance that a job has to wait in M/M/c (Erlang C) for an offered load of `a` (arrival rate times mean service). */
function erlangC(numServers: number, a: number): number {
  if (a >= numServers) return 1;
  let blocking = 1;
  for (let k = 1; k <= numServers; k++) blocking = (a * blocking) / (k + a * blocking);
  return (numServers * blocking) / (numServers - a * (1 - blocking));
}

/** Mean wait in M/M/c; infinite beyond its capacity. */
export function mmcWait(numServers: number, arrivalRate: number, serviceRate: number): number {
  const a = arrivalRate / serviceRate;
  if (a >= numServers) return Number.POSITIVE_INFINITY;
  return erlangC(numServers, a) / (numServers * serviceRate - arrivalRate);
}

/** Mean wait in M/G/1 by Pollaczek and Khinchine; infinite beyond its capacity. */
export function mg1Wait(arrivalRate: number, meanService: number, meanSquareService: number): number {
  const load = arrivalRate * meanService;
  return load >= 1 ? Number.POSITIVE_INFINITY : (arrivalRate * meanSquareService) / (2 * (1 - load));
}
