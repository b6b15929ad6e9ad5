import type { ExpressionRuntime } from '../expression/expression-runtime.ts';
import type { FunctionRegistry } from '../expression/index.ts';
import type { CodecRegistry } from '../parquet/codec-registry.ts';
import type { ParquetWasmLoader } from '../parquet/parquet-wasm-loader.ts';
import type { TaskSpec } from '../physical/index.ts';
import type { Clock, MemoryAccount } from '../runtime/index.ts';
import type { LinearMemory } from '../vector/index.ts';
import type { InFlightReads } from './in-flight-reads.ts';
import type { SharedBuilds } from './join/shared-builds.ts';
import type { OperatorProfile } from './operator-profile.ts';
import type { Recursion } from './recursive/recursion.ts';
import type { TaskIo } from './task-io.ts';

/** What a worker lends to a task: components, injected (DESIGN laws 5 and 9). */
export interface TaskEnvironment {
  readonly memory: LinearMemory;
  /** Charged for all that the task allocates; the task's own limit is `TaskSettings.memoryBytes` below it. */
  readonly account: MemoryAccount;
  readonly io: TaskIo;
  readonly functions: FunctionRegistry;
  readonly clock: Clock;
  /** Decompression that is no kernel. */
  readonly codecs: CodecRegistry;
  /** The fallback decoder of Parquet pages; without it what only it can decode is `FEATURE_NOT_IMPLEMENTED`. */
  readonly parquetWasm?: ParquetWasmLoader | undefined;
  /** Build sides of joins that the tasks of the query share on this worker; without it each task makes its own. */
  readonly sharedBuilds?: SharedBuilds | undefined;
  /** Asked between batches and within long loops; true makes `step` throw `ABORTED`. Must be quick and not throw. */
  isCancelled(): boolean;
}

/** What the operators of one task share. */
export interface OperatorContext {
  readonly spec: TaskSpec;
  readonly environment: TaskEnvironment;
  readonly memory: LinearMemory;
  /** The task's account; operators open children of it. */
  readonly account: MemoryAccount;
  readonly reads: InFlightReads;
  readonly profile: OperatorProfile;
  /** What the compiled expressions of the task share. */
  readonly expressions: ExpressionRuntime;
  /** Of operators in the step of a recursive query. */
  readonly recursion?: Recursion | undefined;
  /** Throws `ABORTED` when the task was cancelled. */
  throwIfCancelled(): void;
}
