/**
 * The entry of a compute worker, loaded by piscina. The worker introduces itself to the main thread, with the ports through which it asks
 * for bytes; the default export runs a task.
 */
import { MessageChannel, parentPort, threadId, workerData } from 'node:worker_threads';
import {
  createTaskRunner,
  defaultFunctions,
  type FunctionRegistry,
  internal,
  LinearMemory,
  MemoryAccount,
  systemClock,
  type TaskRunnerFactory,
} from '@millrace/core/executor';
import { ExchangeMemory } from '../protocol/exchange-memory.ts';
import type { ComputeWorkerData, RetireOrder, RunOrder, RunOutcome, WorkerHello } from '../protocol/messages.ts';
import { ProcessLedger } from '../protocol/process-ledger.ts';
import { WorkerControl } from '../protocol/worker-control.ts';
import type { ComputeContext } from './compute-context.ts';
import { nodeCodecs } from './node-codecs.ts';
import { parquetWasmLoader } from './parquet-wasm-instance.ts';
import { QueryBuilds } from './query-builds.ts';
import { runTask } from './run-task.ts';
import { WorkerIo } from './worker-io.ts';

/** What a task module exports; tests bring one that fails in all ways that a task can. */
export interface TaskModule {
  readonly createTaskRunner: TaskRunnerFactory;
  readonly defaultFunctions: () => FunctionRegistry;
}

const context = await introduce(workerData as ComputeWorkerData);

export default function run(order: RunOrder | RetireOrder): Promise<RunOutcome> | undefined {
  if (!('kind' in order)) return runTask(order, context);
  context.builds.retire(order.execution);
  return undefined;
}

async function introduce(data: ComputeWorkerData): Promise<ComputeContext> {
  const tasks: TaskModule = data.taskModule ? await import(data.taskModule) : { createTaskRunner, defaultFunctions };
  const ledger = new ProcessLedger(data.ledger);
  const slot = ledger.claimSlot();
  if (slot === undefined) throw internal('more compute workers were started than the ledger has slots for');

  const memory = new LinearMemory({ maxBytes: data.maxMemoryBytes });
  const control = WorkerControl.create();
  const outbox = new MessageChannel();
  const reads = Array.from({ length: data.numDataPlanes + 1 }, () => new MessageChannel());
  const hello: WorkerHello = {
    kind: 'hello',
    threadId,
    slot,
    control: control.shared,
    memory: memory.memory,
    outbox: outbox.port1,
    readPorts: reads.map(({ port1 }) => port1),
  };
  parentPort!.postMessage(hello, [hello.outbox, ...hello.readPorts]);

  const ports = reads.map(({ port2 }) => port2);
  const account = new MemoryAccount(`worker ${slot}`, { budget: ledger.budget(slot) });
  return {
    memory,
    account,
    builds: new QueryBuilds(account, slot),
    ledger,
    slot,
    exchange: new ExchangeMemory(data.exchange),
    control,
    io: new WorkerIo({ memory, control, ports, mainStores: data.mainStores, maxSpillBytes: data.maxSpillBytes }),
    outbox: outbox.port2,
    clock: systemClock,
    codecs: nodeCodecs,
    parquetWasm: data.parquetWasm && parquetWasmLoader(data.parquetWasm),
    functions: tasks.defaultFunctions(),
    createTaskRunner: tasks.createTaskRunner,
    numActive: 0,
    numTurns: 0,
  };
}
