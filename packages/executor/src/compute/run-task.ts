import { receiveMessageOnPort } from 'node:worker_threads';
import {
  type ExchangeLocation,
  encodeQueryError,
  MemoryAccount,
  type ProducedBlock,
  QueryError,
  type SharedBuilds,
  type TaskIo,
  type TaskRunner,
  type TaskStep,
} from '@millrace/core/executor';
import { SPILL_STORE } from '@millrace/core/storage';
import { ExchangeMemory } from '../protocol/exchange-memory.ts';
import type { DataPlaneNote, RunOrder, RunOutcome, WorkerNote } from '../protocol/messages.ts';
import { QueryControl } from '../protocol/query-control.ts';
import { budgetUnits, SHARED_SLOT } from '../protocol/shared-budget.ts';
import type { ComputeContext } from './compute-context.ts';
import { ExchangeBuffers } from './exchange-buffers.ts';
import { spillPath } from './worker-io.ts';

type OutputStep = Extract<TaskStep, { readonly kind: 'output' }>;

/** How long a task waits for the consumer on the spot before it lets the worker do something else. */
const PATIENCE_MS = 5;

/** The part of the memory that exchanges may hold. */
const EXCHANGE_SHARE = 0.4;
/** The part of the memory that is left to operators before exchanges take more. */
const OPERATOR_SHARE = 0.3;

/** How long a task computes before parked tasks of the same worker have their turn. */
const TURN_MS = 20;

/**
 * Runs one task to its end. Never rejects: what the task fails with is an outcome.
 *
 * It holds the thread, also while it waits for bytes. Only a task that waits for the consumer of its result gives way, because that
 * wait has no end in sight: the program may well run another query before it reads on.
 */
export async function runTask(order: RunOrder, context: ComputeContext): Promise<RunOutcome> {
  context.numActive += 1;
  const run = new TaskRun(order, context);
  let outcome: RunOutcome;
  try {
    outcome = await run.complete();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) abandonWorker(error, context);
    outcome = { kind: 'failed', error: encodeQueryError(error) };
  }
  try {
    await run.close();
  } catch (error) {
    abandonWorker(error, context);
  }
  context.numActive -= 1;
  if (context.numActive === 0) context.account.trim();
  return outcome;
}

class TaskRun {
  readonly #order: RunOrder;
  readonly #context: ComputeContext;
  readonly #query: QueryControl;
  readonly #account: MemoryAccount;
  readonly #exchangeAccount: MemoryAccount;
  readonly #buffers: ExchangeBuffers;
  readonly #builds: SharedBuilds | undefined;
  readonly #io: TaskIo;
  /** Blocks that did not fit into memory lie there, one behind the other. */
  #exchangeFile: { readonly file: number; bytes: number } | undefined;
  readonly #blocks: ProducedBlock[] = [];
  #isHandedOver = false;
  #hasWaited = false;
  #runner: TaskRunner | undefined;

