import type { BlockReference } from '../cache/miss-ratio-curve.ts';
import type { Machine } from '../engines/machine.ts';
import type { StageShape } from '../host/host-messages.ts';

/** One run of a query alone, in milliseconds and bytes. */
export interface QueryRun {
  readonly serviceMs: number;
  readonly planMs: number;
  readonly planCpuMs: number;
  readonly mainCpuMs: number;
  readonly processCpuMs: number;
  readonly peakBytes: number;
  readonly resultBytes: number;
  readonly numRetries: number;
  readonly planRounds: readonly number[];
  readonly numGets: number;
  readonly bytes: number;
  /** Requests that tasks made, by the path they read. */
  readonly getsByPath: Readonly<Record<string, { readonly count: number; readonly bytes: number }>>;
  /** [stage, task, CPU, wait] of each task. */
  readonly tasks: readonly (readonly [stage: number, task: number, cpuMs: number, waitMs: number])[];
}

/** A query of the workload, measured alone in a process of its own. */
export interface QueryProfile {
  readonly name: string;
  readonly tenant: string;
  readonly weight: number;
  readonly stages: readonly StageShape[];
  readonly runs: readonly QueryRun[];
  readonly peakRssBytes: number;
}

/** A request: what it was, its bytes, its first byte and its end in milliseconds, and whether it was made for planning. */
export type RequestSample = readonly [
  kind: 'get' | 'other',
  bytes: number,
  firstByteMs: number,
  totalMs: number,
  forPlanning: boolean,
];

/** The whole mix in a closed loop. */
export interface ScalingPoint {
  readonly numWorkers: number;
  readonly concurrency: number;
  readonly throughputPerSecond: number;
  readonly cpuMsPerQuery: number;
  readonly cpuUtilisation: number;
  readonly p50Ms: number;
  /** How often each query of the workload ran. */
  readonly counts: readonly number[];
}

/** How steady the machine was: the same work again and again. */
export interface NoiseProbe {
  /** Standard deviation over mean. */
  readonly variation: number;
  readonly samplesMs: readonly number[];
}

/** What `bench calibrate` writes. */
export interface Profile {
  readonly schema: 'profile@1';
  readonly workload: string;
  readonly createdAt: string;
  readonly machine: Machine;
  readonly store: string;
  readonly scaleFactor: number;
  readonly seed: number;
  readonly noise: NoiseProbe;
  readonly queries: readonly QueryProfile[];
  /** In the order in which they were made. */
  readonly requests: readonly RequestSample[];
  readonly references: readonly BlockReference[];
  readonly scaling: readonly ScalingPoint[];
  readonly coldStartMs: readonly number[];
  readonly baseRssBytes: number;
  /** Of the tables' files. */
  readonly dataBytes: number;
}
