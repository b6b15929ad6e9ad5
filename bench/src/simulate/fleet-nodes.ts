import { Autoscaler, scalingPeriodMs } from '../autoscale/autoscaler.ts';
import type { FleetConfig } from './fleet-config.ts';
import type { ProcessorSharing } from './processor-sharing.ts';

const DOWN = 0;
const STARTING = 1;
const UP = 2;
/** Takes no more queries, and goes down when the last one is done. */
const DRAINING = 3;
const HOUR_MS = 3_600_000;

/**
 * The nodes of a fleet and their workers, as columns: what each has under way, and which are up. A worker has lanes, one for each task that it
 * may be given at a time; what is of a task is by lane.
 */
export class FleetNodes {
  /** Nodes that there may be at a time. */
  readonly capacity: number;
  readonly periodMs: number;
  /** By node. */
  readonly cpuStamp: Int32Array;
  readonly fetching: Int32Array;
  readonly fetchStamp: Int32Array;
  readonly numRunning: Int32Array;
  /** Queries whose tasks run: planned and not done. */
  readonly numExecuting: Int32Array;
  readonly lanesPerNode: number;
  /** By lane. */
  readonly workerStamp: Int32Array;
  readonly slotOf: Int32Array;
  readonly stageOf: Int32Array;
  readonly taskOf: Int32Array;
  readonly getsLeft: Int32Array;
  readonly bytesEach: Float64Array;
  readonly numTries: Int32Array;
  readonly #config: FleetConfig;
  readonly #autoscaler: Autoscaler;
  /** Workers without a task, by node, and tasks by worker. */
  readonly #numFree: Int32Array;
  readonly #tasksOf: Uint8Array;
  readonly #state: Uint8Array;
  readonly #stateStamp: Int32Array;
  readonly #upSinceMs: Float64Array;
  readonly #memoryUsed: Float64Array;
  readonly #queues: number[][];
  #upMs = 0;
  #numUp: number;
  #lastBusyMs = 0;
  #lastScaleMs = 0;

  constructor(config: FleetConfig) {
    this.#config = config;
    this.#autoscaler = new Autoscaler(config.scaling);
    this.periodMs = scalingPeriodMs(config.scaling);
    this.capacity = mostNodes(config);
    const { capacity } = this;
    this.lanesPerNode = config.workersPerNode * config.tasksPerWorker;
    const numLanes = capacity * this.lanesPerNode;
    this.cpuStamp = new Int32Array(capacity);
    this.fetching = new Int32Array(capacity).fill(-1);
    this.fetchStamp = new Int32Array(capacity);
    this.numRunning = new Int32Array(capacity);
    this.numExecuting = new Int32Array(capacity);
    this.workerStamp = new Int32Array(numLanes);
    this.slotOf = new Int32Array(numLanes).fill(-1);
    this.stageOf = new Int32Array(numLanes);
    this.taskOf = new Int32Array(numLanes);
    this.getsLeft = new Int32Array(numLanes);
    this.bytesEach = new Float64Array(numLanes);
    this.numTries = new Int32Array(numLanes);
    this.#numFree = new Int32Array(capacity).fill(config.workersPerNode);
    this.#tasksOf = new Uint8Array(capacity * config.workersPerNode);
    this.#state = new Uint8Array(capacity).fill(UP, 0, config.numNodes);
    this.#stateStamp = new Int32Array(capacity);
    this.#upSinceMs = new Float64Array(capacity);
    this.#memoryUsed = new Float64Array(capacity);
    this.#queues = Array.from({ length: capacity }, () => []);
    this.#numUp = config.numNodes;
  }

  get numUp(): number {
    return this.#numUp;
  }

  isUp(node: number): boolean {
    return this.#state[node] === UP || this.#state[node] === DRAINING;
  }

  takesQueries(node: number): boolean {
    return this.#state[node] === UP;
  }

  /** Queries that run or wait on a node. */
  numInFlight(node: number): number {
    return this.numRunning[node]! + this.#queues[node]!.length;
  }

  nodeOf(lane: number): number {
    return Math.floor(lane / this.lanesPerNode);
  }

