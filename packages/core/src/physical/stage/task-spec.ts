import type { PhysicalPlan } from '../physical-plan.ts';
import type { StageOutput, TaskSlice } from './stage.ts';

/** Settings of the query that tasks need. Plain values. */
export interface TaskSettings {
  /** Most rows of a batch. */
  readonly batchRows: number;
  /** Bytes that the task may reserve. */
  readonly memoryBytes: number;
  /** Bytes that one operator may hold before it spills. Default: as the memory of the engine allows. */
  readonly operatorBytes?: number | undefined;
  /** Bytes of splits that may be requested ahead of the one being computed. */
  readonly readAheadBytes: number;
  /** About how large an exchange or result block is before it is handed on. */
  readonly blockBytes: number;
  /** When the query started, in microseconds since 1970-01-01 UTC: `now()`. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. */
  readonly timeZone: string;
  /** Seed of volatile functions; each task derives its own. */
  readonly seed: number;
  /** Which decoder reads Parquet pages; `auto` takes the project's own wherever it can. */
  readonly decoder: 'auto' | 'parquet-wasm';
  /** Whether aggregations may run as generated loops; with `off` they are vectorised. */
  readonly fusion: 'auto' | 'off';
}

/** A block of an exchange, where its reader finds it. */
export interface ExchangeBlock {
  /** Number of the task that made it, then of the block within the partition: the order in which blocks are read. */
  readonly task: number;
  readonly sequence: number;
  readonly numRows: number;
  readonly bytes: number;
  /** Key by which the executor finds the bytes: a shared buffer, an object. Opaque to the core. */
  readonly location: ExchangeLocation;
}

/** Where a block lies. Each kind is understood by the `TaskIo` of the executor that wrote it. */
export type ExchangeLocation =
  | { readonly kind: 'memory'; readonly buffer: ArrayBufferLike; readonly offset: number }
  | { readonly kind: 'object'; readonly store: string; readonly path: string; readonly offset: number };

/**
 * One stage on one slice, with all that a worker must know: the unit of retry. Versioned plain data. Two runs of the same
 * spec give the same output.
 */
export interface TaskSpec {
  readonly version: 1;
  readonly query: string;
  readonly stage: number;
  /** Number of the task in its stage. */
  readonly task: number;
  readonly fragment: PhysicalPlan;
  readonly slice: TaskSlice;
  /** For each exchange that the fragment reads, its blocks in the order to read them. */
  readonly inputs: readonly { readonly exchange: number; readonly blocks: readonly ExchangeBlock[] }[];
  readonly output: StageOutput;
  readonly settings: TaskSettings;
}

/** What one operator did. */
export interface OperatorStats {
  /** Id of the physical node. */
  readonly node: number;
  readonly numRows: number;
  readonly numBatches: number;
  /** Time inside the operator without its inputs, in milliseconds. */
  readonly cpuMs: number;
  /** Counters that only some operators have: `decodedBytes`, `fallbackChunks`, `spilledBytes`, `hashSlots`. */
  readonly extra: Readonly<Record<string, number>>;
}

/** Reads that a task reports one by one; `OperatorStats.extra` counts all of them. */
export const MAX_REPORTED_READS = 32;

/** One read of a task from a store. */
export interface ReadReport {
  readonly store: string;
  readonly path: string;
  readonly numRequests: number;
  readonly bytes: number;
  /** When it was asked for, in milliseconds since 1970-01-01 UTC. */
  readonly startedMs: number;
  /** When the task found it over: at the earliest when the bytes were there, later when it was busy with others. */
  readonly endedMs: number;
}

/** What a task did: kilobytes at most. */
export interface TaskReport {
  readonly stage: number;
  readonly task: number;
  readonly operators: readonly OperatorStats[];
  /** Rows given. */
  readonly numRows: number;
  /** Most bytes reserved at one time. */
  readonly peakBytes: number;
  readonly cpuMs: number;
  /** Waiting for bytes, in milliseconds. */
  readonly waitMs: number;
  /** When the task began and was done, in milliseconds since 1970-01-01 UTC; between tasks of one machine comparable. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** The first reads from stores, at most {@link MAX_REPORTED_READS}. */
  readonly reads: readonly ReadReport[];
}
