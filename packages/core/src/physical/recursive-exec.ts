import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/**
 * The rows of `anchor`, then round after round those of `step`, until one gives none. Runs in one task. Columns meet by position. With
 * `isDistinct` a row that was given before is left out. More rounds than `maxRounds` are an error.
 */
export interface RecursiveExec extends PhysicalNodeBase {
  readonly kind: 'RecursiveExec';
  readonly anchor: PhysicalPlan;
  readonly step: PhysicalPlan;
  readonly isDistinct: boolean;
  readonly workTable: number;
  readonly maxRounds: number;
}

/** The rows that the last round gave. */
export interface WorkTableExec extends PhysicalNodeBase {
  readonly kind: 'WorkTableExec';
  readonly workTable: number;
}

/** Within the step of a recursive query: rows that are the same in every round, computed in the first one and kept. */
export interface KeepExec extends PhysicalNodeBase {
  readonly kind: 'KeepExec';
  readonly input: PhysicalPlan;
}
