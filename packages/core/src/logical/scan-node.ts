import type { Table } from '../catalog/table.ts';
import type { Column, Expression } from '../expression/index.ts';

/** Reads a table. `source[i]` is the name of the table's column that `columns[i]` shows. */
export interface ScanNode {
  readonly kind: 'Scan';
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly source: readonly string[];
  /** Columns that only the filters use: read, but given to nobody. */
  readonly filterOnly?: { readonly columns: readonly Column[]; readonly source: readonly string[] } | undefined;
  /** Conjuncts that every row given must satisfy; the scan applies them whole. */
  readonly filters: readonly Expression[];
  /** Some of the filters hide rows, see `FilterNode.isBarrier`. */
  readonly isBarrier?: true | undefined;
  /** Rows after which the scan may stop. */
  readonly limit: number | undefined;
}

/** All columns that the scan reads, those it gives first, with the table's names for them. */
export function scannedColumns(scan: ScanNode): {
  readonly columns: readonly Column[];
  readonly source: readonly string[];
} {
  if (!scan.filterOnly) return scan;
  return {
    columns: [...scan.columns, ...scan.filterOnly.columns],
    source: [...scan.source, ...scan.filterOnly.source],
  };
}