  /**
   * A lane for one more task of the node: of a worker that has none, or, when the node has a single query, of the one that has fewest. -1 when
   * there is none, or the node is not up.
   */
  freeLane(node: number): number {
    const isAlone = this.numExecuting[node] === 1;
    if ((this.#numFree[node] === 0 && !isAlone) || !this.isUp(node)) return -1;
    const { workersPerNode, tasksPerWorker } = this.#config;
    const first = node * workersPerNode;
    let best = first;
    for (let worker = first; worker < first + workersPerNode; worker++) {
      if (this.#tasksOf[worker]! < this.#tasksOf[best]!) best = worker;
      if (this.#tasksOf[best] === 0) break;
    }
    if (this.#tasksOf[best] === tasksPerWorker) return -1;
    let lane = best * tasksPerWorker;
    while (this.slotOf[lane] !== -1) lane += 1;
    return lane;
  }

  occupy(lane: number, slot: number, stage: number, task: number): void {
    this.slotOf[lane] = slot;
    this.stageOf[lane] = stage;
    this.taskOf[lane] = task;
    const worker = Math.floor(lane / this.#config.tasksPerWorker);
    if (this.#tasksOf[worker] === 0) this.#numFree[this.nodeOf(lane)]! -= 1;
    this.#tasksOf[worker]! += 1;
  }

  /** Takes a lane off its task; events of the task mean nothing any more. */
  free(lane: number): void {
    this.slotOf[lane] = -1;
    this.workerStamp[lane]! += 1;
    const worker = Math.floor(lane / this.#config.tasksPerWorker);
    this.#tasksOf[worker]! -= 1;
    if (this.#tasksOf[worker] === 0) this.#numFree[this.nodeOf(lane)]! += 1;
  }

  /** Whether one more query may run on a node. */
  fits(node: number, memoryBytes: number): boolean {
    const { maxConcurrent, memoryBytesPerNode } = this.#config;
    if (this.numRunning[node]! >= maxConcurrent) return false;
    // A query that is too large for any node runs alone: the engine spills.
    return this.numRunning[node] === 0 || this.#memoryUsed[node]! + memoryBytes <= memoryBytesPerNode;
  }

  begin(node: number, memoryBytes: number): void {
    this.numRunning[node]! += 1;
    this.#memoryUsed[node]! += memoryBytes;
  }

  end(node: number, memoryBytes: number): void {
    this.numRunning[node]! -= 1;
    this.#memoryUsed[node]! -= memoryBytes;
  }

  numQueued(node: number): number {
    return this.#queues[node]!.length;
  }

  queue(node: number, slot: number): void {
    this.#queues[node]!.push(slot);
  }

  /** The query that has waited longest for a node; undefined when none waits. */
  peek(node: number): number | undefined {
    return this.#queues[node]![0];
  }

  unqueue(node: number, slot: number): void {
    const queue = this.#queues[node]!;
    const at = queue.indexOf(slot);
    if (at >= 0) queue.splice(at, 1);
  }

  /** Looks whether there should be more nodes or fewer. The answer is what starts: each is ready by an event. */
  scale(nowMs: number, cpu: ProcessorSharing, numInFlight: number): { node: number; readyMs: number; stamp: number }[] {
    let busyMs = 0;
    let numNodes = 0;
    for (let node = 0; node < this.capacity; node++) {
      if (this.#state[node] === DRAINING && this.numInFlight(node) === 0) this.#goDown(node, nowMs);
      if (this.#state[node] === UP || this.#state[node] === STARTING) numNodes += 1;
      busyMs += cpu.busyMs(node, nowMs);
    }
    const elapsedMs = Math.max(1, nowMs - this.#lastScaleMs);
    const utilisation =
      (busyMs - this.#lastBusyMs) / (elapsedMs * this.#config.coresPerNode * Math.max(1, this.#numUp));
    this.#lastBusyMs = busyMs;
    this.#lastScaleMs = nowMs;
    const desired = Math.min(this.capacity, this.#autoscaler.desired({ nowMs, numNodes, utilisation, numInFlight }));
    for (let node = this.capacity - 1; node >= 0 && numNodes > Math.max(1, desired); node--) {
      if (this.#state[node] !== UP) continue;
      this.#state[node] = DRAINING;
      numNodes -= 1;
    }
    const started: { node: number; readyMs: number; stamp: number }[] = [];
    for (let node = 0; node < this.capacity && numNodes < desired; node++) {
      if (this.#state[node] !== DOWN && this.#state[node] !== DRAINING) continue;
      numNodes += 1;
      if (this.#state[node] === DRAINING) {
        this.#state[node] = UP;
        continue;
      }
      this.#state[node] = STARTING;
      this.#upSinceMs[node] = nowMs;
      started.push({ node, readyMs: nowMs + this.#config.nodeStartMs, stamp: this.#stateStamp[node]! });
    }
    return started;
  }

  /** A node that was started takes queries from now on. */
  ready(node: number, stamp: number, nowMs: number): void {
    if (this.#state[node] !== STARTING || this.#stateStamp[node] !== stamp) return;
    this.#state[node] = UP;
    this.#numUp += 1;
    // It is paid for since it was started.
    this.#upMs += nowMs - this.#upSinceMs[node]!;
    this.#upSinceMs[node] = nowMs;
  }

  /** Some nodes are gone at once. The answer is which. */
  lose(count: number, nowMs: number): number[] {
    const lost: number[] = [];
    for (let node = 0; node < this.capacity && lost.length < count; node++) {
      if (!this.isUp(node)) continue;
      this.#goDown(node, nowMs);
      lost.push(node);
    }
    return lost;
  }

  /** Hours of nodes that were up or starting. */
  nodeHours(nowMs: number): number {
    let upMs = this.#upMs;
    for (let node = 0; node < this.capacity; node++) {
      if (this.#state[node] !== DOWN) upMs += Math.max(0, nowMs - this.#upSinceMs[node]!);
    }
    return upMs / HOUR_MS;
  }

  #goDown(node: number, nowMs: number): void {
    this.#state[node] = DOWN;
    this.#stateStamp[node]! += 1;
    this.#numUp -= 1;
    this.#upMs += nowMs - this.#upSinceMs[node]!;
  }
}

function mostNodes({ numNodes, scaling }: FleetConfig): number {
  switch (scaling.kind) {
    case 'hpa':
    case 'keda':
      return Math.max(numNodes, scaling.max);
    case 'schedule':
      return Math.max(numNodes, ...scaling.entries.map(({ nodes }) => nodes));
    case 'base-burst':
      return Math.max(numNodes, scaling.base + scaling.burst);
    default:
      return numNodes;
  }
}
