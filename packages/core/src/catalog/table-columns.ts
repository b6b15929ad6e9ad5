import type { FileColumn } from '../parquet/index.ts';
import { commonColumnType, otherType, type ParquetFile } from './parquet-file.ts';
import type { TableColumn } from './table.ts';

/**
 * The columns of a table over files: those of the first file, or with `unionByName` those of all in the order of their
 * first appearance, each in the narrowest type that holds all its values. What the paths give comes after them, unless a
 * file has a column of that name, whose place it takes.
 *
 * `isComplete`: the files are all of the table's; only then can a column be known to have no nulls. Throws
 * `SCHEMA_MISMATCH` for types that do not go together.
 */
export function tableColumns(
  files: readonly ParquetFile[],
  columnsOfFiles: readonly (readonly FileColumn[])[],
  { unionByName, isComplete }: { readonly unionByName: boolean; readonly isComplete: boolean },
): TableColumn[] {
  const columns = new Map<string, TableColumn>();
  const numFilesWith = new Map<string, number>();
  columnsOfFiles.forEach((fileColumns, i) => {
    for (const { name, type, nullable } of fileColumns) {
      const known = columns.get(name);
      if (!known && i > 0 && !unionByName) continue;
      const common = known && unionByName ? commonColumnType(known.type, type) : (known?.type ?? type);
      if (!common) throw otherType(files[i]!.object.path, name, type, known!.type);
      columns.set(name, { name, type: common, nullable: nullable || (known?.nullable ?? !isComplete) });
      numFilesWith.set(name, (numFilesWith.get(name) ?? 0) + 1);
    }
  });
  for (const [name, column] of columns) {
    if (numFilesWith.get(name)! < files.length) columns.set(name, { ...column, nullable: true });
  }
  for (const [name, { type }] of files[0]!.constants) {
    const nullable = !isComplete || files.some(({ constants }) => constants.get(name)!.value === null);
    columns.set(name, { name, type, nullable });
  }
  return [...columns.values()];
}
