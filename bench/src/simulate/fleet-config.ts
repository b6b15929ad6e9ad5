import type { RequestCapacitySettings } from '@millrace/core/storage';
import type { ScalingPolicy } from '../autoscale/autoscaler.ts';

/** How ready tasks are given to free workers of a node. */
export type SchedulingPolicy = 'fifo' | 'fair' | 'weighted' | 'priority';

/** A fleet of equal nodes, each of them an engine process with threads that compute. Rates in 1/s, times in milliseconds. */
export interface FleetConfig {
  readonly numNodes: number;
  /** Threads that compute, on each node. */
  readonly workersPerNode: number;
  readonly coresPerNode: number;
  /**
   * Tasks that a worker is given at a time while its node has a single query: their bytes are fetched while another one computes. With more
   * queries each worker has one, since what a query gets in advance would keep others waiting.
   */
  readonly tasksPerWorker: number;
  /** How fast a core is beside one of the machine that was calibrated. */
  readonly coreSpeed: number;
  readonly memoryBytesPerNode: number;
  readonly cacheBytesPerNode: number;
  /** Bytes a second. */
  readonly networkBytesPerSecond: number;
  /** `hash`: queries of the same data meet on the same node, and all caches are one. `random`: each node caches for itself. */
  readonly placement: 'hash' | 'random';
  readonly balancing: 'least-loaded' | 'two-choices' | 'round-robin' | 'random';
  readonly scheduling: SchedulingPolicy;
  /** Queries of a node that run at a time, and that wait for it; more are refused. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly scaling: ScalingPolicy;
  /** From the wish for a node to its first query. */
  readonly nodeStartMs: number;
  /** How many prefixes the objects are spread over, and what each grants. Undefined: no limit. */
  readonly numPrefixes: number;
  readonly capacity: RequestCapacitySettings | undefined;
}

/** What goes wrong, and when. Times in milliseconds from the start. */
export interface Disturbance {
  readonly kind: 'storage-slow' | 'storage-errors' | 'node-loss' | 'zone-loss' | 'traffic';
  readonly startMs: number;
  readonly endMs: number;
  /** What latencies (or their tail, see `tailFrom`) or traffic are multiplied with, or the share of requests that are refused. */
  readonly factor: number;
  /** For `storage-slow`: only latencies above this share. Default: 0, all. */
  readonly tailFrom?: number;
}

/** More than anything reaches; a number that JSON carries. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** As the thread executor has it. */
const TASKS_PER_WORKER = 3;

/** One machine like the one that was calibrated, with so many workers. */
export function singleNode(numWorkers: number, numCores: number, overrides: Partial<FleetConfig> = {}): FleetConfig {
  return {
    numNodes: 1,
    workersPerNode: numWorkers,
    coresPerNode: numCores,
    tasksPerWorker: TASKS_PER_WORKER,
    coreSpeed: 1,
    memoryBytesPerNode: NO_LIMIT,
    cacheBytesPerNode: 0,
    networkBytesPerSecond: NO_LIMIT,
    placement: 'hash',
    balancing: 'least-loaded',
    scheduling: 'fair',
    maxConcurrent: NO_LIMIT,
    maxQueued: NO_LIMIT,
    scaling: { kind: 'fixed' },
    nodeStartMs: 0,
    numPrefixes: 1,
    capacity: undefined,
    ...overrides,
  };
}