  constructor(order: RunOrder, context: ComputeContext) {
    this.#order = order;
    this.#context = context;
    this.#query = new QueryControl(order.control);
    const budget = this.#query.budget(context.slot);
    this.#account = new MemoryAccount(order.spec.query, { parent: context.account, budget });
    this.#io = context.io.forTask(this.#query, order.spillName);
    this.#exchangeAccount = this.#account.child('exchange');
    this.#buffers = new ExchangeBuffers(
      context.exchange,
      ExchangeMemory.slotOwner(context.slot),
      this.#exchangeAccount,
    );
    const { execution, spec } = order;
    this.#builds = execution === undefined ? undefined : context.builds.open(execution, spec.query, this.#query);
  }

  async complete(): Promise<RunOutcome> {
    const { spec } = this.#order;
    const { control, clock, createTaskRunner, memory, functions, codecs, parquetWasm } = this.#context;
    const query = this.#query;
    let turnEndsMs = clock.monotonicMs() + TURN_MS;
    for (;;) {
      // Read before looking for news, so that none that comes after the look is slept through.
      const { epoch } = control;
      this.#readNotes();
      if (query.isCancelled) throw new QueryError('ABORTED', 'The query was cancelled.');
      this.#runner ??= createTaskRunner(spec, {
        memory,
        account: this.#account,
        io: this.#io,
        functions,
        clock,
        codecs,
        parquetWasm,
        sharedBuilds: this.#builds,
        isCancelled: () => {
          control.showLife();
          return query.isCancelled;
        },
      });
      const step = this.#step(this.#runner);
      if (step.kind === 'done') {
        this.#handOverExchange();
        return { kind: 'done', report: step.report, blocks: this.#blocks, runs: this.#buffers.runs };
      }
      if (step.kind === 'blocked') {
        await this.#newsAfter(epoch);
      } else if (spec.output.kind === 'result') await this.#sendResult(step);
      else if (this.#isExchangeLarge) await this.#spillBlock(step);
      else this.#keepBlock(step);
      if (this.#context.numActive > 1 && clock.monotonicMs() >= turnEndsMs) {
        await giveWay();
        turnEndsMs = clock.monotonicMs() + TURN_MS;
      }
    }
  }

  #step(runner: TaskRunner): TaskStep {
    const { control } = this.#context;
    control.turnOver();
    try {
      return runner.step();
    } finally {
      control.turnOver();
    }
  }

  async close(): Promise<void> {
    const { control } = this.#context;
    for (;;) {
      const { epoch } = control;
      this.#readNotes();
      if (!this.#runner || this.#runner.close()) break;
      await this.#newsAfter(epoch);
    }
    if (!this.#isHandedOver) this.#context.exchange.free(this.#buffers.runs);
    this.#exchangeAccount.close();
    this.#account.close();
    this.#builds?.close();
  }

  /** Tasks that have come in meanwhile ask for their bytes before this one goes on, so that they have them when it is done. */
  async #newsAfter(epoch: number): Promise<void> {
    const { control, io } = this.#context;
    io.send();
    if (this.#hasWaited && this.#context.numActive === 1) {
      control.wait(epoch);
      return;
    }
    this.#hasWaited = true;
    await control.change(epoch);
    // One task goes on at a time: between two of them, orders that have come in begin, and ask for their bytes.
    let seen: number;
    do {
      seen = this.#context.numTurns;
      await giveWay();
    } while (this.#context.numTurns !== seen);
    this.#context.numTurns += 1;
  }

  #readNotes(): void {
    const { outbox, io } = this.#context;
    for (let note = receiveMessageOnPort(outbox); note; note = receiveMessageOnPort(outbox)) {
      io.replacePort(note.message as DataPlaneNote);
    }
  }

  /** Whether what exchanges hold, or all that is held, leaves too little for the operators: from then on blocks go out of memory. */
  get #isExchangeLarge(): boolean {
    if (!this.#io.spill) return false;
    const { ledger, slot } = this.#context;
    const { limitBytes } = ledger.budget(slot);
    const heldBytes = ledger.budget(SHARED_SLOT).slotBytes + this.#exchangeAccount.usedBytes;
    return heldBytes > limitBytes * EXCHANGE_SHARE || this.#account.availableBytes < limitBytes * OPERATOR_SHARE;
  }

  /** Writes a block to the file of this task; the block lies in memory until it is written. */
  async #spillBlock({ partition, address, bytes, numRows }: OutputStep): Promise<void> {
    const spill = this.#io.spill!;
    this.#exchangeFile ??= { file: spill.create(), bytes: 0 };
    const { file, bytes: offset } = this.#exchangeFile;
    const ticket = spill.write(file, offset, address, bytes);
    this.#exchangeFile.bytes += bytes;
    for (;;) {
      const { epoch } = this.#context.control;
      this.#readNotes();
      if (this.#io.poll(ticket)) break;
      await this.#newsAfter(epoch);
    }
    const path = spillPath(this.#order.spillName, file);
    this.#addBlock(partition, numRows, bytes, { kind: 'object', store: SPILL_STORE, path, offset });
  }

  #keepBlock({ partition, address, bytes, numRows }: OutputStep): void {
    const location = this.#buffers.keep(this.#context.memory.u8.subarray(address, address + bytes));
    this.#addBlock(partition, numRows, bytes, location);
  }

  #addBlock(partition: number, numRows: number, bytes: number, location: ExchangeLocation): void {
    const sequence = this.#blocks.length;
    this.#blocks.push({ partition, block: { task: this.#order.spec.task, sequence, numRows, bytes, location } });
  }

  /** From now on the blocks are charged to the query, and no longer to this worker. */
  #handOverExchange(): void {
    this.#isHandedOver = true;
    const units = budgetUnits(this.#exchangeAccount.usedBytes);
    this.#context.ledger.budget(SHARED_SLOT).adjust(units);
    this.#query.budget(SHARED_SLOT).adjust(units);
    this.#exchangeAccount.close();
  }

  async #sendResult({ address, bytes, numRows }: OutputStep): Promise<void> {
    await this.#untilCredit(bytes);
    const buffer = allocateResult(bytes);
    new Uint8Array(buffer).set(this.#context.memory.u8.subarray(address, address + bytes));
    this.#note({ kind: 'block', run: this.#order.run, numRows, buffer }, [buffer]);
  }

  async #untilCredit(bytes: number): Promise<void> {
    const query = this.#query;
    const { run, spec } = this.#order;
    const { slot, ledger } = this.#context;
    let isParked = false;
    for (;;) {
      const { creditEpoch } = query;
      if (query.isCancelled) throw new QueryError('ABORTED', 'The query was cancelled.');
      if (query.tryTakeCredit(spec.task, bytes, slot, ledger.budget(slot))) break;
      if (!isParked && this.#context.numActive === 1) {
        query.waitForCredit(creditEpoch, PATIENCE_MS);
        if (query.creditEpoch !== creditEpoch) continue;
      }
      if (!isParked) this.#note({ kind: 'parked', run });
      isParked = true;
      await query.creditChange(creditEpoch);
    }
    if (isParked) this.#note({ kind: 'resumed', run });
  }

  #note(note: WorkerNote, transfer: ArrayBuffer[] = []): void {
    this.#context.outbox.postMessage(note, transfer);
  }
}

/** Lets everything else that waits for the thread have its turn, orders that have come in included. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The machine may have no room left though the budget has. */
function allocateResult(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new QueryError('MEMORY_LIMIT', `The machine has no room for a part of the result of ${bytes} bytes.`, {
      details: { requestedBytes: bytes },
      hint: 'Lower the memory setting or the number of workers.',
      cause,
    });
  }
}

/**
 * Ends this thread: WebAssembly has trapped, or a task could not be closed. All tasks of a worker share its memory, which can no longer be
 * trusted, so all of them are lost with it.
 */
function abandonWorker(error: unknown, { outbox }: ComputeContext): never {
  const note: WorkerNote = { kind: 'trapped', message: error instanceof Error ? error.message : String(error) };
  outbox.postMessage(note);
  process.exit(1);
}
