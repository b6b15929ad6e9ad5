import type { MessagePort } from 'node:worker_threads';
import type { ProducedBlock, QueryErrorWire, TaskReport, TaskSpec } from '@millrace/core/executor';
import type { StoreDescriptor } from '@millrace/core/storage';
import type { PageRun, SharedExchangeMemory } from './exchange-memory.ts';

/**
 * All that threads say to each other. Row data is never in a message between main thread and worker, except for result blocks, which
 * are on their way to the consumer and are moved, not copied.
 */

/** What a compute worker is started with; the same for all. */
export interface ComputeWorkerData {
  readonly ledger: SharedArrayBuffer;
  readonly exchange: SharedExchangeMemory;
  /** Threads that read from stores. */
  readonly numDataPlanes: number;
  /** Names of stores that only the main thread can read. */
  readonly mainStores: readonly string[];
  /** URL of a module whose `createTaskRunner` stands in for that of the core. */
  readonly taskModule: string | undefined;
  readonly parquetWasm: ParquetWasmSource | undefined;
  readonly maxMemoryBytes: number;
  /** Bytes that one query may spill; undefined: there is no place for them. */
  readonly maxSpillBytes: number | undefined;
}

/** `parquet-wasm`, read and compiled by the main thread. */
export interface ParquetWasmSource {
  /** Its JavaScript, for Node. */
  readonly script: string;
  readonly module: WebAssembly.Module;
}

/** The first thing that a compute worker says to the main thread. */
export interface WorkerHello {
  readonly kind: 'hello';
  readonly threadId: number;
  /** In the ledger of the process. */
  readonly slot: number;
  readonly control: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory;
  /** For {@link WorkerNote}s to the main thread and {@link DataPlaneNote}s from it. */
  readonly outbox: MessagePort;
  /** For reads: one port for each data-plane thread, then one for the main thread. */
  readonly readPorts: readonly MessagePort[];
}

/** What a compute worker tells the main thread while a task runs. */
export type WorkerNote =
  /** A part of the result, for the consumer. */
  | { readonly kind: 'block'; readonly run: number; readonly numRows: number; readonly buffer: ArrayBuffer }
  /** The task waits for the consumer to read; the worker can run another one. */
  | { readonly kind: 'parked'; readonly run: number }
  | { readonly kind: 'resumed'; readonly run: number }
  /** The worker's memory cannot be trusted any more, because WebAssembly has trapped, and it is about to exit. */
  | { readonly kind: 'trapped'; readonly message: string };

/** A data-plane thread has died. */
export interface DataPlaneNote {
  readonly kind: 'dataPlane';
  readonly index: number;
  /** To the thread in its place; undefined when it is given up. */
  readonly port: MessagePort | undefined;
  /** What it has died of, as far as it is known. */
  readonly reason: string;
}

/** A task for a compute worker. */
export interface RunOrder {
  /** Number of the run: unique in the executor. */
  readonly run: number;
  readonly spec: TaskSpec;
  /** Number of the execution, unique in the executor, when its tasks share build sides: it is retired at its end. */
  readonly execution: number | undefined;
  /** Begins the names of files that the run spills to. */
  readonly spillName: string;
  /** The shared memory of the query's control. */
  readonly control: SharedArrayBuffer;
}

/** A query is over: a compute worker can forget what its tasks have shared there. */
export interface RetireOrder {
  readonly kind: 'retire';
  readonly execution: number;
}

export type RunOutcome =
  | {
      readonly kind: 'done';
      readonly report: TaskReport;
      readonly blocks: readonly ProducedBlock[];
      /** The exchange memory that the blocks lie in; the worker's until the main thread makes it the query's. */
      readonly runs: readonly PageRun[];
    }
  | { readonly kind: 'failed'; readonly error: QueryErrorWire };

/** A read that a compute worker wants of a data-plane thread, or a write of spilled bytes. */
export interface ReadOrder {
  /** Where the outcome goes in the worker's control. */
  readonly slot: number;
  /** Unique in the worker: slots are used again. */
  readonly ticket: number;
  readonly store: string;
  readonly path: string;
  /** Empty for objects of an exchange, which are written once. */
  readonly version: string;
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
  readonly address: number;
  /** The bytes go from memory to a spilled file. */
  readonly isWrite?: boolean | undefined;
}

/** From a compute worker to a data-plane thread. Reads come together: each message wakes the thread. */
export type ReadMessage =
  | { readonly kind: 'read'; readonly reads: readonly ReadOrder[] }
  | { readonly kind: 'cancel'; readonly ticket: number }
  /** A spilled file is not needed any more. */
  | { readonly kind: 'remove'; readonly file: string };

/** From a data-plane thread to a compute worker, before the status says `failed`. */
export interface ReadFailure {
  readonly ticket: number;
  readonly error: QueryErrorWire;
}

/** Where queries spill to, as plain data that threads are started with. */
export type SpillPlace =
  | { readonly kind: 'directory'; readonly path: string }
  /** A store of the engine, and the prefix of the objects' paths. */
  | { readonly kind: 'store'; readonly store: string; readonly prefix: string };

export interface DataPlaneThreadData {
  readonly stores: readonly { readonly name: string; readonly descriptor: StoreDescriptor }[];
  /** Calls to each store at one time. */
  readonly maxInFlight: number;
  /** What the cache of the thread may take. */
  readonly cacheBytes: number;
  readonly ledger: SharedArrayBuffer;
  /** Of the thread in the ledger. */
  readonly slot: number;
  /** Where queries spill to; undefined: nowhere. */
  readonly spill: SpillPlace | undefined;
  /** Files or directories from where bare module names are looked up when the executor's own place does not know them. */
  readonly resolveFrom: readonly string[];
}

/** From the main thread to a data-plane thread. */
export type DataPlaneOrder =
  | {
      readonly kind: 'connect';
      readonly port: MessagePort;
      readonly memory: WebAssembly.Memory;
      readonly control: SharedArrayBuffer;
    }
  | { readonly kind: 'close' };

/** From a data-plane thread to the main thread. */
export interface DataPlaneReady {
  readonly kind: 'ready';
}
