import {
  abortError,
  type Clock,
  type ExecuteOptions,
  type Execution,
  type ExecutionStats,
  type FunctionRegistry,
  InlineTask,
  type InlineTaskHost,
  isQueryError,
  MemoryAccount,
  outputColumns,
  type ProducedBlock,
  ProgressReporter,
  QueryError,
  type ResultBlock,
  type Stage,
  type StageGraph,
  StageScheduler,
  singleUse,
  type TaskAttempt,
  type TaskResult,
  throwIfAborted,
  toQueryError,
} from '@millrace/core/executor';
import type { SpillStore } from '@millrace/core/storage';
import { ExchangeBuffers } from './compute/exchange-buffers.ts';
import type { ComputePool } from './compute-pool.ts';
import { stagesWithLocalFunctions } from './local-functions.ts';
import { ExchangeMemory, type PageRun } from './protocol/exchange-memory.ts';
import { MAIN_SLOT, type ProcessLedger } from './protocol/process-ledger.ts';
import { QueryControl } from './protocol/query-control.ts';
import { budgetUnits, SHARED_SLOT } from './protocol/shared-budget.ts';
import { ResultQueue } from './result-queue.ts';

/** What tasks on the main thread work with. */
export interface MainLane {
  readonly host: InlineTaskHost;
  readonly account: MemoryAccount;
}

/** What an execution needs of its executor. */
export interface ExecutionHost {
  readonly ledger: ProcessLedger;
  readonly exchange: ExchangeMemory;
  readonly clock: Clock;
  /** Tasks of one query that may be under way in workers, parked ones included. */
  readonly maxActive: number;
  readonly unreadResultBytes: number;
  /** `scans`: whether the task reads from stores. */
  mainLane(scans: boolean): Promise<MainLane>;
  /** Whether small stages run on the main thread. */
  readonly smallStagesOnMain: boolean;
  /** Where tasks put what does not fit into memory; undefined: nowhere. */
  readonly spill: SpillStore | undefined;
  /** Of the program: closures, which only this thread can call. */
  readonly functions: FunctionRegistry | undefined;
  /** There may be something to run. */
  onChange(): void;
  /** A query was cancelled: its tasks must look. */
  onCancel(): void;
  /** No task of it is left. The answer, if any, is over when its memory is free. */
  onEnd(execution: ThreadExecution): Promise<void> | undefined;
  /** And its result was read, or dropped. */
  onRetire(execution: ThreadExecution): void;
}

/** The most that a stage on the main thread reads from exchanges. */
const SMALL_STAGE_BYTES = 64 * 1024;

/** A single task that scans nothing and reads next to nothing: not worth the way to a worker. */
function isSmall(stage: Stage, inputBytes: () => number): boolean {
  return stage.tasks.kind === 'one' && !scans(stage) && inputBytes() <= SMALL_STAGE_BYTES;
}

function scans({ tasks }: Stage): boolean {
  if (tasks.kind === 'partitions') return false;
  return (tasks.kind === 'one' ? [tasks.slice] : tasks.slices).some(({ splits }) => splits.length > 0);
}

/** A query that runs in worker threads. */
export class ThreadExecution implements Execution {
  readonly blocks: AsyncIterable<ResultBlock>;
  readonly #host: ExecutionHost;
  readonly #options: ExecuteOptions;
  readonly #scheduler: StageScheduler;
  readonly #control: QueryControl;
  readonly #results: ResultQueue;
  readonly #progress: ProgressReporter;
  readonly #localStages: ReadonlySet<number>;
  readonly #ended = Promise.withResolvers<void>();
  /** Aborts tasks on the main thread. */
  readonly #abort = new AbortController();
  /** Tasks under way in workers, by number of the run. */
  readonly #runs = new Map<number, TaskAttempt>();
  /** Unique in the executor, when tasks share build sides on their workers. */
  readonly #sharedNumber: number | undefined;
  /** Bytes of the result that came from each slot. */
  readonly #received = new Map<number, number>();
  /** The exchange memory that each stage has filled. */
  readonly #exchangeRuns = new Map<number, PageRun[]>();
  /** The owner of that memory. */
  readonly #owner: number;
  #isOnMain = false;
  #hasEnded = false;
  #hasRetired = false;
  #lastPull: Promise<unknown> = Promise.resolve();

