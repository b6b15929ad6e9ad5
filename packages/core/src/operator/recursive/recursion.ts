import type { KeepExec } from '../../physical/index.ts';
import type { ColumnStore } from '../column-store.ts';
import type { Operator } from '../operator.ts';

/** Rows that rounds after the first need not compute anew. */
export interface KeptRows {
  readonly store: ColumnStore;
  /** What gives the rows that are not in the store yet. */
  readonly source: Operator;
  isWhole: boolean;
}

/** What the operators of a step know of the recursive query that they belong to. */
export interface Recursion {
  /** The rows that the last round gave. */
  workTable(number: number): ColumnStore;
  /** The rows of a node that are the same in every round. */
  kept(node: KeepExec): KeptRows;
}
