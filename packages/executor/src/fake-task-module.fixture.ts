/**
 * A task module whose tasks do what a test tells them: make blocks of known bytes, copy what they read, compute for a while, and fail in
 * all ways that a task can. The program travels in the fragment, as all else does.
 */
import {
  type ErrorCode,
  type FunctionRegistry,
  type LinearMemory,
  type MemoryAccount,
  type PhysicalPlan,
  QueryError,
  type TaskEnvironment,
  type TaskRunner,
  type TaskSpec,
  type TaskStep,
} from '@millrace/core/executor';

/** How a task comes to grief: at which block, and as often as `times[0]` (shared by all threads) says. */
export interface FakeFault {
  readonly kind: 'exit' | 'trap' | 'throw' | 'reject' | 'hang';
  readonly atBlock: number;
  readonly times: Int32Array;
  readonly code?: ErrorCode;
  /** Only this task. Default: any. */
  readonly task?: number;
}

export interface FakeProgram {
  /** Blocks that each task makes after it has read. */
  readonly numBlocks: number;
  readonly blockBytes: number;
  /** Copies splits and blocks of exchanges that the task reads into its output, before the blocks it makes. */
  readonly copiesInputs?: boolean;
  /** Computes so long for each block, in steps of a millisecond. */
  readonly busyMs?: number;
  /** Computes for ever, in steps; only cancelling ends it. */
  readonly isEndless?: boolean;
  /** Does not look whether it was cancelled. */
  readonly ignoresCancel?: boolean;
  readonly faults?: readonly FakeFault[];
  /** Counts steps of all tasks: `[0]`. */
  readonly steps?: Int32Array;
}

export function fakeFragment(program: FakeProgram): PhysicalPlan {
  return { kind: 'ValuesExec', id: 0, columns: [], rows: [], program } as PhysicalPlan;
}

/** The bytes of one made block: known to the test. */
export function fakeBytes(stage: number, task: number, block: number, bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(1 + ((stage * 31 + task * 7 + block) % 255));
}

export function defaultFunctions(): FunctionRegistry {
  return {
    scalar: () => undefined,
    scalarOverload: () => undefined,
    aggregate: () => undefined,
    aggregateOverload: () => undefined,
    window: () => undefined,
    windowOverload: () => undefined,
    names: () => [],
  };
}

export function createTaskRunner(spec: TaskSpec, environment: TaskEnvironment): TaskRunner {
  return new FakeRunner(spec, environment);
}

interface PendingRead {
  readonly ticket: number;
  readonly address: number;
  readonly bytes: number;
  isOver: boolean;
}

class FakeRunner implements TaskRunner {
  readonly #spec: TaskSpec;
  readonly #environment: TaskEnvironment;
  readonly #program: FakeProgram;
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  #reads: PendingRead[] | undefined;
  #output = 0;
  #numMade = 0;
  #numRows = 0;
  #busyUntilMs: number | undefined;

  constructor(spec: TaskSpec, environment: TaskEnvironment) {
    this.#spec = spec;
    this.#environment = environment;
    this.#program = (spec.fragment as unknown as { readonly program: FakeProgram }).program;
    this.#memory = environment.memory;
    this.#account = environment.account.child('fake', spec.settings.memoryBytes);
  }

  step(): TaskStep {
    const { steps, copiesInputs, numBlocks, isEndless } = this.#program;
    if (steps) Atomics.add(steps, 0, 1);
    this.#freeOutput();
    if (isEndless) return this.#wait(1) ?? { kind: 'blocked' };
    if (copiesInputs) {
      this.#reads ??= this.#startReads();
      const copied = this.#copyNext();
      if (copied) return copied;
    }
    if (this.#numMade < numBlocks) {
      this.#maybeFail();
      return this.#wait(this.#program.busyMs ?? 0) ?? this.#makeBlock();
    }
    const { stage, task } = this.#spec;
    const report = {
      stage,
      task,
      operators: [],
      numRows: this.#numRows,
      peakBytes: 0,
      cpuMs: 0,
      waitMs: 0,
      startedMs: 0,
      endedMs: 0,
      reads: [],
    };
    return { kind: 'done', report };
  }

