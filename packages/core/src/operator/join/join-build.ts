import type { LinearMemory, Vector } from '../../vector/index.ts';
import { VECTOR_KERNELS } from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import type { JoinTable } from './join-table.ts';

/** The build side of a join, complete: nothing changes it any more, so several tasks may read it. */
export class JoinBuild {
  /** The columns of the build side, then those of its keys that are no such column. */
  readonly store: ColumnStore;
  /** Undefined where every row is paired with every other. */
  readonly table: JoinTable | undefined;
  /** Whether the first key is null in some row. */
  readonly hasNullKey: boolean;
  readonly #columns: readonly Vector[];

  /** Owns `store` and `table` from now on. */
  constructor(store: ColumnStore, table: JoinTable | undefined, hasNullKey: boolean) {
    this.store = store;
    this.table = table;
    this.hasNullKey = hasNullKey;
    this.#columns = store.columns();
  }

  get numRows(): number {
    return this.store.numRows;
  }

  /** A column as a flat vector of all rows. */
  column(place: number): Vector {
    return this.#columns[place]!;
  }

  close(): void {
    this.table?.close();
    this.store.close();
  }
}

/** Whether a column of `numRows` rows has a null. */
export function hasNull({ validity }: Vector, numRows: number, memory: LinearMemory): boolean {
  return validity !== 0 && memory.kernels(VECTOR_KERNELS).count_true(validity, numRows) < numRows;
}