  /** `number`: of the query, unique in the executor. */
  constructor(graph: StageGraph, options: ExecuteOptions, number: number, host: ExecutionHost) {
    this.#owner = ExchangeMemory.queryOwner(number);
    const { query, settings, signal, onProgress } = options;
    this.#host = host;
    this.#sharedNumber = graph.stages.some(({ output }) => output.kind === 'broadcast') ? number : undefined;
    this.#options = options;
    this.#scheduler = new StageScheduler(graph, { query, settings });
    this.#control = QueryControl.create(host.unreadResultBytes, host.ledger.numSlots);
    const types = outputColumns(graph.stages.at(-1)!.fragment).map(({ type }) => type);
    this.#results = new ResultQueue(types, this.#control, host.ledger.budget(SHARED_SLOT));
    this.#localStages = stagesWithLocalFunctions(graph, host.functions);
    this.#progress = new ProgressReporter(onProgress, host.clock);
    this.blocks = singleUse({ next: () => this.#pull(), cancel: (reason) => this.cancel(reason) });
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** To be called once, when the executor knows the execution. */
  begin(): void {
    if (this.#options.signal?.aborted) this.#onAbort();
    else this.#update();
  }

  stats(): ExecutionStats {
    const { numTasks, numTasksDone, exchangedBytes, numRetries, reports } = this.#scheduler.stats();
    const storage = this.#control.requests;
    return {
      numTasks,
      numTasksDone,
      numRequests: storage.numRequests,
      bytesRead: storage.bytesRead,
      storage,
      exchangedBytes,
      spilledBytes: this.#control.spilledBytes,
      peakBytes: this.#control.budget(SHARED_SLOT).peakBytes,
      numRetries,
      reports,
    };
  }

  /** Bytes of the result that were made and not read. */
  get unreadBytes(): number {
    return this.#control.unreadBytes;
  }

  async cancel(reason: unknown): Promise<void> {
    const error = isQueryError(reason)
      ? reason
      : new QueryError('ABORTED', 'The query was cancelled.', { cause: reason });
    this.#scheduler.cancel(error);
    if (!this.#results.isOver) this.#results.fail(this.#scheduler.error ?? error);
    this.#update();
    await this.#ended.promise;
  }

  /** The next attempt for the main thread, where one runs at a time. */
  nextForMain(nowMs: number): TaskAttempt | undefined {
    return this.#isOnMain ? undefined : this.#scheduler.next(nowMs, this.#belongsOnMain);
  }

  /** The next attempt for a worker; one that waits behind another task must be part of a scan. */
  nextForWorker(nowMs: number, isBehind: boolean): TaskAttempt | undefined {
    if (this.#runs.size >= this.#host.maxActive) return undefined;
    return this.#scheduler.next(
      nowMs,
      (stage, bytes) => !(isBehind && stage.tasks.kind !== 'splits') && !this.#belongsOnMain(stage, bytes),
    );
  }

  /** Whether there is an attempt that {@link nextForWorker} would answer with. */
  wantsWorker(nowMs: number): boolean {
    let wants = false;
    this.#scheduler.next(nowMs, (stage, bytes) => {
      wants ||= !this.#belongsOnMain(stage, bytes);
      return false;
    });
    return wants;
  }

  /** What the workers know the execution by; undefined when they keep nothing of it. */
  get sharedNumber(): number | undefined {
    return this.#sharedNumber;
  }

  get nextRetryAtMs(): number | undefined {
    return this.#scheduler.nextRetryAtMs;
  }

  /** Runs an attempt on a free worker of the pool. Never rejects. */
  async runInPool(attempt: TaskAttempt, run: number, pool: ComputePool): Promise<void> {
    this.#runs.set(run, attempt);
    this.#beginAttempt(attempt);
    const { spec } = attempt;
    try {
      const spillName = `${spec.query}/${run}`;
      const order = { run, spec, spillName, execution: this.#sharedNumber, control: this.#control.shared };
      const { report, blocks, runs } = await pool.run(order);
      this.#succeed(attempt, { report, blocks }, runs);
    } catch (error) {
      this.#fail(attempt, error);
    } finally {
      this.#runs.delete(run);
      this.#update();
    }
  }

  /** A part of the result, made by the worker with this slot. Answers with false when the run is not of this query. */
  receive(run: number, slot: number, numRows: number, buffer: ArrayBuffer): boolean {
    const attempt = this.#runs.get(run);
    if (!attempt) return false;
    this.#received.set(slot, (this.#received.get(slot) ?? 0) + buffer.byteLength);
    this.#push(attempt, numRows, buffer);
    return true;
  }

  /** The worker with this slot is gone, and all that it has sent was received. */
  forgetWorker(slot: number): void {
    this.#control.forgetSlot(slot, this.#received.get(slot) ?? 0, this.#host.ledger.budget(SHARED_SLOT));
    this.#received.delete(slot);
  }

  /** Runs an attempt on this thread, which stays responsive meanwhile. Never rejects. */
  async runOnMain(attempt: TaskAttempt): Promise<void> {
    this.#isOnMain = true;
    this.#beginAttempt(attempt);
    try {
      const { runs, ...result } = await this.#completeOnMain(attempt);
      this.#succeed(attempt, result, runs);
    } catch (error) {
      this.#fail(attempt, error);
    } finally {
      this.#isOnMain = false;
      this.#update();
    }
  }

  async #completeOnMain(attempt: TaskAttempt): Promise<TaskResult & { readonly runs: readonly PageRun[] }> {
    const { spec } = attempt;
    const { host, account: parent } = await this.#host.mainLane(spec.slice.splits.length > 0);
    const account = new MemoryAccount(spec.query, { parent, budget: this.#control.budget(MAIN_SLOT) });
    const { exchange } = this.#host;
    const exchangeAccount = account.child('exchange');
    const buffers = new ExchangeBuffers(exchange, ExchangeMemory.slotOwner(MAIN_SLOT), exchangeAccount);
    const task = new InlineTask(spec, host, account, this.#abort.signal, {
      keep: (block) => buffers.keep(block),
    });
    const blocks: ProducedBlock[] = [];
    let isDone = false;
    try {
      for (let output = await task.next(); output; output = await task.next()) {
        if (output.kind === 'exchange') {
          blocks.push(output.produced);
          continue;
        }
        const { numRows, buffer } = output;
        await this.#takeCredit(spec.task, buffer.byteLength);
        this.#push(attempt, numRows, buffer);
      }
      isDone = true;
      this.#chargeExchange(budgetUnits(exchangeAccount.usedBytes));
      return { report: task.report!, blocks, runs: buffers.runs };
    } finally {
      if (!isDone) exchange.free(buffers.runs);
      exchangeAccount.close();
      await task.close();
      this.#control.addRequests(task.meter.values);
      this.#control.addSpilled(task.spilledBytes);
      account.close();
    }
  }

  async #takeCredit(task: number, bytes: number): Promise<void> {
    const ledger = this.#host.ledger.budget(MAIN_SLOT);
    for (;;) {
      const { creditEpoch } = this.#control;
      throwIfAborted(this.#abort.signal);
      if (this.#control.tryTakeCredit(task, bytes, MAIN_SLOT, ledger)) return;
      await this.#control.creditChange(creditEpoch);
    }
  }

  readonly #belongsOnMain = (stage: Stage, inputBytes: () => number): boolean =>
    this.#localStages.has(stage.id) || (this.#host.smallStagesOnMain && isSmall(stage, inputBytes));

  readonly #onAbort = (): void => {
    void this.cancel(abortError(this.#options.signal!));
  };

  #pull(): Promise<ResultBlock | undefined> {
    const pulled = this.#lastPull.then(async () => {
      const block = await this.#results.next();
      // At the end, what the statistics say is final.
      if (block === undefined) await this.#ended.promise;
      this.#retireWhenOver();
      return block;
    });
    this.#lastPull = pulled.catch(() => undefined);
    return pulled;
  }

  #beginAttempt({ spec }: TaskAttempt): void {
    if (spec.output.kind === 'result') this.#results.beginAttempt(spec.task);
  }

  #push({ spec }: TaskAttempt, numRows: number, buffer: ArrayBuffer): void {
    try {
      this.#results.push(spec.task, numRows, buffer);
    } catch (error) {
      this.#scheduler.cancel(toQueryError(error));
      this.#update();
    }
  }

  /** The blocks are charged to the slot that all threads share, by whoever made them. */
  #succeed(attempt: TaskAttempt, result: TaskResult, runs: readonly PageRun[]): void {
    const { stage, task, output } = attempt.spec;
    const { isAccepted, released } = this.#scheduler.succeed(attempt, result);
    for (const id of released) this.#releaseExchange(id);
    if (!isAccepted) {
      this.#freeRuns(runs);
      return;
    }
    this.#host.exchange.transfer(runs, this.#owner);
    const ofStage = this.#exchangeRuns.get(stage);
    if (ofStage) ofStage.push(...runs);
    else this.#exchangeRuns.set(stage, [...runs]);
    if (output.kind === 'result') this.#results.finishTask(task);
    try {
      this.#progress.report(() => this.stats());
    } catch (error) {
      this.#scheduler.cancel(toQueryError(error));
    }
  }

