import type { Table } from '../catalog/table.ts';
import type { Column, Expression } from '../expression/index.ts';

/** Reads a table. `source[i]` is the name of the table's column that `columns[i]` shows. */
export interface ScanNode {
  readonly kind: 'Scan';
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly source: readonly string[];
  /** Conjuncts that every row given must satisfy; the scan applies them whole. */
  readonly filters: readonly Expression[];
  /** Rows after which the scan may stop. */
  readonly limit: number | undefined;
}
