import type { LatencyTable } from '@millrace/core/storage';
import type { ScalingPoint } from '../calibrate/profile.ts';
import type { ScalabilityFit } from '../fit/scalability-fit.ts';
import type { Interval } from '../statistics/bootstrap.ts';

/** One task of a stage as it was measured alone on a quiet machine. */
export interface TaskModel {
  readonly cpuMs: number;
  /** Requests that it makes at once, and their bytes all together. */
  readonly numGets: number;
  readonly bytes: number;
}

export interface StageModel {
  /** Stages that must be done before. */
  readonly inputs: readonly number[];
  /** Runs on the thread that plans and schedules, not on a worker. */
  readonly onCoordinator: boolean;
  readonly tasks: readonly TaskModel[];
}

/** What one query of the workload costs. */
export interface QueryModel {
  readonly name: string;
  readonly tenant: string;
  readonly weight: number;
  /** CPU of planning, half of it before the requests of planning and half after. */
  readonly planCpuMs: number;
  /** Requests of planning: how many at once, one round after another. */
  readonly planRounds: readonly number[];
  /** CPU of the coordinator for each task, each stage that it runs itself, and the result. */
  readonly jobCpuMs: number;
  readonly stages: readonly StageModel[];
  /** How the CPU of a run lies around its mean: a table of factors. */
  readonly cpuNoise: LatencyTable;
  readonly memoryBytes: number;
  readonly resultBytes: number;
}

/** Latency of requests of up to `maxBytes`, without the transfer of their bytes. */
export interface LatencyBand {
  readonly maxBytes: number;
  readonly numSamples: number;
  readonly table: LatencyTable;
}

export interface StorageModel {
  /** By size, ascending; the last one has no end. */
  readonly gets: readonly LatencyBand[];
  /** HEAD and LIST. */
  readonly others: LatencyTable;
  /** Of one request's body; infinite (null in JSON) when it could not be told from the latency. */
  readonly bytesPerSecond: number | null;
  /** Drift between the halves of the calibration: p50 of the second over that of the first. */
  readonly drift: number;
}

/** How threads that compute at the same time slow each other, by the Universal Scalability Law. */
export interface ContentionModel {
  readonly sigma: number;
  readonly kappa: number;
  /** Cores of the machine that was calibrated. */
  readonly numCores: number;
  /** Most threads at a time that were measured. */
  readonly measuredThreads: number;
  readonly identifiable: boolean;
}

/** CPU of fetching, on the data-plane thread. */
export interface FetchModel {
  readonly cpuMsPerGet: number;
  readonly cpuMsPerMegabyte: number;
}

/** A parameter of the model, where it comes from, and how sure it is. */
export interface Assumption {
  readonly name: string;
  readonly value: string;
  readonly class: 'measured' | 'fitted' | 'default' | 'guessed';
  readonly note: string;
}

/** Hit ratio of a cache of so many bytes. */
export type CacheCurve = readonly (readonly [bytes: number, hitRatio: number])[];

/** What `bench fit` writes: all that the simulator needs to know about a workload, a machine and a store. */
export interface WorkloadModel {
  readonly schema: 'model@1';
  readonly workload: string;
  readonly createdAt: string;
  readonly scaleFactor: number;
  readonly store: string;
  readonly queries: readonly QueryModel[];
  readonly storage: StorageModel;
  readonly contention: ContentionModel;
  readonly fetch: FetchModel;
  readonly coldStartMs: number;
  /** Memory of an idle engine process. */
  readonly baseMemoryBytes: number;
  /** Of the tables' files. */
  readonly dataBytes: number;
  readonly cacheCurve: CacheCurve;
  /** Relative standard error of the mean CPU of a query: what a replication varies by beside its luck. */
  readonly cpuStandardError: number;
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly diagnostics: readonly string[];
  readonly assumptions: readonly Assumption[];
  /** Numbers of workers that were calibrated. */
  readonly calibratedWorkers: readonly number[];
  /** Throughput of the mix in closed loops, and the law through it. */
  readonly throughput: { readonly points: readonly ScalingPoint[]; readonly fit: ScalabilityFit };
}
