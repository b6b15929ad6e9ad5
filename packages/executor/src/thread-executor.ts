import {
  createTaskRunner,
  defaultFunctions,
  type ExecuteOptions,
  type Execution,
  type Executor,
  type ExecutorEnvironment,
  LinearMemory,
  MemoryAccount,
  type MemoryUse,
  QueryError,
  type StageGraph,
  systemClock,
  toQueryError,
} from '@millrace/core/executor';
import {
  defaultCacheBytes,
  type ObjectStore,
  RequestPolicies,
  type SpillStore,
  type StoreAccess,
  sharedCache,
} from '@millrace/core/storage';
import { nodeCodecs } from './compute/node-codecs.ts';
import { ComputePool, MAX_TASKS_PER_WORKER } from './compute-pool.ts';
import { DataPlane } from './data-plane/data-plane.ts';
import { directorySpillStore, ownSpillDirectory } from './data-plane/directory-spill-store.ts';
import { openSpillPlace } from './data-plane/spill-place.ts';
import { lazyParquetWasm } from './load-parquet-wasm.ts';
import { parquetWasmSource } from './parquet-wasm-source.ts';
import { ExchangeMemory } from './protocol/exchange-memory.ts';
import type { SpillPlace } from './protocol/messages.ts';
import { MAIN_SLOT, ProcessLedger } from './protocol/process-ledger.ts';
import { SHARED_SLOT } from './protocol/shared-budget.ts';
import { type ExecutionHost, type MainLane, ThreadExecution } from './thread-execution.ts';
import {
  type ResolvedSpill,
  type ResolvedThreadExecutorOptions,
  resolveOptions,
  type ThreadExecutorOptions,
} from './thread-executor-options.ts';

/** The part of the engine's memory that unread results may take, at most. */
const UNREAD_RESULT_SHARE = 1 / 8;

/** How long a query may take to stop when the executor is closed, before its threads are ended. */
const CLOSE_PATIENCE_MS = 500;

/**
 * An executor that computes in worker threads and reads from stores in threads of their own, which write straight into the workers'
 * memory. Threads start with the first query that needs them. An idle executor does not keep the process alive.
 *
 * Throws `InvalidArgument` (`BAD_SETTING`) for an option with a wrong value.
 */
export function threadExecutor(options: ThreadExecutorOptions = {}): Executor {
  return new ThreadExecutor(resolveOptions(options));
}

interface Threads {
  readonly pool: ComputePool;
  readonly dataPlane: DataPlane;
}

/** Where queries put what does not fit into memory. */
interface Spill {
  readonly place: SpillPlace;
  readonly store: SpillStore;
  /** Removes all that is there. */
  remove(): Promise<void>;
}

/** Throws `BAD_SETTING` when the options name a store that there is not, or that cannot write. */
function openSpill(spill: ResolvedSpill, stores: ReadonlyMap<string, ObjectStore>): Spill {
  if (spill.kind === 'directory') {
    const { path, remove } = ownSpillDirectory(spill.parent);
    const place = { kind: 'directory', path } as const;
    return { place, store: directorySpillStore(path), remove };
  }
  const store = stores.get(spill.store);
  if (!store?.capabilities.write || !store.capabilities.list) {
    const why = store ? 'cannot write and list' : 'is not a store of the engine';
    throw new QueryError('BAD_SETTING', `spill.store of a thread executor names '${spill.store}', which ${why}.`);
  }
  const spillStore = openSpillPlace(spill, () => ({ store }));
  return { place: spill, store: spillStore, remove: () => Promise.resolve() };
}

class ThreadExecutor implements Executor {
  readonly name = 'threads';
  readonly numWorkers: number;
  readonly #options: ResolvedThreadExecutorOptions;
  /** Executions with tasks, in the order of their turns. */
  #running: ThreadExecution[] = [];
  /** Executions whose result was not read to its end. */
  readonly #unread = new Set<ThreadExecution>();
  #environment: ExecutorEnvironment | undefined;
  /** The stores as the main thread reads them. */
  #stores: ReadonlyMap<string, StoreAccess> = new Map();
  #host: ExecutionHost | undefined;
  #ledger: ProcessLedger | undefined;
  #exchange: ExchangeMemory | undefined;
  #spill: Spill | undefined;
  #mainLane: MainLane | undefined;
  #starting: Promise<void> | undefined;
  #threads: Threads | undefined;
  #closed: Promise<void> | undefined;
  #nextRun = 1;
  #nextQuery = 1;
  #isDispatching = false;
  #mustDispatchAgain = false;
  #retryTimer: NodeJS.Timeout | undefined;
  /** Workers and ports do not keep the process alive, a query does. */
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(options: ResolvedThreadExecutorOptions) {
    this.#options = options;
    this.numWorkers = options.numThreads;
  }

  async start(environment: ExecutorEnvironment): Promise<void> {
    this.#requireOpen();
    this.#environment = environment;
    const { numThreads, numStorageThreads, spill } = this.#options;
    this.#spill = spill && openSpill(spill, environment.stores);
    const ledger = ProcessLedger.create(numThreads + numStorageThreads, environment.memoryBytes);
    this.#ledger = ledger;
    this.#stores = this.#accessStores(environment, ledger);
    const exchange = ExchangeMemory.create(environment.memoryBytes);
    this.#exchange = exchange;
    this.#host = {
      ledger,
      exchange,
      clock: systemClock,
      maxActive: this.#options.numThreads * MAX_TASKS_PER_WORKER,
      unreadResultBytes: Math.min(
        this.#options.unreadResultBytes,
        Math.floor(environment.memoryBytes * UNREAD_RESULT_SHARE),
      ),
      mainLane: (scans) => this.#openMainLane(scans),
      smallStagesOnMain: this.#options.smallStagesOnMain,
      functions: environment.functions,
      spill: this.#spill?.store,
      onChange: () => this.#dispatch(),
      onCancel: () => this.#threads?.pool.wakeAll(),
      onEnd: (execution) => this.#onEnd(execution),
      onRetire: (execution) => this.#onRetire(execution),
    };
  }

  execute(graph: StageGraph, options: ExecuteOptions): Execution {
    this.#requireOpen();
    if (!this.#host) throw new QueryError('BAD_ARGUMENT', 'An executor must be started before it runs a query.');
    const execution = new ThreadExecution(graph, options, this.#nextQuery++, this.#host);
    this.#running.push(execution);
    this.#unread.add(execution);
    this.#keepAlive ??= setInterval(() => undefined, 2 ** 30);
    execution.begin();
    return execution;
  }

  memory(): MemoryUse {
    const ledger = this.#ledger;
    if (!ledger) return { name: 'engine', usedBytes: 0, parts: [] };
    const { takenBytes, peakBytes, limitBytes } = ledger.budget(SHARED_SLOT);
    const workers = (this.#threads?.pool.slots ?? []).map((slot) => ({
      name: `worker ${slot}`,
      usedBytes: ledger.budget(slot).slotBytes,
      parts: [],
    }));
    const parts = [
      { name: 'main thread', usedBytes: ledger.budget(MAIN_SLOT).slotBytes, parts: [] },
      ...workers,
      { name: 'exchange', usedBytes: this.#exchange!.usedBytes, parts: [] },
      {
        name: 'unread results',
        usedBytes: [...this.#unread].reduce((sum, { unreadBytes }) => sum + unreadBytes, 0),
        parts: [],
      },
    ];
    return { name: 'engine', usedBytes: takenBytes, peakBytes, limitBytes, parts };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const reason = new QueryError('ENGINE_CLOSED', 'The engine was closed while the query was running.');
    const stopped = Promise.all([...this.#unread].map((execution) => execution.cancel(reason)));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_PATIENCE_MS);
    });
    await Promise.race([stopped, patience]);
    clearTimeout(timer);
    // Threads that are just starting are ended like those that run.
    await this.#starting?.catch(() => undefined);
    await this.#threads?.pool.close();
    await this.#threads?.dataPlane.close();
    await stopped;
    await this.#spill?.remove();
    this.#threads = undefined;
    this.#mainLane?.account.close();
    this.#mainLane = undefined;
  }

  /** Gives ready tasks to whoever can run them. */
  #dispatch(): void {
    this.#mustDispatchAgain = true;
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    let nowMs = 0;
    try {
      while (this.#mustDispatchAgain) {
        this.#mustDispatchAgain = false;
        nowMs = systemClock.monotonicMs();
        this.#dispatchToMain(nowMs);
        this.#dispatchToWorkers(nowMs);
      }
    } finally {
      this.#isDispatching = false;
    }
    this.#armRetryTimer(nowMs);
  }

  #dispatchToMain(nowMs: number): void {
    for (const execution of [...this.#running]) {
      const attempt = execution.nextForMain(nowMs);
      if (attempt) void execution.runOnMain(attempt);
    }
  }

  /** Executions take turns, one task each. */
  #dispatchToWorkers(nowMs: number): void {
    const pool = this.#threads?.pool;
    if (!pool) {
      if (this.#running.some((execution) => execution.wantsWorker(nowMs))) this.#startThreads();
      return;
    }
    for (let numPassed = 0; numPassed < this.#running.length; ) {
      const isFirst = pool.hasFreeWorker;
      // What a query gets in advance would keep others waiting.
      if (!isFirst && !(this.#running.length === 1 && pool.hasRoomBehind)) return;
      const execution = this.#running.shift()!;
      this.#running.push(execution);
      const attempt = execution.nextForWorker(nowMs, !isFirst);
      if (attempt) void execution.runInPool(attempt, this.#nextRun++, pool);
      numPassed = attempt ? 0 : numPassed + 1;
    }
  }

  /** `dispatchedAtMs`: what was due then was given away, or waits for a worker and not for a time. */
  #armRetryTimer(dispatchedAtMs: number): void {
    clearTimeout(this.#retryTimer);
    const times = this.#running.flatMap((execution) => execution.nextRetryAtMs ?? []);
    const firstMs = Math.min(...times);
    if (times.length === 0 || firstMs <= dispatchedAtMs) return;
    const waitMs = Math.max(0, firstMs - systemClock.monotonicMs());
    this.#retryTimer = setTimeout(() => this.#dispatch(), Math.ceil(waitMs));
  }

  #startThreads(): void {
    this.#starting ??= this.#openThreads()
      .catch((error: unknown) => this.#failAll(toQueryError(error)))
      .finally(() => {
        this.#starting = undefined;
      });
  }

  async #openThreads(): Promise<void> {
    const { numThreads, numStorageThreads, maxInFlight, resolveFrom, workerBytes, taskModule, watchdogMs } =
      this.#options;
    const parquetWasm = taskModule === undefined ? await parquetWasmSource() : undefined;
    if (this.#closed) return;
    const ledger = this.#ledger!;
    const exchange = this.#exchange!;
    const dataPlane = new DataPlane(this.#stores, {
      numThreads: numStorageThreads,
      maxInFlight,
      cacheBytes: this.#cacheBytes,
      ledger,
      resolveFrom,
      spill: this.#spill?.place,
    });
    dataPlane.start();
    const workerData = {
      ledger: ledger.shared,
      exchange: exchange.shared,
      numDataPlanes: dataPlane.numThreads,
      mainStores: dataPlane.mainStores,
      taskModule,
      parquetWasm,
      maxMemoryBytes: workerBytes,
      maxSpillBytes: this.#options.spill?.maxBytes,
    };
    const pool = new ComputePool(
      { numThreads, watchdogMs, clock: systemClock, ledger, exchange, workerData },
      {
        onWorkerFree: () => this.#dispatch(),
        onWorkerStart: (hello) => dataPlane.connect(hello),
        onWorkerEnd: (hello) => {
          dataPlane.disconnect(hello);
          for (const execution of this.#unread) execution.forgetWorker(hello.slot);
        },
        onBlock: ({ slot }, { run, numRows, buffer }) => {
          for (const execution of this.#running) if (execution.receive(run, slot, numRows, buffer)) return;
        },
        onBroken: (error) => this.#onBroken(error),
      },
    );
    this.#threads = { pool, dataPlane };
  }

  /** The next query tries again with new threads. */
  #onBroken(error: QueryError): void {
    const threads = this.#threads;
    this.#threads = undefined;
    this.#failAll(error);
    void threads?.pool.close();
    void threads?.dataPlane.close();
  }

  #failAll(error: QueryError): void {
    for (const execution of [...this.#running]) void execution.cancel(error);
  }

  get #cacheBytes(): number {
    return this.#options.cacheBytes ?? defaultCacheBytes(this.#environment!.memoryBytes);
  }

  /** The stores as the main thread reads them. */
  #accessStores({ stores, memoryBytes }: ExecutorEnvironment, ledger: ProcessLedger): Map<string, StoreAccess> {
    const { maxInFlight } = this.#options;
    const account = new MemoryAccount('reads of the main thread', { budget: ledger.budget(MAIN_SLOT) });
    const cache = sharedCache(account, memoryBytes, this.#cacheBytes);
    return new Map(
      [...stores].map(([name, store]) => [
        name,
        { name, store, policies: new RequestPolicies({ maxInFlight }), cache },
      ]),
    );
  }

  async #openMainLane(scans: boolean): Promise<MainLane> {
    const parquetWasm = scans ? lazyParquetWasm : this.#mainLane?.host.parquetWasm;
    const { functions } = this.#environment!;
    const lane = this.#mainLane ?? {
      account: new MemoryAccount('main thread', { budget: this.#ledger!.budget(MAIN_SLOT) }),
      host: {
        stores: this.#stores,
        createTaskRunner,
        memory: new LinearMemory(),
        functions: functions ?? defaultFunctions(),
        clock: systemClock,
        codecs: nodeCodecs,
        spill: this.#spill?.store,
      },
    };
    this.#mainLane = { ...lane, host: { ...lane.host, parquetWasm } };
    return this.#mainLane;
  }

  #onEnd(execution: ThreadExecution): Promise<void> | undefined {
    this.#running = this.#running.filter((other) => other !== execution);
    const { sharedNumber } = execution;
    const freed = sharedNumber === undefined ? undefined : this.#threads?.pool.retire(sharedNumber);
    if (this.#running.length > 0) return freed;
    clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
    this.#mainLane?.account.trim();
    return freed;
  }

  #onRetire(execution: ThreadExecution): void {
    this.#unread.delete(execution);
    // Nothing is shared now. What a thread was about to hand over at the moment of its death may still be counted.
    if (this.#unread.size === 0) this.#ledger!.budget(SHARED_SLOT).clear();
  }

  #requireOpen(): void {
    if (this.#closed) {
      throw new QueryError('ENGINE_CLOSED', 'The executor has been closed.', { hint: 'Create a new engine.' });
    }
  }
}