  #fail(attempt: TaskAttempt, thrown: unknown): void {
    const { released } = this.#scheduler.fail(attempt, toQueryError(thrown), this.#host.clock.monotonicMs());
    for (const id of released) this.#releaseExchange(id);
  }

  #chargeExchange(units: number): void {
    this.#host.ledger.budget(SHARED_SLOT).adjust(units);
    this.#control.budget(SHARED_SLOT).adjust(units);
  }

  #releaseExchange(stage: number): void {
    this.#freeRuns(this.#exchangeRuns.get(stage) ?? []);
    this.#exchangeRuns.delete(stage);
  }

  #freeRuns(runs: readonly PageRun[]): void {
    this.#host.exchange.free(runs);
    this.#chargeExchange(-budgetUnits(runs.reduce((sum, { bytes }) => sum + bytes, 0)));
  }

  /** Draws the consequences of whatever has changed. */
  #update(): void {
    if (this.#scheduler.isOver && !this.#hasEnded) {
      const { error } = this.#scheduler;
      if (error) this.#results.fail(error);
      else this.#results.finish(this.#scheduler.numResultTasks!);
      // Tasks that still run are of no use to anybody: the query has failed, or had enough rows without them.
      if (this.#scheduler.numRunning === 0) this.#end();
      else if (!this.#control.isCancelled) {
        this.#control.cancel();
        this.#abort.abort(error);
        this.#host.onCancel();
      }
    }
    this.#host.onChange();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    for (const stage of [...this.#exchangeRuns.keys()]) this.#releaseExchange(stage);
    try {
      this.#progress.finish(() => this.stats());
    } catch (error) {
      this.#results.fail(toQueryError(error));
    }
    const done = () => {
      this.#ended.resolve();
      this.#retireWhenOver();
    };
    const freed = this.#host.onEnd(this);
    if (this.#control.spilledBytes > 0) void this.#removeSpilled(freed).then(done);
    else if (freed) void freed.then(done);
    else done();
  }

  /** What tasks have left, because they failed or their workers died. It goes at the latest when the executor is closed. */
  async #removeSpilled(freed: Promise<unknown> | undefined): Promise<void> {
    await freed;
    await this.#host.spill?.remove(this.#options.query).catch(() => undefined);
  }

  #retireWhenOver(): void {
    if (this.#hasRetired || !this.#hasEnded || !this.#results.isOver) return;
    this.#hasRetired = true;
    this.#host.onRetire(this);
  }
}
