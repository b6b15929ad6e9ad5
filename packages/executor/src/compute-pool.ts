import { receiveMessageOnPort } from 'node:worker_threads';
import { type Clock, decodeQueryError, internal, QueryError } from '@millrace/core/executor';
import { Piscina } from 'piscina';
import { inheritedExecArgv } from './inherited-exec-argv.ts';
import { ExchangeMemory } from './protocol/exchange-memory.ts';
import type {
  ComputeWorkerData,
  RetireOrder,
  RunOrder,
  RunOutcome,
  WorkerHello,
  WorkerNote,
} from './protocol/messages.ts';
import type { ProcessLedger } from './protocol/process-ledger.ts';
import { WorkerControl } from './protocol/worker-control.ts';

/** Tasks that a worker is given at one time: one computes, the next one has its bytes, and those of the third are fetched. */
export const MAX_TASKS_PER_WORKER = 3;

/** What a pool tells its owner. */
export interface ComputePoolEvents {
  /** A worker is ready for its first task, or for another one because its task waits for the consumer. */
  onWorkerFree(): void;
  /** A worker has started and asks to be introduced to whoever reads for it. */
  onWorkerStart(hello: WorkerHello): void;
  onWorkerEnd(hello: WorkerHello): void;
  onBlock(hello: WorkerHello, block: Extract<WorkerNote, { readonly kind: 'block' }>): void;
  /** Workers cannot be started any more, and none is left. */
  onBroken(error: QueryError): void;
}

/** A live worker. */
interface PoolWorker {
  readonly hello: WorkerHello;
  readonly control: WorkerControl;
  /** Runs that compute or wait for bytes; a worker that has none is free. */
  readonly computing: Set<number>;
  isPortClosed: boolean;
  trap: string | undefined;
  /** The progress seen last, and since when it was that. */
  progress: number;
  sinceMs: number;
}

/** Settings of a pool, and what every worker is started with. */
export interface ComputePoolOptions {
  readonly numThreads: number;
  /** Milliseconds without a sign of life after which a worker that computes is replaced; 0: never. */
  readonly watchdogMs: number;
  readonly clock: Clock;
  readonly ledger: ProcessLedger;
  readonly exchange: ExchangeMemory;
  readonly workerData: ComputeWorkerData;
}

/**
 * The compute workers, seen from the main thread. Piscina starts, replaces and ends the threads and carries specs and outcomes; which
 * task runs is decided by whoever calls `run`, and a free worker by the pool's load balancer.
 */
