import type { Column } from '../expression/index.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * A recursive query: the rows of `anchor`, then again and again those of `step`, in which each {@link WorkTableNode} of the same number
 * stands for the rows that the last round gave, until a round gives none. With `isDistinct` a row that was given before is left out.
 * Columns meet by position; their ids are new.
 */
export interface RecursiveNode {
  readonly kind: 'Recursive';
  readonly columns: readonly Column[];
  readonly anchor: LogicalPlan;
  readonly step: LogicalPlan;
  readonly isDistinct: boolean;
  readonly workTable: number;
}

/** The rows that the last round of the recursive query around gave. `columns` are all of its columns, by position. */
export interface WorkTableNode {
  readonly kind: 'WorkTable';
  readonly columns: readonly Column[];
  readonly workTable: number;
}
