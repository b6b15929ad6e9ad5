import type { Address, Arena, Vector } from '../../vector/index.ts';

/** The groups of the rows of a batch. */
export interface GroupedRows {
  /** One u32 a row, or 0 when all rows are of group 0. */
  readonly groups: Address;
  readonly numRows: number;
  /** Groups there are so far, those of these rows included. */
  readonly numGroups: number;
}

/** A running value for each group: what one or more aggregates are computed from. Groups start empty. */
export interface Accumulator {
  /** Makes room for so many groups. */
  reserve(numGroups: number): void;
  /** Takes in rows. `args` are flat and have one value a row; nulls add nothing. */
  update(rows: GroupedRows, args: readonly Vector[], scratch: Arena): void;
  /** Empties every group. */
  clear(): void;
  close(): void;
}
