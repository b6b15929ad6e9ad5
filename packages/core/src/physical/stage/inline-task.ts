import { abortError, throwIfAborted } from '../../error/index.ts';
import type { SharedBuilds, TaskEnvironment, TaskRunner } from '../../operator/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import type { RequestMeter, SpillStore, StoreAccess } from '../../storage/index.ts';
import { InlineTaskIo } from './inline-task-io.ts';
import type { ProducedBlock } from './scheduler-stage.ts';
import type { ExchangeLocation, TaskReport, TaskSpec } from './task-spec.ts';

/** How a worker turns a spec into something that runs: `createTaskRunner`, or a stand-in. */
export type TaskRunnerFactory = (spec: TaskSpec, environment: TaskEnvironment) => TaskRunner;

/** What the calling thread lends to a task. */
export interface InlineTaskHost extends Omit<TaskEnvironment, 'io' | 'isCancelled' | 'account' | 'sharedBuilds'> {
  readonly stores: ReadonlyMap<string, StoreAccess>;
  readonly createTaskRunner: TaskRunnerFactory;
  /** What the tasks of one query share; without it they share nothing. */
  readonly createSharedBuilds?: ((account: MemoryAccount) => SharedBuilds) | undefined;
  /** Where tasks put what does not fit into memory. Default: nowhere; what does not fit is `MEMORY_LIMIT`. */
  readonly spill?: SpillStore | undefined;
}

/** A finished part of the output. */
export type InlineOutput =
  | { readonly kind: 'result'; readonly numRows: number; readonly buffer: ArrayBuffer }
  | { readonly kind: 'exchange'; readonly produced: ProducedBlock };

/** Copies a block to where its readers find it. Throws `MEMORY_LIMIT` when there is no room. */
export type BlockKeeper = (block: Uint8Array) => ExchangeLocation;

/** How long a task computes before timers and sockets of the thread have their turn. */
const TURN_MS = 8;

/**
 * A task that runs on the calling thread, a piece at a time: computing goes on while `next` is awaited, and gives way to the event loop
 * every few milliseconds and whenever the task waits for bytes. Aborting `signal` makes `next` reject; `close` must follow in any case.
 */
export class InlineTask {
  readonly #spec: TaskSpec;
  readonly #host: InlineTaskHost;
  readonly #account: MemoryAccount;
  readonly #signal: AbortSignal;
  readonly #sharedBuilds: SharedBuilds | undefined;
  readonly #io: InlineTaskIo;
  readonly #keep: BlockKeeper;
  #runner: TaskRunner | undefined;
  #report: TaskReport | undefined;
  #numBlocks = 0;
  #isClosed = false;

  /**
   * Charges `account` for what the task holds. `keep` takes the blocks that it makes for exchanges; without it they are buffers of
   * their own, charged to the account and the caller's to release. `sharedBuilds` are those of the task's query.
   */
  constructor(
    spec: TaskSpec,
    host: InlineTaskHost,
    account: MemoryAccount,
    signal: AbortSignal,
    {
      keep = (block) => keepInBuffer(block, account),
      sharedBuilds,
    }: { readonly keep?: BlockKeeper; readonly sharedBuilds?: SharedBuilds | undefined } = {},
  ) {
    this.#keep = keep;
    this.#spec = spec;
    this.#host = host;
    this.#account = account;
    this.#signal = signal;
    this.#sharedBuilds = sharedBuilds;
    sharedBuilds?.open();
    const spillName = `${spec.query}/inline-${spec.stage}-${spec.task}`;
    this.#io = new InlineTaskIo(host.memory, host.stores, host.spill, spillName);
  }

  /** What the task did; undefined before its end. */
  get report(): TaskReport | undefined {
    return this.#report;
  }

  /** What its reads have cost so far. */
  get meter(): RequestMeter {
    return this.#io.meter;
  }

  /** Bytes that were put out of memory. */
  get spilledBytes(): number {
    return this.#io.spilledBytes;
  }

  /** The next part of the output, or undefined at the end. Rejects with what the task fails with, and with the abort. */
  async next(): Promise<InlineOutput | undefined> {
    const { clock } = this.#host;
    let turnEndsMs = clock.monotonicMs() + TURN_MS;
    while (this.#report === undefined) {
      throwIfAborted(this.#signal);
      this.#runner ??= this.#start();
      const step = this.#runner.step();
      if (step.kind === 'output') return this.#take(step);
      if (step.kind === 'done') {
        this.#report = step.report;
      } else if (step.kind === 'blocked') {
        await this.#someReadOrAbort();
        turnEndsMs = clock.monotonicMs() + TURN_MS;
      }
      if (clock.monotonicMs() >= turnEndsMs) {
        await eventLoopTurn();
        turnEndsMs = clock.monotonicMs() + TURN_MS;
      }
    }
    return undefined;
  }

  /** Gives all memory back, once the reads under way have let go of it. Idempotent. */
  async close(): Promise<void> {
    while (this.#runner && !this.#runner.close()) await this.#io.someRead();
    if (this.#runner) await this.#io.close();
    this.#runner = undefined;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sharedBuilds?.close();
  }

  #start(): TaskRunner {
    const { stores: _, spill: __, createTaskRunner, createSharedBuilds: ___, ...lent } = this.#host;
    const signal = this.#signal;
    return createTaskRunner(this.#spec, {
      ...lent,
      account: this.#account,
      io: this.#io,
      sharedBuilds: this.#sharedBuilds,
      isCancelled: () => signal.aborted,
    });
  }

  #take(output: {
    readonly partition: number;
    readonly address: number;
    readonly bytes: number;
    readonly numRows: number;
  }) {
    const { partition, address, bytes, numRows } = output;
    const { memory } = this.#host;
    const source = memory.u8.subarray(address, address + bytes);
    if (this.#spec.output.kind === 'result') {
      const buffer = new ArrayBuffer(bytes);
      new Uint8Array(buffer).set(source);
      return { kind: 'result', numRows, buffer } as const;
    }
    const location = this.#keep(source);
    const block = { task: this.#spec.task, sequence: this.#numBlocks++, numRows, bytes, location };
    return { kind: 'exchange', produced: { partition, block } } as const;
  }

  async #someReadOrAbort(): Promise<void> {
    const signal = this.#signal;
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(abortError(signal));
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      await Promise.race([this.#io.someRead(), aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort!);
    }
  }
}

function keepInBuffer(block: Uint8Array, account: MemoryAccount): ExchangeLocation {
  account.reserve(block.length);
  const buffer = new ArrayBuffer(block.length);
  new Uint8Array(buffer).set(block);
  return { kind: 'memory', buffer, offset: 0 };
}

/** Lets timers and I/O of the thread have their turn. */
function eventLoopTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (then: () => void) => unknown };
  return new Promise((resolve) => (setImmediate ? setImmediate(resolve) : setTimeout(resolve)));
}
