import type { FleetNodes } from './fleet-nodes.ts';
import { JobQueues } from './job-queues.ts';
import type { QuerySlots } from './query-slots.ts';

/** What coordinators do, by kind. The subject is a slot of a query; of STAGE slot times stages plus stage; of TASK_END a worker. */
export const PLAN_BEFORE = 0;
export const PLAN_AFTER = 1;
export const STAGE = 2;
export const TASK_END = 3;
export const RESULT = 4;

const IDLE = -1;

export interface CoordinatorEvents {
  isDone(node: number, kind: number, subject: number): void;
  /** A burst of CPU begins on the coordinator's thread; its end is told by `burstEnded`. */
  compute(node: number, cpuMs: number): void;
  nowMs(): number;
}

/** The threads that plan and schedule, one a node: each does one job at a time, in the order in which they came. */
export class Coordinators {
  readonly #slots: QuerySlots;
  readonly #nodes: FleetNodes;
  readonly #events: CoordinatorEvents;
  readonly #jobs: JobQueues;
  readonly #kinds: Int32Array;
  readonly #subjects: Int32Array;
  readonly #stamps: Int32Array;

  constructor(numNodes: number, slots: QuerySlots, nodes: FleetNodes, events: CoordinatorEvents) {
    this.#slots = slots;
    this.#nodes = nodes;
    this.#events = events;
    this.#jobs = new JobQueues(numNodes);
    this.#kinds = new Int32Array(numNodes).fill(IDLE);
    this.#subjects = new Int32Array(numNodes);
    this.#stamps = new Int32Array(numNodes);
  }

  add(node: number, kind: number, subject: number, stamp: number, cpuMs: number): void {
    this.#jobs.add(node, kind, subject, stamp, cpuMs);
    if (this.#kinds[node] === IDLE) this.#next(node);
  }

  burstEnded(node: number): void {
    const kind = this.#kinds[node]!;
    const subject = this.#subjects[node]!;
    const stamp = this.#stamps[node]!;
    this.#kinds[node] = IDLE;
    if (this.#isAlive(kind, subject, stamp)) this.#events.isDone(node, kind, subject);
    if (this.#kinds[node] === IDLE) this.#next(node);
  }

  /** Begins the next job. Those of queries that are gone cost nothing. */
  #next(node: number): void {
    const jobs = this.#jobs;
    while (this.#kinds[node] === IDLE && jobs.take(node)) {
      const { kind, subject, stamp, cpuMs } = jobs;
      if (!this.#isAlive(kind, subject, stamp)) continue;
      if (kind === PLAN_BEFORE) {
        this.#slots.waitedMs[subject]! += this.#events.nowMs() - this.#slots.waitingSinceMs[subject]!;
      }
      if (cpuMs <= 0) {
        this.#events.isDone(node, kind, subject);
        continue;
      }
      this.#kinds[node] = kind;
      this.#subjects[node] = subject;
      this.#stamps[node] = stamp;
      this.#events.compute(node, cpuMs);
    }
  }

  #isAlive(kind: number, subject: number, stamp: number): boolean {
    if (kind === TASK_END) return this.#nodes.workerStamp[subject] === stamp;
    const slot = kind === STAGE ? Math.floor(subject / this.#slots.maxStages) : subject;
    return this.#slots.stamp[slot] === stamp;
  }
}
