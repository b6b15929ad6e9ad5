import type { Address } from './linear-memory.ts';
import type { Vector } from './vector.ts';

/**
 * Some rows of some columns, valid until its producer makes the next batch.
 *
 * With a selection, only the rows it lists (u32 row numbers, ascending) belong to the batch; the vectors still hold all
 * `numStoredRows`. Filters only narrow the selection: whoever needs dense values gathers them (`gatherVector`).
 */
export class Batch {
  readonly columns: readonly Vector[];
  /** Rows in each vector. */
  readonly numStoredRows: number;
  /** Address of `numRows` u32 row numbers, or 0 when all stored rows belong. */
  readonly selection: Address;
  /** Rows that belong to the batch. */
  readonly numRows: number;

  constructor(columns: readonly Vector[], numStoredRows: number, selection: Address = 0, numSelected = numStoredRows) {
    this.columns = columns;
    this.numStoredRows = numStoredRows;
    this.selection = selection;
    this.numRows = selection === 0 ? numStoredRows : numSelected;
  }

  /** The same columns with fewer rows: `selection` lists row numbers of the stored rows. */
  select(selection: Address, numSelected: number): Batch {
    return new Batch(this.columns, this.numStoredRows, selection, numSelected);
  }
}
