import { type BoundValue, compareBounds, fromBoundValue } from '../parquet/index.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../types/index.ts';
import type { OpenParquetFile } from './parquet-file.ts';
import type { ColumnStatistics } from './table.ts';

/** What the footers of all files say of a column together; a part is absent as soon as one row group does not say it. */
export function tableStatistics(files: readonly OpenParquetFile[], column: string, type: DataType): ColumnStatistics {
  let min: BoundValue | undefined;
  let max: BoundValue | undefined;
  let isMinKnown = true;
  let isMaxKnown = true;
  let numNulls: number | undefined = 0;
  let numRows = 0;
  let bytes = 0;
  const constants = new Set<unknown>();
  let isConstant = true;
  for (const file of files) {
    const constant = file.file.constants.get(column);
    if (constant) constants.add(constant.value);
    else isConstant = false;
    for (let group = 0; group < file.footer.rowGroups.length; group++) {
      const bounds = file.bounds(group, column);
      if (bounds.numRows === 0) continue;
      numRows += bounds.numRows;
      if (physicalKind(type) === 'ref') bytes += file.columnBytes(group, column);
      numNulls = numNulls === undefined || bounds.numNulls === undefined ? undefined : numNulls + bounds.numNulls;
      if (bounds.numNulls === bounds.numRows) continue;
      if (bounds.min === undefined) isMinKnown = false;
      else if (min === undefined || compareBounds(bounds.min, min) < 0) min = bounds.min;
      if (bounds.max === undefined) isMaxKnown = false;
      else if (max === undefined || compareBounds(bounds.max, max) > 0) max = bounds.max;
    }
  }
  const low = isMinKnown ? fromBoundValue(type, min) : undefined;
  const high = isMaxKnown ? fromBoundValue(type, max) : undefined;
  const kind = physicalKind(type);
  const meanBytes = kind !== 'ref' ? KIND_WIDTH[kind] : numRows > 0 && bytes > 0 ? bytes / numRows : undefined;
  constants.delete(null);
  return {
    ...(low === undefined ? {} : { min: low }),
    ...(high === undefined ? {} : { max: high }),
    ...(numNulls === undefined ? {} : { numNulls }),
    ...(isConstant && files.length > 0 ? { numDistinct: constants.size } : {}),
    ...(meanBytes === undefined ? {} : { meanBytes }),
  };
}
