import type { FunctionRegistry } from '../../expression/index.ts';
import type { ObjectStore, RequestCounts } from '../../storage/index.ts';
import type { ResultBlock } from './result-block.ts';
import type { StageGraph } from './stage.ts';
import type { TaskReport, TaskSettings } from './task-spec.ts';

/** What one execution has done so far. */
export interface ExecutionStats {
  readonly numTasks: number;
  readonly numTasksDone: number;
  /** Requests to stores and bytes that came back, this query only. */
  readonly numRequests: number;
  readonly bytesRead: number;
  /** How these requests went. */
  readonly storage: RequestCounts;
  /** Bytes that went through exchanges. */
  readonly exchangedBytes: number;
  /** Bytes that did not fit into memory and were put elsewhere for a while. */
  readonly spilledBytes: number;
  /** Most bytes of the ledger in use at one time. */
  readonly peakBytes: number;
  readonly numRetries: number;
  readonly reports: readonly TaskReport[];
}

/** A query that runs. */
export interface Execution {
  /**
   * The result, in order. Pulling is what lets the workers go on: an unread result holds at most the credit of bytes. Ending the
   * iteration early cancels the query. Errors are `QueryError`s. May be iterated once.
   */
  readonly blocks: AsyncIterable<ResultBlock>;
  stats(): ExecutionStats;
  /** Stops the query; `blocks` fails with `reason` unless it was finished. Resolves when nothing of it is left running. */
  cancel(reason: unknown): Promise<void>;
}

export interface ExecuteOptions {
  /** Unique in the engine; appears in task specs. */
  readonly query: string;
  readonly settings: TaskSettings;
  readonly signal?: AbortSignal | undefined;
  /** Called after each task, at most some times a second. */
  readonly onProgress?: ((stats: ExecutionStats) => void) | undefined;
}

/** Who holds memory: the engine, then its parts. */
export interface MemoryUse {
  readonly name: string;
  /** Bytes held now, parts included. Those of an executor with threads are rounded up to 64 KiB for each part. */
  readonly usedBytes: number;
  /** The most bytes that were held at one time, where that is known. */
  readonly peakBytes?: number;
  /** What it may hold; undefined where only the whole is limited. */
  readonly limitBytes?: number;
  readonly parts: readonly MemoryUse[];
}

/** What the engine gives its executor before the first query. */
export interface ExecutorEnvironment {
  /** By the name that splits use. Worker threads rebuild them from their descriptors where these exist. */
  readonly stores: ReadonlyMap<string, ObjectStore>;
  /** Bytes that all tasks, buffers and results together may hold. */
  readonly memoryBytes: number;
  /** The functions of the engine. Default: the built-in ones. Worker threads know no others. */
  readonly functions?: FunctionRegistry | undefined;
}

/**
 * Runs stage graphs. It moves task specs and reports, never rows (DESIGN law 1). One executor serves one engine.
 */
export interface Executor {
  readonly name: string;
  /** Workers that compute; 1 for inline. */
  readonly numWorkers: number;
  start(environment: ExecutorEnvironment): Promise<void>;
  execute(graph: StageGraph, options: ExecuteOptions): Execution;
  /** Who holds how much of the engine's memory at this moment. */
  memory(): MemoryUse;
  /** Cancels what runs and frees threads, memory and handles. Idempotent. */
  close(): Promise<void>;
}
