import type { WorkloadModel } from '../model/workload-model.ts';
import type { FleetConfig } from '../simulate/fleet-config.ts';
import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import type { Workload } from '../workload/workload-schema.ts';

/** What an hour costs, in dollars. */
export interface CostSplit {
  /** Nodes, the part of the time that their cores are in use. */
  readonly compute: number;
  /** Nodes, the rest. */
  readonly idle: number;
  readonly requests: number;
  readonly storage: number;
  readonly network: number;
  readonly total: number;
  readonly perThousandQueries: number;
}

/** A configuration that was looked at. */
export interface Candidate {
  readonly instance: string;
  readonly config: FleetConfig;
  readonly meetsObjectives: boolean;
  /** Which objectives are missed, in words. */
  readonly misses: readonly string[];
  readonly p95Ms: number;
  readonly dollarsPerHour: number;
}

/** What a configuration must live through. */
export interface ScenarioResult {
  readonly name: string;
  readonly survives: boolean;
  readonly p95Ms: number;
  readonly missed: number;
  readonly note: string;
}

export interface RunwayPoint {
  readonly month: string;
  readonly traffic: number;
  readonly data: number;
  readonly p95Ms: number;
  readonly meetsObjectives: boolean;
}

/** What the answer depends on: p95 when one input is smaller and when it is larger. */
export interface SensitivityPoint {
  readonly input: string;
  readonly lowLabel: string;
  readonly highLabel: string;
  readonly lowMs: number;
  readonly highMs: number;
}

export interface PolicyResult {
  readonly name: string;
  readonly meanNodes: number;
  readonly dollarsPerHour: number;
  readonly missed: number;
  readonly p95Ms: number;
}

export interface PrefixPoint {
  readonly prefixes: number;
  readonly requestsPerSecond: number;
  readonly throttledShare: number;
}

/** What `bench plan` writes. */
export interface Plan {
  readonly schema: 'plan@1';
  readonly createdAt: string;
  readonly workload: Workload;
  readonly model: WorkloadModel;
  readonly prices: { readonly name: string; readonly asOf: string };
  readonly chosen: Candidate;
  readonly prediction: FleetPrediction;
  readonly cost: CostSplit;
  /** What keeps the configuration from being smaller, in words. */
  readonly binding: string;
  readonly runnerUp: Candidate | undefined;
  readonly candidates: readonly Candidate[];
  readonly scenarios: readonly ScenarioResult[];
  readonly runway: { readonly text: string; readonly points: readonly RunwayPoint[] };
  readonly sensitivity: readonly SensitivityPoint[];
  readonly policies: readonly PolicyResult[];
  readonly prefixes: readonly PrefixPoint[];
}
