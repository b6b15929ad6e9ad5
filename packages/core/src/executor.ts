/**
 * `@millrace/core/executor`: what an executor is built from. Free of SQL and planning, so that a worker that imports it starts
 * quickly.
 */
export {
  abortError,
  decodeQueryError,
  type ErrorCode,
  encodeQueryError,
  internal,
  isQueryError,
  QueryError,
  type QueryErrorWire,
  throwIfAborted,
  toQueryError,
} from './error/index.ts';
export type { FunctionRegistry } from './expression/function.ts';
export { defaultFunctions } from './expression/registry.ts';
export { createTaskRunner } from './operator/create-task-runner.ts';
export { SharedBuilds } from './operator/join/shared-builds.ts';
export type { TaskEnvironment } from './operator/operator-context.ts';
export type { SpillIo } from './operator/spill/spill-io.ts';
export type { IoTicket, ReadRequest, TaskIo } from './operator/task-io.ts';
export type { TaskRunner, TaskStep } from './operator/task-runner.ts';
export type { CodecRegistry, RegistryCodec } from './parquet/codec-registry.ts';
export type { ParquetWasmLoader, ParquetWasmModule } from './parquet/parquet-wasm-loader.ts';
export { outputColumns, type PhysicalPlan } from './physical/physical-plan.ts';
export type * from './physical/stage/executor.ts';
export { InlineExecutor } from './physical/stage/inline-executor.ts';
export {
  InlineTask,
  type InlineTaskHost,
  type TaskRunnerFactory,
} from './physical/stage/inline-task.ts';
export { ProgressReporter } from './physical/stage/progress-reporter.ts';
export type { ResultBlock } from './physical/stage/result-block.ts';
export { ResultReplay } from './physical/stage/result-replay.ts';
export { type SchedulerStats, StageScheduler, type TaskAttempt } from './physical/stage/scheduler.ts';
export type { ProducedBlock, TaskResult } from './physical/stage/scheduler-stage.ts';
export { type BlockSource, singleUse } from './physical/stage/single-use.ts';
export type { Stage, StageGraph, StageTasks } from './physical/stage/stage.ts';
export type * from './physical/stage/task-spec.ts';
export { type Clock, systemClock } from './runtime/clock.ts';
export { BUDGET_UNIT_BYTES, MemoryAccount, type MemoryBudget } from './runtime/memory-ledger.ts';
export { seededRandom } from './runtime/random.ts';
export { LinearMemory } from './vector/linear-memory.ts';
