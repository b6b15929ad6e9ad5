import type { ContentionModel } from '../model/workload-model.ts';

/**
 * The cores of nodes, shared evenly by the threads that compute. Each node has a virtual clock that runs at the speed which every thread of
 * it has at the moment; a burst of CPU ends when that clock has gone on by its length. So a change of the number of threads costs the
 * same however many there are.
 *
 * Source: the virtual time of fair queueing, Parekh and Gallager (1993), applied to processor sharing.
 */
export class ProcessorSharing {
  readonly #slotsPerNode: number;
  readonly #numCores: number;
  /** Speed of a thread when so many compute. */
  readonly #speeds: Float64Array;
  readonly #virtualMs: Float64Array;
  readonly #updatedMs: Float64Array;
  readonly #numActive: Int32Array;
  /** Virtual time at which the burst of a slot ends; infinite when it has none. */
  readonly #ends: Float64Array;
  /** Core milliseconds in use, of each node. */
  readonly #busyMs: Float64Array;

  constructor(
    numNodes: number,
    slotsPerNode: number,
    numCores: number,
    coreSpeed: number,
    contention: ContentionModel,
  ) {
    this.#slotsPerNode = slotsPerNode;
    this.#numCores = numCores;
    this.#speeds = Float64Array.from(
      { length: slotsPerNode + 1 },
      (_, n) => threadSpeed(n, numCores, contention) * coreSpeed,
    );
    this.#virtualMs = new Float64Array(numNodes);
    this.#updatedMs = new Float64Array(numNodes);
    this.#numActive = new Int32Array(numNodes);
    this.#ends = new Float64Array(numNodes * slotsPerNode).fill(Number.POSITIVE_INFINITY);
    this.#busyMs = new Float64Array(numNodes);
  }

  /** Gives a slot of a node a burst of CPU. */
  start(node: number, slot: number, cpuMs: number, nowMs: number): void {
    this.#advance(node, nowMs);
    this.#numActive[node]! += 1;
    this.#ends[node * this.#slotsPerNode + slot] = this.#virtualMs[node]! + cpuMs;
  }

  /** Ends the burst of a slot, done or not. */
  end(node: number, slot: number, nowMs: number): void {
    this.#advance(node, nowMs);
    const at = node * this.#slotsPerNode + slot;
    if (this.#ends[at] === Number.POSITIVE_INFINITY) return;
    this.#ends[at] = Number.POSITIVE_INFINITY;
    this.#numActive[node]! -= 1;
  }

  /** The slot of a node whose burst ends next; -1 when nothing computes. */
  nextSlot(node: number): number {
    const first = node * this.#slotsPerNode;
    let best = -1;
    let bestMs = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#slotsPerNode; slot++) {
      const endMs = this.#ends[first + slot]!;
      if (endMs < bestMs) {
        bestMs = endMs;
        best = slot;
      }
    }
    return best;
  }

  /** When the burst of a slot ends unless something changes. */
  endOf(node: number, slot: number, nowMs: number): number {
    this.#advance(node, nowMs);
    const leftMs = Math.max(0, this.#ends[node * this.#slotsPerNode + slot]! - this.#virtualMs[node]!);
    return nowMs + leftMs / this.#speeds[this.#numActive[node]!]!;
  }

  /** Core milliseconds that a node has used so far. */
  busyMs(node: number, nowMs: number): number {
    this.#advance(node, nowMs);
    return this.#busyMs[node]!;
  }

  #advance(node: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#updatedMs[node]!;
    if (elapsedMs <= 0) return;
    const active = this.#numActive[node]!;
    this.#updatedMs[node] = nowMs;
    if (active === 0) return;
    this.#virtualMs[node]! += elapsedMs * this.#speeds[active]!;
    this.#busyMs[node]! += elapsedMs * (active < this.#numCores ? active : this.#numCores);
  }
}

/** How fast each of `numThreads` threads computes on so many cores, beside one that is alone. */
function threadSpeed(
  numThreads: number,
  numCores: number,
  { sigma, kappa }: Pick<ContentionModel, 'sigma' | 'kappa'>,
): number {
  if (numThreads === 0) return 1;
  const used = Math.min(numThreads, numCores);
  return used / numThreads / (1 + sigma * (used - 1) + kappa * used * (used - 1));
}
