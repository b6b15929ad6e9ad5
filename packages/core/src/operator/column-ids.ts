import type { Column, ColumnId } from '../expression/index.ts';

/** The ids of columns in their order: the layout of a batch, as expressions are compiled for it. */
export function columnIds(columns: readonly Column[]): ColumnId[] {
  return columns.map((column) => column.id);
}
