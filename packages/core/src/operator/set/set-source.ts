import type { Address, Arena, Batch, Vector } from '../../vector/index.ts';

/** Places of rows to give: the row of the batch that each comes from (u32), and which of its rows it is (i64, from 0). */
export interface SetRows {
  readonly rows: Address;
  readonly numbers: Address;
  readonly numRows: number;
}

/** The values of one call that gives rows. */
export interface SetSource {
  /** Evaluates the arguments for a batch; writes how many rows each of its rows gives (i64) to `counts`. `arena` lives as long as the batch. */
  start(batch: Batch, counts: Address, arena: Arena): void;
  /** The values of these rows, in order; null behind the last one of a row. */
  values(rows: SetRows, arena: Arena): Vector;
}
