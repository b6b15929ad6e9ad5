import { latencyAt, RequestCapacity } from '@millrace/core/storage';
import type { Random } from 'millrace';
import type { StorageModel } from '../model/workload-model.ts';
import type { Disturbance } from './fleet-config.ts';
import type { SimulationOptions } from './simulation-options.ts';

/** What has been asked of the store. */
export interface StorageCounts {
  numGets: number;
  numOthers: number;
  bytes: number;
  numThrottled: number;
  numFailed: number;
  numCacheHits: number;
  /** Requests whose first byte came later than the objective. */
  numSlow: number;
}

/** The store as the simulator knows it: how long requests take, and which are refused. */
export class SimulatedStorage {
  readonly counts: StorageCounts = {
    numGets: 0,
    numOthers: 0,
    bytes: 0,
    numThrottled: 0,
    numFailed: 0,
    numCacheHits: 0,
    numSlow: 0,
  };
  readonly #model: StorageModel;
  readonly #random: Random;
  readonly #prefixes: RequestCapacity[];
  readonly #slow: readonly Disturbance[];
  readonly #errors: readonly Disturbance[];
  readonly #networkFreeMs: Float64Array;
  readonly #networkBytesPerMs: number;
  readonly #hitRatio: number;
  readonly #slowBeyondMs: number;

  constructor(options: SimulationOptions, numNodes: number) {
    const { model, config, disturbances, hitRatio, firstByteObjectiveMs, random } = options;
    this.#model = model.storage;
    this.#random = random.fork('storage');
    this.#hitRatio = hitRatio;
    this.#slowBeyondMs = firstByteObjectiveMs;
    const { capacity, numPrefixes } = config;
    this.#prefixes = capacity ? Array.from({ length: numPrefixes }, () => new RequestCapacity(capacity)) : [];
    this.#slow = disturbances.filter(({ kind }) => kind === 'storage-slow');
    this.#errors = disturbances.filter(({ kind }) => kind === 'storage-errors');
    this.#networkFreeMs = new Float64Array(numNodes);
    this.#networkBytesPerMs = config.networkBytesPerSecond / 1000;
  }

  /** How many of `count` requests have to go to the store. */
  misses(count: number): number {
    if (this.#hitRatio <= 0) return count;
    let misses = 0;
    for (let i = 0; i < count; i++) if (this.#random.next() >= this.#hitRatio) misses += 1;
    this.counts.numCacheHits += count - misses;
    return misses;
  }

  /** How many of `count` requests are granted now; the others get a 503. */
  granted(count: number, nowMs: number): number {
    let granted = count;
    if (this.#prefixes.length > 0) {
      const prefix =
        this.#prefixes[this.#prefixes.length === 1 ? 0 : Math.floor(this.#random.next() * this.#prefixes.length)]!;
      if (!prefix.take('read', count, nowMs)) {
        granted = Math.min(count, Math.floor(prefix.available.reads));
        if (granted > 0) prefix.take('read', granted, nowMs);
      }
    }
    const share = activeFactor(this.#errors, nowMs, 0);
    if (share > 0) for (let i = granted; i > 0; i--) if (this.#random.next() < share) granted -= 1;
    this.counts.numThrottled += count - granted;
    return granted;
  }

  /** Milliseconds until all of some GETs that a node makes at once have come. */
  getMs(count: number, bytes: number, node: number, nowMs: number): number {
    const each = bytes / count;
    const band = this.#model.gets.find(({ maxBytes }) => each <= maxBytes) ?? this.#model.gets.at(-1)!;
    // The slowest of independent requests: one draw from the distribution of their maximum.
    const share = this.#random.next() ** (1 / count);
    const firstByteMs = latencyAt(band.table, share) * this.#slowness(share, nowMs);
    const { bytesPerSecond } = this.#model;
    const totalMs = firstByteMs + (bytesPerSecond === null ? 0 : (each / bytesPerSecond) * 1000);
    this.counts.numGets += count;
    this.counts.bytes += bytes;
    if (firstByteMs > this.#slowBeyondMs) this.counts.numSlow += 1;
    const freeMs = Math.max(this.#networkFreeMs[node]!, nowMs) + bytes / this.#networkBytesPerMs;
    this.#networkFreeMs[node] = freeMs;
    return Math.max(totalMs, freeMs - nowMs);
  }

  /** Milliseconds of the requests of planning: rounds one after another. */
  planMs(rounds: readonly number[], nowMs: number): number {
    let totalMs = 0;
    for (const count of rounds) {
      const share = this.#random.next() ** (1 / count);
      totalMs += latencyAt(this.#model.others, share) * this.#slowness(share, nowMs + totalMs);
      this.counts.numOthers += count;
    }
    return totalMs;
  }

  #slowness(share: number, nowMs: number): number {
    let factor = 1;
    for (const { startMs, endMs, factor: by, tailFrom = 0 } of this.#slow) {
      if (nowMs >= startMs && nowMs < endMs && share >= tailFrom) factor *= by;
    }
    return factor;
  }
}

/** The largest factor of the disturbances that go on at a time. */
function activeFactor(disturbances: readonly Disturbance[], nowMs: number, otherwise: number): number {
  let factor = otherwise;
  for (const { startMs, endMs, factor: by } of disturbances) {
    if (nowMs >= startMs && nowMs < endMs) factor = Math.max(factor, by);
  }
  return factor;
}
