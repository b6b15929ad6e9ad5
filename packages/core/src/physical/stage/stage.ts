import type { ColumnId } from '../../expression/index.ts';
import type { PhysicalPlan } from '../physical-plan.ts';
import type { Split } from '../split.ts';

/**
 * Where the rows of a stage go.
 *
 * - `result`: to the consumer of the query, in the order of the task numbers.
 * - `single`: every row to the one task of the reading stage.
 * - `broadcast`: every row to every task of the reading stage.
 * - `hash`: by the hash of `columns` into `numPartitions` partitions; equal keys meet in one partition.
 */
export type StageOutput =
  | { readonly kind: 'result' }
  | { readonly kind: 'single' }
  | { readonly kind: 'broadcast' }
  | { readonly kind: 'hash'; readonly columns: readonly ColumnId[]; readonly numPartitions: number };

/**
 * How a stage is cut into tasks.
 *
 * - `one`: a single task.
 * - `splits`: one task for each entry of `slices`. The cut depends on the data alone, not on the number of workers, so that
 *   any pool gives the same answer to the last bit.
 * - `partitions`: tasks read one or more neighbouring partitions of every `hash` input. How many each is decided when the
 *   producers are done, by bytes alone.
 */
export type StageTasks =
  | { readonly kind: 'one'; readonly slice: TaskSlice }
  | { readonly kind: 'splits'; readonly slices: readonly TaskSlice[] }
  | { readonly kind: 'partitions'; readonly numPartitions: number };

/** The splits that each scan node of the fragment reads in one task. */
export interface TaskSlice {
  readonly splits: readonly { readonly node: number; readonly splits: readonly Split[] }[];
}

/** A fragment of the plan that runs as equal tasks. */
export interface Stage {
  /** Position in {@link StageGraph.stages}. */
  readonly id: number;
  readonly fragment: PhysicalPlan;
  /** Stages whose exchange the fragment reads. */
  readonly inputs: readonly number[];
  readonly tasks: StageTasks;
  readonly output: StageOutput;
  /**
   * Rows that suffice: when the first tasks, by number, have given that many, those after them are not run and what they gave
   * does not count. For a `single` exchange whose reader takes that many rows and stops. Default: all rows.
   */
  readonly maxRows?: number | undefined;
}

/** A query, cut at its exchanges. A stage comes after its inputs; the last one gives the result. */
export interface StageGraph {
  readonly version: 1;
  readonly stages: readonly Stage[];
}
