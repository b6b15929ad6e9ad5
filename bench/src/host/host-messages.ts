import type { FaultRule, ThrottledStoreSettings } from '@millrace/core/storage';
import type { QueryStats } from 'millrace';

/** Which store a host reads from. Plain data. */
export type StoreChoice =
  | { readonly kind: 'fs' }
  /** The local files behind a store that is as slow as one on a network, with faults on purpose. */
  | { readonly kind: 'throttled'; readonly settings: ThrottledStoreSettings; readonly faults?: readonly FaultRule[] }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      readonly region?: string | undefined;
      readonly endpoint?: string | undefined;
    };

/** How the process of an engine is set up. */
export interface HostSetup {
  /** Threads that compute. */
  readonly numWorkers: number;
  /** Folder of the tables' Parquet files, absolute; for S3 the folder below the prefix. */
  readonly directory: string;
  readonly tables: readonly string[];
  readonly store: StoreChoice;
  /** Whether requests to the store are recorded one by one. */
  readonly recordRequests: boolean;
  readonly memoryBytes?: number | undefined;
}

/** What a stage of a query is, seen by the scheduler. */
export interface StageShape {
  readonly inputs: readonly number[];
  readonly kind: 'one' | 'splits' | 'partitions';
  /** The paths of the splits of each task that scans. */
  readonly slices: readonly (readonly string[])[];
}

/** What one task did. */
export interface TaskFigures {
  readonly stage: number;
  readonly task: number;
  readonly cpuMs: number;
  readonly waitMs: number;
  readonly peakBytes: number;
}

/** What one query did in the host, beside its statistics. */
export interface QueryFigures {
  /** From the moment at which the host heard of it to its last row. */
  readonly serviceMs: number;
  readonly planMs: number;
  /** CPU of the main thread until the plan stood, and until the end; of other queries too, when they run at the same time. */
  readonly planCpuMs: number;
  readonly mainCpuMs: number;
  /** CPU of all threads of the process meanwhile. */
  readonly processCpuMs: number;
  readonly resultBytes: number;
  readonly stats: QueryStats;
  readonly stages: readonly StageShape[];
  readonly tasks: readonly TaskFigures[];
}

/** One request to a store as it was seen from outside. */
export interface RequestRecord {
  readonly operation: 'get' | 'head' | 'list' | 'put' | 'delete';
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Until the first byte, where the answer is a stream; the same as `totalMs` where it comes whole. */
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly outcome: 'done' | 'throttled' | 'failed';
}

/** CPU time and memory of a host since it was last asked. */
export interface HostUsage {
  readonly cpuMs: number;
  readonly mainCpuMs: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
}

export type HostRequest =
  | { readonly kind: 'open'; readonly setup: HostSetup }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly parameters: readonly (string | number | boolean)[];
      readonly timeoutMs?: number | undefined;
      /** Whether stages and tasks are told. */
      readonly detailed?: boolean;
    }
  | { readonly kind: 'usage' }
  | { readonly kind: 'requests' }
  | { readonly kind: 'spin'; readonly rounds: number }
  | { readonly kind: 'close' };

export interface HostAnswers {
  readonly open: null;
  readonly query: QueryFigures;
  readonly usage: HostUsage;
  readonly requests: readonly RequestRecord[];
  /** Milliseconds of CPU-bound work, for the noise probe. */
  readonly spin: number;
  readonly close: null;
}

export type HostResponse =
  | { readonly id: number; readonly ok: true; readonly answer: HostAnswers[keyof HostAnswers] }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };
