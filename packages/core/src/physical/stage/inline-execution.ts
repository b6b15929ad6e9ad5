import { abortError, internal, isQueryError, QueryError, toQueryError } from '../../error/index.ts';
import type { SharedBuilds } from '../../operator/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { RequestMeter } from '../../storage/index.ts';
import { outputColumns } from '../physical-plan.ts';
import type { ExecuteOptions, Execution, ExecutionStats, MemoryUse } from './executor.ts';
import { type InlineOutput, InlineTask, type InlineTaskHost } from './inline-task.ts';
import { ProgressReporter } from './progress-reporter.ts';
import type { ResultBlock } from './result-block.ts';
import { ResultReplay } from './result-replay.ts';
import { StageScheduler, type TaskAttempt } from './scheduler.ts';
import type { ProducedBlock } from './scheduler-stage.ts';
import { singleUse } from './single-use.ts';
import type { StageGraph } from './stage.ts';

/** A query that runs on the calling thread, as far as its result is pulled. */
export class InlineExecution implements Execution {
  readonly blocks: AsyncIterable<ResultBlock>;
  readonly #options: ExecuteOptions;
  readonly #host: InlineTaskHost;
  readonly #account: MemoryAccount;
  readonly #exchangeAccount: MemoryAccount;
  readonly #scheduler: StageScheduler;
  readonly #types: ResultBlock['types'];
  readonly #progress: ProgressReporter;
  readonly #sharedBuilds: SharedBuilds | undefined;
  readonly #onEnd: () => void;
  readonly #abort = new AbortController();
  /** Bytes of exchange blocks, by stage. */
  readonly #exchanged = new Map<number, number>();
  #attempt: TaskAttempt | undefined;
  #task: InlineTask | undefined;
  #produced: ProducedBlock[] = [];
  /** Of the result task that is being read. */
  #replay = new ResultReplay();
  readonly #meter = new RequestMeter();
  #spilledBytes = 0;
  #hasEnded = false;
  /** What went wrong beside the tasks. */
  #failure: QueryError | undefined;
  /** The end of all that was asked for so far: what is asked next waits for it. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(
    graph: StageGraph,
    options: ExecuteOptions,
    host: InlineTaskHost,
    account: MemoryAccount,
    onEnd: () => void,
  ) {
    const { query, settings, signal, onProgress } = options;
    this.#options = options;
    this.#host = host;
    this.#account = account.child(query);
    this.#exchangeAccount = this.#account.child('exchange');
    this.#sharedBuilds = host.createSharedBuilds?.(this.#account.child('shared builds'));
    this.#onEnd = onEnd;
    this.#scheduler = new StageScheduler(graph, { query, settings });
    this.#types = outputColumns(graph.stages.at(-1)!.fragment).map(({ type }) => type);
    this.#progress = new ProgressReporter(onProgress, host.clock);
    this.blocks = singleUse({ next: () => this.#pull(), cancel: (reason) => this.cancel(reason) });
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  stats(): ExecutionStats {
    const { numTasks, numTasksDone, exchangedBytes, numRetries, reports } = this.#scheduler.stats();
    const meter = new RequestMeter(this.#meter.values.slice());
    if (this.#task) meter.merge(this.#task.meter.values);
    const storage = meter.counts();
    return {
      numTasks,
      numTasksDone,
      numRequests: storage.numRequests,
      bytesRead: storage.bytesRead,
      storage,
      exchangedBytes,
      spilledBytes: this.#bytesSpilled,
      peakBytes: this.#account.peakBytes,
      numRetries,
      reports,
    };
  }

  memory(): MemoryUse {
    const { name, usedBytes, peakBytes } = this.#account;
    const exchange = { name: 'exchange', usedBytes: this.#exchangeAccount.usedBytes, parts: [] };
    return { name, usedBytes, peakBytes, parts: [exchange] };
  }

  async cancel(reason: unknown): Promise<void> {
    this.#scheduler.cancel(isQueryError(reason) ? reason : cancelled(reason));
    this.#abort.abort(this.#scheduler.error);
    await this.#inTurn(() => this.#end());
  }

  /** By all tasks so far. */
  get #bytesSpilled(): number {
    return this.#spilledBytes + (this.#task?.spilledBytes ?? 0);
  }

  readonly #onAbort = (): void => {
    void this.cancel(abortError(this.#options.signal!));
  };

  #pull(): Promise<ResultBlock | undefined> {
    return this.#inTurn(async () => {
      if (this.#hasEnded) return this.#outcome();
      const block = await this.#advance();
      if (block === undefined) await this.#end();
      return block ?? this.#outcome();
    });
  }

  #outcome(): undefined {
    const error = this.#scheduler.error ?? this.#failure;
    if (error) throw error;
    return undefined;
  }

  /** Runs until there is a block of the result, or none will come. Never rejects: failures go to the scheduler. */
  async #advance(): Promise<ResultBlock | undefined> {
    while (!this.#scheduler.isOver) {
      try {
        const task = this.#task ?? (await this.#begin());
        const output = await task?.next();
        const block = output && this.#take(output);
        if (block) return block;
        if (task && !output) await this.#succeed(task);
      } catch (error) {
        await this.#fail(error);
      }
    }
    return undefined;
  }

  /** Begins the next task, or waits until a task that failed may run again. */
  async #begin(): Promise<InlineTask | undefined> {
    const { clock } = this.#host;
    // Tasks that were not begun wait as well: those of a result must come in their order.
    const waitMs = (this.#scheduler.nextRetryAtMs ?? 0) - clock.monotonicMs();
    if (waitMs > 0) {
      await sleep(waitMs, this.#abort.signal);
      return undefined;
    }
    const attempt = this.#scheduler.next(clock.monotonicMs());
    if (!attempt) throw internal('a query has tasks left, and none that can run');
    if (attempt.attempt === 1) this.#replay = new ResultReplay();
    else this.#replay.restart();
    this.#attempt = attempt;
    this.#task = new InlineTask(attempt.spec, this.#host, this.#account, this.#abort.signal, {
      sharedBuilds: this.#sharedBuilds,
    });
    return this.#task;
  }

  #take(output: InlineOutput): ResultBlock | undefined {
    if (output.kind === 'exchange') {
      // The task reserved the bytes; from here on they belong to the exchange.
      const { bytes } = output.produced.block;
      this.#account.release(bytes);
      this.#exchangeAccount.reserve(bytes);
      this.#produced.push(output.produced);
      return undefined;
    }
    const { numRows, buffer } = output;
    return this.#replay.isNew(numRows, buffer.byteLength, this.#bytesSpilled > 0)
      ? { numRows, buffer, types: this.#types }
      : undefined;
  }

  async #succeed(task: InlineTask): Promise<void> {
    const attempt = this.#attempt!;
    const blocks = this.#produced;
    const report = task.report!;
    this.#produced = [];
    await this.#closeTask();
    const { stage } = attempt.spec;
    const bytes = blocks.reduce((sum, { block }) => sum + block.bytes, 0);
    const settlement = this.#scheduler.succeed(attempt, { report, blocks });
    if (settlement.isAccepted) this.#exchanged.set(stage, (this.#exchanged.get(stage) ?? 0) + bytes);
    else this.#exchangeAccount.release(bytes);
    for (const released of settlement.released) this.#exchangeAccount.release(this.#exchanged.get(released) ?? 0);
    this.#progress.report(() => this.stats());
  }

  async #fail(thrown: unknown): Promise<void> {
    const attempt = this.#attempt;
    await this.#closeTask();
    if (attempt) this.#scheduler.fail(attempt, toQueryError(thrown), this.#host.clock.monotonicMs());
    else this.#scheduler.cancel(toQueryError(thrown));
  }

  async #closeTask(): Promise<void> {
    for (const { block } of this.#produced) this.#exchangeAccount.release(block.bytes);
    this.#produced = [];
    try {
      await this.#task?.close();
    } catch (error) {
      this.#failure ??= toQueryError(error);
    }
    if (this.#task) this.#meter.merge(this.#task.meter.values);
    this.#spilledBytes += this.#task?.spilledBytes ?? 0;
    this.#task = undefined;
    this.#attempt = undefined;
  }

  async #end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    await this.#closeTask();
    this.#sharedBuilds?.retire();
    try {
      this.#progress.finish(() => this.stats());
    } catch (error) {
      this.#failure ??= toQueryError(error);
    }
    this.#exchangeAccount.close();
    this.#account.close();
    this.#onEnd();
  }

  /** Runs `work` when all that was asked for before is over. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#idle.then(work);
    this.#idle = result.catch(() => undefined);
    return result;
  }
}

function cancelled(reason: unknown): QueryError {
  return new QueryError('ABORTED', 'The query was cancelled.', { cause: reason });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
