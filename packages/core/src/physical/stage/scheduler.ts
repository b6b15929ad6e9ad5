import { internal, type QueryError } from '../../error/index.ts';
import { seededRandom } from '../../runtime/index.ts';
import { DEFAULT_PARTITION_TASK_BYTES } from './scheduler-partitions.ts';
import { attemptsExhausted, defaultRetryPolicy, type RetryPolicy } from './scheduler-retry.ts';
import { StageRun, type TaskResult } from './scheduler-stage.ts';
import type { Stage, StageGraph } from './stage.ts';
import type { TaskReport, TaskSettings, TaskSpec } from './task-spec.ts';

/** One run of a task. Another run of the same task has another number and the same spec. */
export interface TaskAttempt {
  readonly spec: TaskSpec;
  /** From 1. */
  readonly attempt: number;
}

/** What the end of an attempt means to whoever ran it. */
export interface Settlement {
  /**
   * Whether the outcome counts. It does not when the query is over, when another attempt at the task was sooner, or when the same
   * outcome was given before: whatever the attempt made is then to be thrown away.
   */
  readonly isAccepted: boolean;
  /** Stages whose exchange nobody reads, or is going to read, any more. */
  readonly released: readonly number[];
}

export interface SchedulerOptions {
  readonly query: string;
  readonly settings: TaskSettings;
  /** Default: {@link defaultRetryPolicy}, seeded from the settings. */
  readonly retry?: RetryPolicy;
  /** Bytes that a task of a `partitions` stage is to read. Default: 16 MiB. */
  readonly partitionTaskBytes?: number;
}

export interface SchedulerStats {
  /** Tasks known so far; a `partitions` stage counts as one until its inputs are there. */
  readonly numTasks: number;
  readonly numTasksDone: number;
  readonly numRunning: number;
  readonly exchangedBytes: number;
  readonly numRetries: number;
  readonly reports: readonly TaskReport[];
}

/**
 * Decides which tasks of a query can run, and remembers what the finished ones made.
 *
 * Plain state, without threads, clock or I/O: the executor asks for the `next` attempt, runs it wherever it likes, and says how it
 * went; time is an argument. A stage starts when all of its inputs are complete. Tasks are offered by stage and then by
 * number, so that the first of an ordered result comes first; those that failed come before new ones.
 */
export class StageScheduler {
  readonly #options: SchedulerOptions;
  readonly #retry: RetryPolicy;
  readonly #partitionTaskBytes: number;
  readonly #stages: readonly StageRun[];
  readonly #reports: TaskReport[] = [];
  #error: QueryError | undefined;
  #numRunning = 0;
  #numRetries = 0;

  /** Throws `Internal` for a graph that breaks the rules of `StageGraph`. */
  constructor(graph: StageGraph, options: SchedulerOptions) {
    validateGraph(graph);
    this.#options = options;
    this.#retry = options.retry ?? defaultRetryPolicy(seededRandom(options.settings.seed).fork('retry'));
    this.#partitionTaskBytes = options.partitionTaskBytes ?? DEFAULT_PARTITION_TASK_BYTES;
    this.#stages = graph.stages.map((stage) => new StageRun(stage));
    this.#openStages();
  }

