import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase } from './physical-plan.ts';

/** Reads the splits that the task spec has for this node. `Split.columns[i]` is where `columns[i]` comes from. */
export interface ScanExec extends PhysicalNodeBase {
  readonly kind: 'ScanExec';
  /** The table as the user wrote it; for plans and errors. */
  readonly table: string;
  /** Conjuncts, applied whole, in order. */
  readonly filters: readonly Expression[];
  /**
   * How many of `columns`, from the first, the node gives; the rest are only read for the filters.
   */
  readonly numOutputColumns: number;
  /** Rows after which a task may stop. */
  readonly limit: number | undefined;
}
