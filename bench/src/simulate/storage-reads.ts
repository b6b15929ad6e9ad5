import type { Random } from 'millrace';
import type { FleetNodes } from './fleet-nodes.ts';
import type { SimulatedStorage } from './simulated-storage.ts';

/** The data plane's way with refusals: back-off with full jitter from this on, doubled each time, and so many tries. */
const RETRY_MS = 100;
const MAX_TRIES = 8;

/** What the tasks of workers read: requests that are refused are made again later. */
export class StorageReads {
  readonly #nodes: FleetNodes;
  readonly #storage: SimulatedStorage;
  readonly #random: Random;
  /** How long what was last requested takes; when it was not all granted, until the rest is asked for. */
  waitMs = 0;

  constructor(nodes: FleetNodes, storage: SimulatedStorage, random: Random) {
    this.#nodes = nodes;
    this.#storage = storage;
    this.#random = random;
  }

  /** Notes what the task of a worker needs from the store; what the cache has is left out. */
  begin(worker: number, numGets: number, bytes: number): void {
    this.#nodes.getsLeft[worker] = numGets > 0 ? this.#storage.misses(numGets) : 0;
    this.#nodes.bytesEach[worker] = numGets > 0 ? bytes / numGets : 0;
    this.#nodes.numTries[worker] = 0;
  }

  request(worker: number, nowMs: number): 'whole' | 'partial' | 'failed' {
    const nodes = this.#nodes;
    const wanted = nodes.getsLeft[worker]!;
    const granted = this.#storage.granted(wanted, nowMs);
    const bytes = granted * nodes.bytesEach[worker]!;
    this.waitMs = granted > 0 ? this.#storage.getMs(granted, bytes, nodes.nodeOf(worker), nowMs) : 0;
    nodes.getsLeft[worker] = wanted - granted;
    if (granted === wanted) return 'whole';
    const tries = ++nodes.numTries[worker]!;
    if (tries >= MAX_TRIES) {
      this.#storage.counts.numFailed += wanted - granted;
      return 'failed';
    }
    this.waitMs = Math.max(this.waitMs, this.#random.next() * RETRY_MS * 2 ** (tries - 1));
    return 'partial';
  }
}