export class ComputePool {
  readonly #piscina: Piscina<RunOrder | RetireOrder, RunOutcome>;
  readonly #options: ComputePoolOptions;
  readonly #events: ComputePoolEvents;
  /** Workers that have introduced themselves, by thread. */
  readonly #workers = new Map<number, PoolWorker>();
  /** Threads that piscina gives tasks to. */
  readonly #ready = new Set<number>();
  /** The thread that is to get the next order, whether it is free or not. */
  #addressee: number | undefined;
  /** The worker that the load balancer has chosen last. */
  #chosen: PoolWorker | undefined;
  #startError: unknown;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ComputePoolOptions, events: ComputePoolEvents) {
    const { numThreads, watchdogMs, workerData } = options;
    this.#options = options;
    this.#events = events;
    const entry = import.meta.url.endsWith('.ts') ? './compute/compute-worker.ts' : './compute/compute-worker.js';
    this.#piscina = new Piscina<RunOrder | RetireOrder, RunOutcome>({
      filename: new URL(entry, import.meta.url).href,
      name: 'default',
      minThreads: numThreads,
      maxThreads: numThreads,
      // Parked tasks do not count, and how many a worker runs is decided here.
      concurrentTasksPerWorker: Number.MAX_SAFE_INTEGER,
      workerData,
      // A compute worker needs nothing from the environment, least of all credentials.
      env: {},
      execArgv: inheritedExecArgv(),
      recordTiming: false,
      loadBalancer: (_, workers) => {
        const addressee = this.#addressee;
        if (addressee !== undefined) return workers.find(({ id }) => id === addressee) ?? null;
        const free = workers.find(({ id }) => this.#isFree(id)) ?? workers.find(({ id }) => this.#hasRoom(id));
        this.#chosen = free && this.#workers.get(free.id);
        return free ?? null;
      },
    });
    this.#piscina.on('workerCreate', ({ id }: { readonly id: number }) => {
      // The event comes while piscina is still about to count the worker among those that are ready.
      queueMicrotask(() => {
        this.#ready.add(id);
        if (this.#isFree(id)) this.#events.onWorkerFree();
      });
    });
    this.#piscina.on('message', (message: WorkerHello) => this.#introduce(message));
    this.#piscina.on('error', (error) => {
      this.#startError = error;
    });
    if (watchdogMs > 0) {
      this.#watchdog = setInterval(() => this.#endStuckWorkers(), Math.max(10, Math.min(1000, watchdogMs / 4)));
      this.#watchdog.unref();
    }
    this.#piscina.on('workerDestroy', () => setImmediate(() => this.#checkAlive()));
  }

  get hasFreeWorker(): boolean {
    // Piscina lets go of a worker that dies a moment before its port closes.
    return this.#piscina.threads.some(({ threadId }) => this.#isFree(threadId));
  }

  /**
   * Whether a worker that computes has too little to go on with. Tasks behind the first one start their reads when that one gives way,
   * and compute as soon as it is done, without a way to the main thread and back.
   */
  get hasRoomBehind(): boolean {
    return this.#piscina.threads.some(({ threadId }) => this.#hasRoom(threadId));
  }

  /** The slots of the live workers in the ledger, ascending. */
  get slots(): readonly number[] {
    return [...this.#workers.values()].map(({ hello }) => hello.slot).toSorted((a, b) => a - b);
  }

  /**
   * Runs a task on a free worker, or behind the task of one that has room; there must be one. Rejects with what the task failed with, and with `WORKER_LOST` when
   * the worker dies.
   */
  async run(order: RunOrder): Promise<Extract<RunOutcome, { readonly kind: 'done' }>> {
    this.#chosen = undefined;
    const outcome = this.#piscina.run(order);
    const worker = this.#chosen as PoolWorker | undefined;
    if (!worker) {
      outcome.catch(() => undefined);
      throw internal('a task was given to a pool without a free worker');
    }
    worker.computing.add(order.run);
    try {
      const result = await outcome;
      // What the task has sent before its end must be there before its end.
      this.#receive(worker);
      if (result.kind === 'failed') throw decodeQueryError(result.error);
      return result;
    } catch (error) {
      if (error instanceof QueryError) throw error;
      if (error instanceof DOMException) throw internal(`a task spec cannot be sent to a worker: ${error.message}`);
      this.#bury(worker);
      throw workerLost(worker, error);
    } finally {
      worker.computing.delete(order.run);
    }
  }

  /**
   * Tells all workers that an execution is over. Free ones have forgotten it when the promise is fulfilled; one that is busy hears of it
   * when its task is over or gives way. Never rejects.
   */
  async retire(execution: number): Promise<void> {
    const heard: Promise<unknown>[] = [];
    for (const { threadId } of this.#piscina.threads) {
      if (!this.#ready.has(threadId) || !this.#workers.has(threadId)) continue;
      this.#addressee = threadId;
      // A worker that dies takes what it keeps with it.
      const done = this.#piscina.run({ kind: 'retire', execution }).catch(() => undefined);
      if (this.#isFree(threadId)) heard.push(done);
    }
    this.#addressee = undefined;
    await Promise.all(heard);
  }

  /** Makes all workers look whether their query was cancelled. */
  wakeAll(): void {
    for (const { control } of this.#workers.values()) control.wake();
  }

  /** Ends all threads, whatever they do. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#watchdog);
    await this.#piscina.destroy();
    for (const worker of [...this.#workers.values()]) this.#bury(worker);
  }

  #introduce(hello: WorkerHello): void {
    const control = new WorkerControl(hello.control);
    const worker: PoolWorker = {
      hello,
      control,
      computing: new Set(),
      isPortClosed: false,
      trap: undefined,
      progress: 0,
      sinceMs: 0,
    };
    this.#workers.set(hello.threadId, worker);
    hello.outbox.on('message', (note: WorkerNote) => this.#onNote(worker, note));
    hello.outbox.on('close', () => {
      worker.isPortClosed = true;
      this.#bury(worker);
    });
    // Piscina keeps the process alive while a task runs; an idle pool must not.
    hello.outbox.unref();
    this.#events.onWorkerStart(hello);
    if (this.#isFree(hello.threadId)) this.#events.onWorkerFree();
  }

  #isFree(id: number): boolean {
    return this.#ready.has(id) && this.#workers.get(id)?.computing.size === 0;
  }

  #hasRoom(id: number): boolean {
    const worker = this.#workers.get(id);
    return worker !== undefined && this.#ready.has(id) && worker.computing.size < MAX_TASKS_PER_WORKER;
  }

  #onNote(worker: PoolWorker, note: WorkerNote): void {
    switch (note.kind) {
      case 'block':
        this.#events.onBlock(worker.hello, note);
        return;
      case 'parked':
        worker.computing.delete(note.run);
        this.#events.onWorkerFree();
        return;
      case 'resumed':
        worker.computing.add(note.run);
        return;
      case 'trapped':
        worker.trap = note.message;
    }
  }

  #receive(worker: PoolWorker): void {
    const { outbox } = worker.hello;
    // All messages come before the close; asking a port that is just closing crashes the process (Node 24).
    if (worker.isPortClosed) return;
    for (let note = receiveMessageOnPort(outbox); note; note = receiveMessageOnPort(outbox)) {
      this.#onNote(worker, note.message as WorkerNote);
    }
  }

  /** Takes note that a worker is gone. Idempotent. */
  #bury(worker: PoolWorker): void {
    const { hello } = worker;
    if (this.#workers.get(hello.threadId) !== worker) return;
    this.#receive(worker);
    this.#workers.delete(hello.threadId);
    this.#ready.delete(hello.threadId);
    hello.outbox.close();
    this.#events.onWorkerEnd(hello);
    this.#options.exchange.freeAll(ExchangeMemory.slotOwner(hello.slot));
    // Last: another worker may claim it at once.
    this.#options.ledger.freeSlot(hello.slot);
  }

  /** A task that computes for ever, and does not even look whether it was cancelled, would keep its worker for ever. */
  #endStuckWorkers(): void {
    const { clock, watchdogMs } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const [id, worker] of this.#workers) {
      const { progress } = worker.control;
      const isComputing = progress % 2 !== 0;
      if (!isComputing || progress !== worker.progress) {
        worker.progress = progress;
        worker.sinceMs = nowMs;
      } else if (nowMs - worker.sinceMs >= watchdogMs) {
        worker.trap = `it has given no sign of life for ${Math.round(nowMs - worker.sinceMs)} ms and was ended`;
        void this.#piscina.threads.find(({ threadId }) => threadId === id)?.terminate();
      }
    }
  }

  /** Piscina stops replacing workers once one has failed to start. */
  #checkAlive(): void {
    if (this.#isClosed || this.#piscina.threads.length > 0) return;
    const cause = this.#startError;
    const reason = cause instanceof Error ? `: ${cause.message}` : '.';
    const message = `Compute workers cannot be started${reason}`;
    this.#events.onBroken(new QueryError('WORKER_LOST', message, { cause, retryable: false }));
  }
}

function workerLost({ trap }: PoolWorker, cause: unknown): QueryError {
  const how = trap ?? (cause instanceof Error ? cause.message : String(cause));
  return new QueryError('WORKER_LOST', `A compute worker died while it ran a task: ${how}.`, { cause });
}
