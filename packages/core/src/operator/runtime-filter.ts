import type { ColumnId } from '../expression/index.ts';
import type { JoinTable } from './join/join-table.ts';

/**
 * What a join knows once its build side is complete: which values of its keys have a match there. Rows without one are of no use to it, so
 * whoever gives them may leave them out.
 */
export interface RuntimeFilter {
  /** The keys, in the order of the table's. */
  readonly columns: readonly ColumnId[];
  /** Finds the rows with a match, in order. */
  readonly table: JoinTable;
}
