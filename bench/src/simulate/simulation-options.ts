import type { Random } from 'millrace';
import type { ArrivalStream } from '../arrivals/arrival-stream.ts';
import type { WorkloadModel } from '../model/workload-model.ts';
import type { Disturbance, FleetConfig } from './fleet-config.ts';
import type { TenantShare } from './run-lists.ts';

/** One replication of a simulation. */
export interface SimulationOptions {
  readonly model: WorkloadModel;
  readonly config: FleetConfig;
  readonly arrivals: ArrivalStream;
  /** Which query comes next. */
  readonly nextQuery: () => number;
  /** Milliseconds; `retries` times the client asks again, after `backoffMs`, doubled each time. */
  readonly client: { readonly timeoutMs: number; readonly retries: number; readonly backoffMs: number };
  readonly tenants: ReadonlyMap<string, TenantShare>;
  readonly durationMs: number;
  readonly disturbances: readonly Disturbance[];
  readonly random: Random;
  readonly hitRatio: number;
  /** Answers later than this, and first bytes later than that, count as missed. */
  readonly latencyObjectiveMs: number;
  readonly firstByteObjectiveMs: number;
  readonly numSteps: number;
  /** What CPU times are multiplied with: how far the model may be off in this replication. */
  readonly cpuScale: number;
}
