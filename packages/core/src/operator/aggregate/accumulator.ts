import type { Address, Arena, Vector } from '../../vector/index.ts';

/** Rows of a batch and their groups. */
export interface GroupedRows {
  /** One u32 a row, or 0 when all rows are of group 0. */
  readonly groups: Address;
  /** Which rows of the arguments they are (u32, ascending); 0 when the arguments have these rows and no others. */
  readonly rows: Address;
  readonly numRows: number;
  /** Groups there are so far, those of these rows included. */
  readonly numGroups: number;
}

/** Where a generated loop has left sums of 64 bits: a record for each group and lane, that of group 0 and lane 0 first. */
export interface SumRecords {
  readonly address: Address;
  readonly numGroups: number;
  readonly numLanes: number;
  /** Bytes of a record. */
  readonly stride: number;
  /** Bytes of a record before the sum. */
  readonly offset: number;
}

/** A running value for each group: what one or more aggregates are computed from. Groups start empty. */
export interface Accumulator {
  /** Whether `update` can pick the rows out of arguments that have more; otherwise it is only given such as have not. */
  readonly picksRows?: boolean;
  /** Makes room for so many groups. */
  reserve(numGroups: number): void;
  /** Takes in rows. `args` are flat; nulls add nothing. */
  update(rows: GroupedRows, args: readonly Vector[], scratch: Arena): void;
  /** Empties every group. */
  clear(): void;
  close(): void;
}
