import { latencyAt } from '@millrace/core/storage';
import type { Random } from 'millrace';
import type { ArrivalStream } from '../arrivals/arrival-stream.ts';
import { mser5 } from '../statistics/mser.ts';
import { type CompiledQuery, compileQueries } from './compiled-query.ts';
import { Coordinators, PLAN_AFTER, PLAN_BEFORE, RESULT, STAGE, TASK_END } from './coordinators.ts';
import { EventQueue } from './event-queue.ts';
import type { Disturbance } from './fleet-config.ts';
import { FleetNodes } from './fleet-nodes.ts';
import { JobQueues } from './job-queues.ts';
import { NodeBalancer } from './node-balancer.ts';
import { COORDINATOR, DATA_PLANE, FIRST_WORKER } from './node-processor.ts';
import { ProcessorSharing } from './processor-sharing.ts';
import { QuerySlots } from './query-slots.ts';
import { RunLists } from './run-lists.ts';
import { SimulatedStorage } from './simulated-storage.ts';
import {
  AGAIN,
  ARRIVAL,
  CPU,
  LOSS,
  NODE_READY,
  PLAN_IO,
  SCALE,
  STEP,
  TASK_AGAIN,
  TASK_IO,
  TIMEOUT,
} from './simulation-events.ts';
import type { SimulationOptions } from './simulation-options.ts';
import type { SimulationRecord } from './simulation-record.ts';
import { SimulationRecorder } from './simulation-recorder.ts';
import { StorageReads } from './storage-reads.ts';

/**
 * Plays a workload on a fleet, event by event. Each node is an engine process: one thread that plans and schedules, one that fetches, and
 * workers, which share its cores. A task waits for its bytes on its worker, then computes; a query goes from stage to stage as its
 * inputs are done. Time is simulated; the same options with the same random streams give the same record. Cost: about a microsecond an event.
 */
export class Simulator {
  readonly #options: SimulationOptions;
  readonly #queries: readonly CompiledQuery[];
  readonly #events = new EventQueue();
  readonly #slots: QuerySlots;
  readonly #cpu: ProcessorSharing;
  readonly #nodes: FleetNodes;
  readonly #lists: RunLists;
  readonly #balancer: NodeBalancer;
  readonly #coordinators: Coordinators;
  readonly #fetchJobs: JobQueues;
  readonly #storage: SimulatedStorage;
  readonly #reads: StorageReads;
  readonly #recorder: SimulationRecorder;
  readonly #sources: ArrivalStream[] = [];
  readonly #noise: Random;
  readonly #lanesPerNode: number;
  #nowMs = 0;
  /** The arrival that there is an event for. */
  #expectedMs = Number.POSITIVE_INFINITY;
  #numEvents = 0;

