import type { QueryError } from '../../error/index.ts';
import { groupPartitions, type PartitionRange } from './scheduler-partitions.ts';
import type { Stage, TaskSlice } from './stage.ts';
import type { ExchangeBlock, TaskReport } from './task-spec.ts';

/** A block that a task made for a partition (0 unless the output is `hash`). */
export interface ProducedBlock {
  readonly partition: number;
  readonly block: ExchangeBlock;
}

/** What a finished attempt has made. */
export interface TaskResult {
  readonly report: TaskReport;
  /** Blocks for the exchange; none for `result` output. */
  readonly blocks: readonly ProducedBlock[];
}

interface TaskInput {
  readonly exchange: number;
  readonly blocks: readonly ExchangeBlock[];
}

interface TaskRun {
  isDone: boolean;
  numAttempts: number;
  /** Attempts under way. */
  readonly running: Set<number>;
  readonly failures: QueryError[];
}

const NO_SPLITS: TaskSlice = { splits: [] };

/** A stage of one query: its tasks and what they made. A part of `StageScheduler`, which alone decides. */
export class StageRun {
  readonly stage: Stage;
  #tasks: readonly TaskRun[] = [];
  #numTasks: number | undefined;
  #numDone = 0;
  #isOpen = false;
  #isReleased = false;
  /** First task that was never offered. */
  #nextTask = 0;
  /** Tasks to be offered again, by time. */
  readonly #retries = new Map<number, number>();
  /** What each task made, by task number. */
  #produced: (TaskResult | undefined)[] = [];
  #exchangedBytes = 0;
  /** The first tasks, by number, that are done, without a gap; and the rows that they gave. */
  #numInOrder = 0;
  #rowsInOrder = 0;
  #hasEnoughRows = false;
  #ranges: readonly PartitionRange[] = [];
  #sources: readonly Source[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
    if (stage.tasks.kind === 'one') this.#numTasks = 1;
    else if (stage.tasks.kind === 'splits') this.#numTasks = stage.tasks.slices.length;
  }

  /** Undefined while a `partitions` stage waits for its inputs; tasks that need not run do not count. */
  get numTasks(): number | undefined {
    return this.#hasEnoughRows ? this.#numDone : this.#numTasks;
  }

  get numDone(): number {
    return this.#numDone;
  }

  /** All inputs are there. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isComplete(): boolean {
    return this.#isOpen && this.#numDone === this.numTasks;
  }

  /** Attempts at its tasks are under way. */
  get isRunning(): boolean {
    return this.#tasks.some(({ running }) => running.size > 0);
  }

  /** What it made was let go. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  get exchangedBytes(): number {
    return this.#exchangedBytes;
  }

  open(inputs: readonly StageRun[], partitionTaskBytes: number): void {
    const { tasks } = this.stage;
    this.#sources = inputs.map((input) => input.#asSource(tasks.kind === 'partitions'));
    if (tasks.kind === 'partitions') {
      const bytes = new Array<number>(tasks.numPartitions).fill(0);
      for (const { partitions } of this.#sources) {
        partitions?.forEach((blocks, partition) => {
          bytes[partition]! += sumBytes(blocks);
        });
      }
      this.#ranges = groupPartitions(bytes, partitionTaskBytes);
      this.#numTasks = this.#ranges.length;
    }
    this.#tasks = Array.from({ length: this.#numTasks! }, () => ({
      isDone: false,
      numAttempts: 0,
      running: new Set<number>(),
      failures: [],
    }));
    this.#produced = new Array(this.#numTasks!).fill(undefined);
    this.#isOpen = true;
  }

  /** The task to be offered next at `nowMs`. */
  readyTask(nowMs: number): number | undefined {
    if (this.isComplete) return undefined;
    let ready: number | undefined;
    for (const [task, atMs] of this.#retries) {
      if (atMs <= nowMs && (ready === undefined || task < ready)) ready = task;
    }
    if (ready !== undefined) return ready;
    return this.#nextTask < this.#tasks.length ? this.#nextTask : undefined;
  }

  get nextRetryAtMs(): number | undefined {
    return this.#retries.size === 0 || this.isComplete ? undefined : Math.min(...this.#retries.values());
  }

  /** Counts the task as running; answers with the number of the attempt. */
  begin(task: number): number {
    const run = this.#tasks[task]!;
    if (!this.#retries.delete(task)) this.#nextTask = task + 1;
    run.numAttempts += 1;
    run.running.add(run.numAttempts);
    return run.numAttempts;
  }

  /** Whether the attempt was running; it no longer is. */
  end(task: number, attempt: number): boolean {
    return this.#tasks[task]?.running.delete(attempt) ?? false;
  }

  isDone(task: number): boolean {
    return this.#tasks[task]!.isDone;
  }

  /** Takes what a task made, unless it was done already. */
  finish(task: number, result: TaskResult): boolean {
    const run = this.#tasks[task]!;
    if (run.isDone || this.isComplete) return false;
    run.isDone = true;
    this.#retries.delete(task);
    this.#numDone += 1;
    this.#produced[task] = result;
    for (const { block } of result.blocks) this.#exchangedBytes += block.bytes;
    while (!this.#hasEnoughRows && this.#produced[this.#numInOrder]) {
      this.#rowsInOrder += this.#produced[this.#numInOrder]!.report.numRows;
      this.#numInOrder += 1;
      this.#hasEnoughRows = this.#rowsInOrder >= (this.stage.maxRows ?? Number.POSITIVE_INFINITY);
    }
    // The specs of running tasks hold their own references to what they read.
    if (this.isComplete) this.#sources = [];
    return true;
  }

  addFailure(task: number, error: QueryError): readonly QueryError[] {
    const { failures } = this.#tasks[task]!;
    failures.push(error);
    return failures;
  }

  retryAt(task: number, atMs: number): void {
    this.#retries.set(task, atMs);
  }

  slice(task: number): TaskSlice {
    const { tasks } = this.stage;
    if (tasks.kind === 'one') return tasks.slice;
    return tasks.kind === 'splits' ? tasks.slices[task]! : NO_SPLITS;
  }

  inputs(task: number): TaskInput[] {
    return this.#sources.map(({ exchange, all, partitions }) => {
      if (!partitions) return { exchange, blocks: all };
      const { from, to } = this.#ranges[task]!;
      return { exchange, blocks: partitions.slice(from, to).flat() };
    });
  }

  inputBytes(task: number): number {
    return this.inputs(task).reduce((sum, { blocks }) => sum + sumBytes(blocks), 0);
  }

  /** Lets go of what the stage made. */
  release(): void {
    this.#produced = [];
    this.#isReleased = true;
  }

  /** What the stage made, as a reader sees it: by partition, then by number of the task, then in the order of making. */
  #asSource(byPartition: boolean): Source {
    const { id, output } = this.stage;
    const partitions: ExchangeBlock[][] = Array.from(
      { length: output.kind === 'hash' ? output.numPartitions : 1 },
      () => [],
    );
    // Tasks after those that gave enough rows are left out, whether they ran or not: the answer does not depend on it.
    for (const { blocks } of this.#produced.slice(0, this.#numInOrder).filter((result) => result !== undefined)) {
      const inOrder = [...blocks].sort((a, b) => a.block.sequence - b.block.sequence);
      for (const { partition, block } of inOrder) partitions[partition]!.push(block);
    }
    if (output.kind === 'hash' && byPartition) return { exchange: id, all: [], partitions };
    return { exchange: id, all: partitions.flat(), partitions: undefined };
  }
}

interface Source {
  readonly exchange: number;
  /** All blocks, for readers that see the whole exchange. */
  readonly all: readonly ExchangeBlock[];
  readonly partitions: readonly (readonly ExchangeBlock[])[] | undefined;
}

function sumBytes(blocks: readonly ExchangeBlock[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes, 0);
}