  /**
   * The next attempt to run, which now counts as running; undefined when there is none at `nowMs`. `accepts` can pass over
   * stages that do not suit whoever asks; `inputBytes` says what the task reads from exchanges.
   */
  next(nowMs: number, accepts?: (stage: Stage, inputBytes: () => number) => boolean): TaskAttempt | undefined {
    if (this.isOver) return undefined;
    for (const run of this.#stages) {
      if (!run.isOpen) continue;
      const task = run.readyTask(nowMs);
      if (task === undefined || (accepts && !accepts(run.stage, () => run.inputBytes(task)))) continue;
      const attempt = run.begin(task);
      this.#numRunning += 1;
      if (attempt > 1) this.#numRetries += 1;
      return { attempt, spec: this.#spec(run, task) };
    }
    return undefined;
  }

  /** The earliest time at which a task that failed may run again; undefined when none waits for its time. */
  get nextRetryAtMs(): number | undefined {
    if (this.isOver) return undefined;
    const times = this.#stages.flatMap((run) => run.nextRetryAtMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The attempt came to its end. Idempotent. */
  succeed(attempt: TaskAttempt, result: TaskResult): Settlement {
    const run = this.#stages[attempt.spec.stage]!;
    const isAccepted = this.#end(run, attempt) && !this.isOver && run.finish(attempt.spec.task, result);
    if (isAccepted) this.#reports.push(result.report);
    if (isAccepted && run.isComplete) this.#openStages();
    return { isAccepted, released: this.#releaseStages() };
  }

  /** The attempt failed. Either the task will be offered again, or the query has failed. Idempotent. */
  fail(attempt: TaskAttempt, error: QueryError, nowMs: number): Settlement {
    const run = this.#stages[attempt.spec.stage]!;
    const { task } = attempt.spec;
    if (!this.#end(run, attempt) || this.isOver || run.isDone(task)) {
      return { isAccepted: false, released: this.#releaseStages() };
    }
    const failures = run.addFailure(task, error);
    const delayMs = this.#retry.delayMs(error, failures.length);
    if (delayMs === undefined) this.#error = error;
    else if (failures.length >= this.#retry.maxAttempts) {
      this.#error = failures.length === 1 ? error : attemptsExhausted(run.stage.id, task, failures);
    } else {
      run.retryAt(task, nowMs + delayMs);
    }
    return { isAccepted: true, released: [] };
  }

  /** Ends the query with `error`, unless it is over. Attempts that run must still be settled. */
  cancel(error: QueryError): void {
    if (!this.isOver) this.#error = error;
  }

  /** Whether no further task will be offered: the result is complete, or the query has failed. */
  get isOver(): boolean {
    return this.#error !== undefined || this.#stages.at(-1)!.isComplete;
  }

  /** Why the query failed. */
  get error(): QueryError | undefined {
    return this.#error;
  }

  /** Attempts that were handed out and not settled. */
  get numRunning(): number {
    return this.#numRunning;
  }

  /** Tasks of the stage that gives the result; known from the moment at which it is open. */
  get numResultTasks(): number | undefined {
    return this.#stages.at(-1)!.numTasks;
  }

  stats(): SchedulerStats {
    const sum = (count: (run: StageRun) => number) => this.#stages.reduce((total, run) => total + count(run), 0);
    return {
      numTasks: sum((run) => run.numTasks ?? 1),
      numTasksDone: sum((run) => run.numDone),
      numRunning: this.#numRunning,
      exchangedBytes: sum((run) => run.exchangedBytes),
      numRetries: this.#numRetries,
      reports: [...this.#reports],
    };
  }

  #end(run: StageRun, attempt: TaskAttempt): boolean {
    if (!run.end(attempt.spec.task, attempt.attempt)) return false;
    this.#numRunning -= 1;
    return true;
  }

  /** Opens the stages whose inputs are complete. */
  #openStages(): void {
    // A stage without tasks is complete at once and may open others; inputs come first, so that one pass is enough.
    for (const run of this.#stages) {
      if (run.isOpen || run.isComplete) continue;
      const inputs = run.stage.inputs.map((id) => this.#stages[id]!);
      if (inputs.every((input) => input.isComplete)) run.open(inputs, this.#partitionTaskBytes);
    }
  }

  /** Lets go of exchanges that all readers are done with. An attempt of no use any more may still be reading. */
  #releaseStages(): number[] {
    const released: number[] = [];
    for (const run of this.#stages) {
      if (!run.isComplete || run.isReleased || run === this.#stages.at(-1)) continue;
      const readers = this.#stages.filter((other) => other.stage.inputs.includes(run.stage.id));
      if (!readers.every((reader) => reader.isComplete && !reader.isRunning)) continue;
      run.release();
      released.push(run.stage.id);
    }
    return released;
  }

  #spec(run: StageRun, task: number): TaskSpec {
    const { id, fragment, output } = run.stage;
    return {
      version: 1,
      query: this.#options.query,
      stage: id,
      task,
      fragment,
      slice: run.slice(task),
      inputs: run.inputs(task),
      output,
      settings: this.#options.settings,
    };
  }
}

function validateGraph({ stages }: StageGraph): void {
  const last = stages.length - 1;
  if (last < 0) throw internal('A stage graph has no stages.');
  stages.forEach((stage, position) => {
    const fail = (what: string) => internal(`Stage ${position} of a stage graph ${what}.`);
    if (stage.id !== position) throw fail(`has the number ${stage.id}`);
    if ((stage.output.kind === 'result') !== (position === last)) throw fail('gives a result in the wrong place');
    if (position < last && !stages.some(({ inputs }) => inputs.includes(position))) throw fail('has no reader');
    if (stage.maxRows !== undefined && stage.output.kind !== 'single')
      throw fail('limits the rows of what is no single exchange');
    for (const id of stage.inputs) {
      const input = stages[id];
      if (!input || id >= position) throw fail(`reads stage ${id}, which does not come before it`);
      if (input.output.kind === 'hash' && stage.tasks.kind === 'partitions') {
        if (input.output.numPartitions !== stage.tasks.numPartitions) {
          throw fail(`has ${stage.tasks.numPartitions} partitions, and its input ${input.output.numPartitions}`);
        }
      } else if (input.output.kind !== 'broadcast' && !hasOneTask(stage)) {
        throw fail(`has several tasks and reads a '${input.output.kind}' exchange`);
      }
    }
  });
}

function hasOneTask({ tasks }: Stage): boolean {
  return tasks.kind === 'one' || (tasks.kind === 'splits' && tasks.slices.length <= 1);
}