  constructor(options: SimulationOptions) {
    const { model, config, random, durationMs } = options;
    this.#options = options;
    const tenants = [...options.tenants.keys()];
    this.#queries = compileQueries(model, tenants);
    const maxStages = Math.max(1, ...this.#queries.map(({ stages }) => stages.length));
    this.#slots = new QuerySlots(maxStages);
    this.#nodes = new FleetNodes(config);
    const numNodes = this.#nodes.capacity;
    this.#lanesPerNode = this.#nodes.lanesPerNode;
    const numSlots = FIRST_WORKER + this.#lanesPerNode;
    this.#cpu = new ProcessorSharing(numNodes, numSlots, config.coresPerNode, config.coreSpeed, model.contention);
    this.#lists = new RunLists(numNodes, config.scheduling, [...options.tenants.values()], this.#slots);
    this.#balancer = new NodeBalancer(config.balancing, this.#nodes, random.fork('balancing'));
    this.#coordinators = new Coordinators(numNodes, this.#slots, this.#nodes, {
      isDone: (node, kind, subject) => this.#jobDone(node, kind, subject),
      compute: (node, cpuMs) => this.#startBurst(node, COORDINATOR, cpuMs),
      nowMs: () => this.#nowMs,
    });
    this.#fetchJobs = new JobQueues(numNodes);
    this.#storage = new SimulatedStorage(options, numNodes);
    this.#reads = new StorageReads(this.#nodes, this.#storage, random.fork('storage retries'));
    this.#noise = random.fork('cpu');
    this.#recorder = new SimulationRecorder(durationMs, options.numSteps, options.latencyObjectiveMs);
  }

  run(): SimulationRecord {
    const { durationMs, client, disturbances } = this.#options;
    this.#expectArrival();
    for (let step = 1; step <= this.#options.numSteps; step++) {
      this.#events.push((durationMs * step) / this.#options.numSteps, STEP, step - 1, 0);
    }
    disturbances.forEach(({ kind, startMs }, i) => {
      if (kind === 'node-loss' || kind === 'zone-loss') this.#events.push(startMs, LOSS, i, 0);
    });
    if (this.#nodes.periodMs < Number.POSITIVE_INFINITY) this.#events.push(this.#nodes.periodMs, SCALE, 0, 0);
    const endMs = durationMs + Math.min(client.timeoutMs, durationMs);
    const events = this.#events;
    while (events.nextMs <= endMs && events.pop()) {
      if (events.timeMs > durationMs && this.#recorder.numInSystem === 0) break;
      this.#nowMs = events.timeMs;
      this.#numEvents += 1;
      this.#handle(events.kind, events.subject, events.stamp);
    }
    const { responses } = this.#recorder;
    return this.#recorder.finish({
      cut: mser5(responses),
      storage: this.#storage.counts,
      nodeHours: this.#nodes.nodeHours(durationMs),
      numEvents: this.#numEvents,
    });
  }

  #handle(kind: number, subject: number, stamp: number): void {
    switch (kind) {
      case ARRIVAL:
        this.#arrive();
        return;
      case CPU:
        if (this.#nodes.cpuStamp[subject] === stamp) this.#endBurst(subject);
        return;
      case PLAN_IO:
        if (this.#slots.stamp[subject] === stamp) this.#enqueuePlanJob(subject, PLAN_AFTER);
        return;
      case TASK_IO:
        if (this.#nodes.workerStamp[subject] === stamp) this.#bytesArrived(subject);
        return;
      case TASK_AGAIN:
        if (this.#nodes.workerStamp[subject] === stamp) this.#requestBytes(subject);
        return;
      case TIMEOUT:
        if (this.#slots.stamp[subject] === stamp) this.#fail(subject, 'timeout');
        return;
      case AGAIN:
        if (this.#slots.stamp[subject] === stamp) this.#admit(subject);
        return;
      case SCALE:
        this.#scale();
        return;
      case NODE_READY:
        this.#nodes.ready(subject, stamp, this.#nowMs);
        return;
      case LOSS:
        this.#loseNodes(this.#options.disturbances[subject]!);
        return;
      case STEP:
        this.#recorder.step(
          subject,
          this.#nowMs,
          this.#nodes,
          this.#cpu,
          this.#storage.counts,
          this.#options.config.coresPerNode,
        );
    }
  }

  #expectArrival(): void {
    const nextMs = this.#options.arrivals.peekMs();
    if (nextMs >= this.#options.durationMs || nextMs >= this.#expectedMs) return;
    this.#expectedMs = nextMs;
    this.#events.push(Math.max(nextMs, this.#nowMs), ARRIVAL, 0, 0);
  }

  #arrive(): void {
    const { arrivals, model, nextQuery } = this.#options;
    // A closed client that has asked sooner may have taken the arrival that this event was made for.
    if (arrivals.peekMs() > this.#nowMs) return;
    const { source, query: name } = arrivals.take();
    this.#expectedMs = Number.POSITIVE_INFINITY;
    this.#expectArrival();
    const query = name === undefined ? nextQuery() : model.queries.findIndex((candidate) => candidate.name === name);
    if (query === -1) throw new RangeError(`the trace asks for the query '${name}', which the model does not have`);
    const slot = this.#slots.take();
    let sourceId = this.#sources.indexOf(source);
    if (sourceId === -1) sourceId = this.#sources.push(source) - 1;
    this.#slots.source[slot] = sourceId;
    this.#slots.queryClass[slot] = query;
    this.#slots.intendedMs[slot] = this.#nowMs;
    this.#slots.attempt[slot] = 0;
    this.#recorder.arrived(this.#nowMs);
    this.#admit(slot);
  }

  /** Sends a query to a node, where it starts, waits, or is refused. */
  #admit(slot: number): void {
    const { config, client } = this.#options;
    const slots = this.#slots;
    const query = this.#queries[slots.queryClass[slot]!]!;
    const node = this.#balancer.choose();
    slots.node[slot] = node;
    slots.waitedMs[slot] = 0;
    slots.hasStarted[slot] = 0;
    slots.waitingSinceMs[slot] = this.#nowMs;
    slots.cpuFactor[slot] = latencyAt(query.model.cpuNoise, this.#noise.next()) * this.#options.cpuScale;
    if (node === -1) {
      this.#fail(slot, 'rejected');
      return;
    }
    this.#events.push(this.#nowMs + client.timeoutMs, TIMEOUT, slot, slots.stamp[slot]!);
    if (this.#nodes.fits(node, query.model.memoryBytes)) this.#start(slot);
    else if (this.#nodes.numQueued(node) < config.maxQueued) this.#nodes.queue(node, slot);
    else this.#fail(slot, 'rejected');
  }

  #start(slot: number): void {
    const slots = this.#slots;
    const query = this.#queries[slots.queryClass[slot]!]!;
    this.#nodes.begin(slots.node[slot]!, query.model.memoryBytes);
    slots.numReady[slot] = 0;
    slots.isListed[slot] = 0;
    slots.stagesLeft[slot] = query.stages.length;
    const first = slot * slots.maxStages;
    query.stages.forEach(({ numInputs, numTasks }, stage) => {
      slots.inputsLeft[first + stage] = numInputs;
      slots.tasksLeft[first + stage] = numTasks;
      slots.nextTask[first + stage] = 0;
      slots.readyTasks[first + stage] = 0;
    });
    slots.hasStarted[slot] = 1;
    this.#enqueuePlanJob(slot, PLAN_BEFORE);
  }

  #enqueuePlanJob(slot: number, kind: number): void {
    const query = this.#queries[this.#slots.queryClass[slot]!]!;
    const cpuMs = (query.model.planCpuMs / 2) * this.#slots.cpuFactor[slot]!;
    this.#coordinators.add(this.#slots.node[slot]!, kind, slot, this.#slots.stamp[slot]!, cpuMs);
  }

  #jobDone(node: number, kind: number, subject: number): void {
    switch (kind) {
      case PLAN_BEFORE: {
        const { planRounds } = this.#queries[this.#slots.queryClass[subject]!]!.model;
        const waitMs = this.#storage.planMs(planRounds, this.#nowMs);
        if (waitMs > 0) this.#events.push(this.#nowMs + waitMs, PLAN_IO, subject, this.#slots.stamp[subject]!);
        else this.#enqueuePlanJob(subject, PLAN_AFTER);
        return;
      }
      case PLAN_AFTER:
        this.#slots.waitingSinceMs[subject] = this.#nowMs;
        this.#slots.hasStarted[subject] = 2;
        this.#nodes.numExecuting[node]! += 1;
        for (const stage of this.#queries[this.#slots.queryClass[subject]!]!.first) this.#stageReady(subject, stage);
        this.#dispatch(node);
        return;
      case STAGE: {
        const slot = Math.floor(subject / this.#slots.maxStages);
        this.#stageDone(slot, subject - slot * this.#slots.maxStages);
        this.#dispatch(node);
        return;
      }
      case TASK_END:
        this.#taskDone(subject);
        this.#dispatch(node);
        return;
      case RESULT:
        this.#finish(subject);
    }
  }

  #stageReady(slot: number, stage: number): void {
    const slots = this.#slots;
    const { stages, model, tenant } = this.#queries[slots.queryClass[slot]!]!;
    const { onCoordinator, numTasks } = stages[stage]!;
    const node = slots.node[slot]!;
    const at = slot * slots.maxStages + stage;
    if (onCoordinator) {
      this.#coordinators.add(node, STAGE, at, slots.stamp[slot]!, model.jobCpuMs * slots.cpuFactor[slot]!);
      return;
    }
    slots.readyTasks[at] = numTasks;
    slots.numReady[slot]! += numTasks;
    if (slots.isListed[slot] === 0) this.#lists.add(node, slot, tenant, stage === 0);
  }

  /** Gives ready tasks to free workers. */
  #dispatch(node: number): void {
    const slots = this.#slots;
    for (;;) {
      const worker = this.#nodes.freeLane(node);
      if (worker === -1) return;
      const slot = this.#lists.take(node);
      if (slot === -1) return;
      const query = this.#queries[slots.queryClass[slot]!]!;
      const first = slot * slots.maxStages;
      let stage = 0;
      while (slots.readyTasks[first + stage] === 0) stage += 1;
      slots.readyTasks[first + stage]! -= 1;
      slots.numReady[slot]! -= 1;
      if (slots.numReady[slot]! > 0) this.#lists.add(node, slot, query.tenant, false);
      if (slots.hasStarted[slot] === 2) {
        slots.hasStarted[slot] = 3;
        slots.waitedMs[slot]! += this.#nowMs - slots.waitingSinceMs[slot]!;
      }
      const task = slots.nextTask[first + stage]!++;
      this.#startTask(worker, slot, stage, task, query);
    }
  }

  #startTask(worker: number, slot: number, stage: number, task: number, query: CompiledQuery): void {
    const nodes = this.#nodes;
    const { numGets, bytes } = query.stages[stage]!;
    nodes.occupy(worker, slot, stage, task);
    this.#reads.begin(worker, numGets[task]!, bytes[task]!);
    if (nodes.getsLeft[worker]! > 0) this.#requestBytes(worker);
    else this.#compute(worker);
  }

  #requestBytes(worker: number): void {
    const reads = this.#reads;
    const outcome = reads.request(worker, this.#nowMs);
    if (outcome === 'failed') this.#fail(this.#nodes.slotOf[worker]!, 'storage');
    else {
      const kind = outcome === 'whole' ? TASK_IO : TASK_AGAIN;
      this.#events.push(this.#nowMs + reads.waitMs, kind, worker, this.#nodes.workerStamp[worker]!);
    }
  }

  #bytesArrived(worker: number): void {
    const nodes = this.#nodes;
    const query = this.#queries[this.#slots.queryClass[nodes.slotOf[worker]!]!]!;
    const fetchMs = query.stages[nodes.stageOf[worker]!]!.fetchMs[nodes.taskOf[worker]!]!;
    if (fetchMs <= 0) {
      this.#compute(worker);
      return;
    }
    const node = nodes.nodeOf(worker);
    this.#fetchJobs.add(node, 0, worker, nodes.workerStamp[worker]!, fetchMs);
    if (nodes.fetching[node] === -1) this.#nextFetch(node);
  }

  #nextFetch(node: number): void {
    const jobs = this.#fetchJobs;
    while (jobs.take(node)) {
      if (this.#nodes.workerStamp[jobs.subject] !== jobs.stamp) continue;
      this.#nodes.fetching[node] = jobs.subject;
      this.#nodes.fetchStamp[node] = jobs.stamp;
      this.#startBurst(node, DATA_PLANE, jobs.cpuMs);
      return;
    }
  }

  #compute(worker: number): void {
    const nodes = this.#nodes;
    const slot = nodes.slotOf[worker]!;
    const query = this.#queries[this.#slots.queryClass[slot]!]!;
    const cpuMs = query.stages[nodes.stageOf[worker]!]!.cpuMs[nodes.taskOf[worker]!]! * this.#slots.cpuFactor[slot]!;
    const node = nodes.nodeOf(worker);
    if (cpuMs > 0) this.#startBurst(node, FIRST_WORKER + worker - node * this.#lanesPerNode, cpuMs);
    else this.#computed(worker);
  }

  #computed(worker: number): void {
    const slot = this.#nodes.slotOf[worker]!;
    const { jobCpuMs } = this.#queries[this.#slots.queryClass[slot]!]!.model;
    const cpuMs = jobCpuMs * this.#slots.cpuFactor[slot]!;
    this.#coordinators.add(this.#nodes.nodeOf(worker), TASK_END, worker, this.#nodes.workerStamp[worker]!, cpuMs);
  }

  #taskDone(worker: number): void {
    const slot = this.#nodes.slotOf[worker]!;
    const stage = this.#nodes.stageOf[worker]!;
    this.#nodes.free(worker);
    const at = slot * this.#slots.maxStages + stage;
    this.#slots.tasksLeft[at]! -= 1;
    if (this.#slots.tasksLeft[at] === 0) this.#stageDone(slot, stage);
  }

  #stageDone(slot: number, stage: number): void {
    const slots = this.#slots;
    const { stages, model } = this.#queries[slots.queryClass[slot]!]!;
    slots.stagesLeft[slot]! -= 1;
    for (const consumer of stages[stage]!.consumers) {
      const at = slot * slots.maxStages + consumer;
      slots.inputsLeft[at]! -= 1;
      if (slots.inputsLeft[at] === 0) this.#stageReady(slot, consumer);
    }
    if (slots.stagesLeft[slot] === 0) {
      this.#coordinators.add(
        slots.node[slot]!,
        RESULT,
        slot,
        slots.stamp[slot]!,
        model.jobCpuMs * slots.cpuFactor[slot]!,
      );
    }
  }

  #startBurst(node: number, slot: number, cpuMs: number): void {
    this.#cpu.start(node, slot, cpuMs, this.#nowMs);
    this.#expectBurstEnd(node);
  }

  /** The end of a node's next burst is an event; any change makes the former one void. */
  #expectBurstEnd(node: number): void {
    const stamp = ++this.#nodes.cpuStamp[node]!;
    const slot = this.#cpu.nextSlot(node);
    if (slot !== -1) this.#events.push(this.#cpu.endOf(node, slot, this.#nowMs), CPU, node, stamp);
  }

  #endBurst(node: number): void {
    const nodes = this.#nodes;
    const slot = this.#cpu.nextSlot(node);
    this.#cpu.end(node, slot, this.#nowMs);
    this.#expectBurstEnd(node);
    if (slot === COORDINATOR) {
      this.#coordinators.burstEnded(node);
    } else if (slot === DATA_PLANE) {
      const [worker, stamp] = [nodes.fetching[node]!, nodes.fetchStamp[node]!];
      nodes.fetching[node] = -1;
      if (nodes.workerStamp[worker] === stamp) this.#compute(worker);
      if (nodes.fetching[node] === -1) this.#nextFetch(node);
    } else {
      this.#computed(node * this.#lanesPerNode + slot - FIRST_WORKER);
    }
  }

  #finish(slot: number): void {
    const responseMs = this.#nowMs - this.#slots.intendedMs[slot]!;
    this.#recorder.answered(this.#nowMs, responseMs, this.#slots.waitedMs[slot]!, this.#slots.queryClass[slot]!);
    this.#leave(slot);
    this.#forget(slot);
  }

  /** A query that will not be answered by this attempt: the client may ask again. */
  #fail(slot: number, reason: 'timeout' | 'rejected' | 'storage' | 'lost'): void {
    const { retries, backoffMs } = this.#options.client;
    this.#leave(slot);
    const attempt = this.#slots.attempt[slot]!;
    if (attempt >= retries) {
      this.#recorder.failed(this.#nowMs, this.#slots.intendedMs[slot]!, reason);
      this.#forget(slot);
      return;
    }
    this.#recorder.retried();
    const stamp = ++this.#slots.stamp[slot]!;
    this.#slots.attempt[slot] = attempt + 1;
    this.#slots.hasStarted[slot] = 0;
    this.#slots.node[slot] = -1;
    this.#events.push(this.#nowMs + backoffMs * 2 ** attempt, AGAIN, slot, stamp);
  }

  /** Takes a query off its node, with all that it occupies there. */
  #leave(slot: number): void {
    const slots = this.#slots;
    const node = slots.node[slot]!;
    if (node === -1) return;
    const { model, tenant } = this.#queries[slots.queryClass[slot]!]!;
    if (slots.hasStarted[slot] === 0) {
      this.#nodes.unqueue(node, slot);
      return;
    }
    if (slots.isListed[slot] === 1) this.#lists.remove(node, slot, tenant);
    let numFreed = 0;
    for (let worker = node * this.#lanesPerNode; worker < (node + 1) * this.#lanesPerNode; worker++) {
      if (this.#nodes.slotOf[worker] !== slot) continue;
      this.#cpu.end(node, FIRST_WORKER + worker - node * this.#lanesPerNode, this.#nowMs);
      this.#nodes.free(worker);
      numFreed += 1;
    }
    if (numFreed > 0) this.#expectBurstEnd(node);
    if (slots.hasStarted[slot]! >= 2) this.#nodes.numExecuting[node]! -= 1;
    this.#nodes.end(node, model.memoryBytes);
    if (!this.#nodes.isUp(node)) return;
    for (let next = this.#nodes.peek(node); next !== undefined; next = this.#nodes.peek(node)) {
      if (!this.#nodes.fits(node, this.#queries[slots.queryClass[next]!]!.model.memoryBytes)) break;
      this.#nodes.unqueue(node, next);
      this.#start(next);
    }
    this.#dispatch(node);
  }

  #forget(slot: number): void {
    this.#sources[this.#slots.source[slot]!]!.completed(this.#nowMs);
    this.#slots.release(slot);
    // A closed client may ask again before the arrival that is expected.
    this.#expectArrival();
  }

  #scale(): void {
    const started = this.#nodes.scale(this.#nowMs, this.#cpu, this.#recorder.numInSystem);
    for (const { node, readyMs, stamp } of started) this.#events.push(readyMs, NODE_READY, node, stamp);
    if (this.#nowMs < this.#options.durationMs) this.#events.push(this.#nowMs + this.#nodes.periodMs, SCALE, 0, 0);
  }

  #loseNodes({ kind, factor }: Disturbance): void {
    const share = kind === 'zone-loss' ? 1 / 3 : 0;
    const lost = this.#nodes.lose(
      Math.max(1, share > 0 ? Math.ceil(this.#nodes.numUp * share) : Math.round(factor)),
      this.#nowMs,
    );
    for (let slot = 0; slot < this.#slots.capacity; slot++) {
      if (this.#slots.isUsed(slot) && lost.includes(this.#slots.node[slot]!)) this.#fail(slot, 'lost');
    }
  }
}