  close(): boolean {
    this.#freeOutput();
    for (const read of this.#reads ?? []) {
      if (read.isOver) continue;
      this.#environment.io.cancel(read.ticket);
      try {
        read.isOver = this.#environment.io.poll(read.ticket);
      } catch {
        read.isOver = true;
      }
    }
    const pending = (this.#reads ?? []).filter(({ isOver }) => !isOver);
    if (pending.length > 0) return false;
    for (const { address } of this.#reads ?? []) this.#memory.free(address);
    this.#reads = undefined;
    this.#account.close();
    return true;
  }

  #startReads(): PendingRead[] {
    const reads: PendingRead[] = [];
    this.#reads = reads;
    const { slice, inputs } = this.#spec;
    for (const { splits } of slice.splits) {
      for (const { store, path, version, sizeBytes: length } of splits) {
        const address = this.#memory.allocate(length, this.#account);
        const ranges = [
          { offset: 0, length: Math.floor(length / 2) },
          { offset: Math.floor(length / 2), length: length - Math.floor(length / 2) },
        ];
        const ticket = this.#environment.io.read({ store, path, version, ranges, address });
        reads.push({ ticket, address, bytes: length, isOver: false });
      }
    }
    for (const { blocks } of inputs) {
      for (const block of blocks) {
        const address = this.#memory.allocate(block.bytes, this.#account);
        const ticket = this.#environment.io.readBlock(block, address);
        reads.push({ ticket, address, bytes: block.bytes, isOver: false });
      }
    }
    return reads;
  }

  #copyNext(): TaskStep | undefined {
    const read = this.#reads![0];
    if (!read) return undefined;
    read.isOver ||= this.#poll(read);
    if (!read.isOver) return { kind: 'blocked' };
    this.#reads!.shift();
    this.#output = read.address;
    return this.#give(read.bytes);
  }

  #poll(read: PendingRead): boolean {
    try {
      return this.#environment.io.poll(read.ticket);
    } catch (error) {
      read.isOver = true;
      throw error;
    }
  }

  #makeBlock(): TaskStep {
    const { stage, task } = this.#spec;
    const { blockBytes } = this.#program;
    this.#output = this.#memory.allocate(blockBytes, this.#account);
    this.#memory.u8.set(fakeBytes(stage, task, this.#numMade, blockBytes), this.#output);
    this.#numMade += 1;
    return this.#give(blockBytes);
  }

  #give(bytes: number): TaskStep {
    const { output } = this.#spec;
    const numPartitions = output.kind === 'hash' ? output.numPartitions : 1;
    this.#numRows += 1;
    return { kind: 'output', partition: this.#numRows % numPartitions, address: this.#output, bytes, numRows: 1 };
  }

  /** A step of work that takes a millisecond, as long as there is some. */
  #wait(ms: number): TaskStep | undefined {
    const { clock } = this.#environment;
    this.#busyUntilMs ??= clock.monotonicMs() + ms;
    while (clock.monotonicMs() < this.#busyUntilMs) {
      if (!this.#program.ignoresCancel && this.#environment.isCancelled())
        throw new QueryError('ABORTED', 'The query was cancelled.');
      if (this.#program.isEndless) this.#busyUntilMs = clock.monotonicMs() + 1;
    }
    this.#busyUntilMs = undefined;
    return undefined;
  }

  #maybeFail(): void {
    for (const { kind, atBlock, times, code, task } of this.#program.faults ?? []) {
      if (atBlock !== this.#numMade || (task !== undefined && task !== this.#spec.task)) continue;
      if (Atomics.sub(times, 0, 1) <= 0) continue;
      if (kind === 'exit') process.exit(7);
      // Until the thread is ended: nothing is ever stored there.
      while (kind === 'hang') Atomics.load(times, 0);
      if (kind === 'trap') throw new WebAssembly.RuntimeError('unreachable');
      if (kind === 'reject') void Promise.reject(new Error('nobody handles this'));
      else throw new QueryError(code ?? 'INTERNAL', `a fake failure with ${code}`);
    }
  }

  #freeOutput(): void {
    this.#memory.free(this.#output);
    this.#output = 0;
  }
}

/** A counter that all threads see. */
export function sharedCounter(value: number): Int32Array {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  counter[0] = value;
  return counter;
}
