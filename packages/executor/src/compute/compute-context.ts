import type { MessagePort } from 'node:worker_threads';
import type {
  Clock,
  CodecRegistry,
  FunctionRegistry,
  LinearMemory,
  MemoryAccount,
  ParquetWasmLoader,
  TaskRunnerFactory,
} from '@millrace/core/executor';
import type { ExchangeMemory } from '../protocol/exchange-memory.ts';
import type { ProcessLedger } from '../protocol/process-ledger.ts';
import type { WorkerControl } from '../protocol/worker-control.ts';
import type { QueryBuilds } from './query-builds.ts';
import type { WorkerIo } from './worker-io.ts';

/** What one compute worker has, for as long as it lives. */
export interface ComputeContext {
  readonly memory: LinearMemory;
  /** The share of this worker in the memory budget of the process. */
  readonly account: MemoryAccount;
  readonly ledger: ProcessLedger;
  readonly slot: number;
  readonly exchange: ExchangeMemory;
  readonly control: WorkerControl;
  readonly io: WorkerIo;
  readonly outbox: MessagePort;
  readonly builds: QueryBuilds;
  readonly clock: Clock;
  readonly codecs: CodecRegistry;
  readonly parquetWasm: ParquetWasmLoader | undefined;
  readonly functions: FunctionRegistry;
  readonly createTaskRunner: TaskRunnerFactory;
  /** Tasks begun and not ended: one that computes, and those that are parked. */
  numActive: number;
  /** How often a task went on after it had waited. */
  numTurns: number;
}
