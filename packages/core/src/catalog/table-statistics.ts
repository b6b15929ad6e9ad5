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
  let isMinExact = true;
  // Statistics pass over "not a number", which is the greatest value there is.
  let isMaxExact = type.id !== 'float32' && type.id !== 'float64';
  let numNulls: number | undefined = 0;
  let numRows = 0;
  let bytes = 0;
  let likelyDistinct = 0;
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
      const groupBytes = file.columnBytes(group, column);
      if (physicalKind(type) === 'ref') bytes += groupBytes;
      likelyDistinct = Math.max(likelyDistinct, distinctByBytes(groupBytes, bounds.numRows));
      numNulls = numNulls === undefined || bounds.numNulls === undefined ? undefined : numNulls + bounds.numNulls;
      if (bounds.numNulls === bounds.numRows) continue;
      isMinExact &&= bounds.isMinExact;
      isMaxExact &&= bounds.isMaxExact;
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
    ...(low === undefined ? {} : { min: low, isMinExact }),
    ...(high === undefined ? {} : { max: high, isMaxExact }),
    ...(numNulls === undefined ? {} : { numNulls }),
    ...(isConstant && files.length > 0 ? { numDistinct: constants.size } : {}),
    ...(likelyDistinct > 0 ? { likelyDistinct } : {}),
    ...(meanBytes === undefined ? {} : { meanBytes }),
  };
}

/**
 * How many values a chunk can tell apart in the bytes that it takes: with a dictionary of n entries a row takes at least log2(n)
 * bits. Plain pages take far more and then say nothing; long runs of one value take less, so it is a guess and no bound.
 */
function distinctByBytes(bytes: number, numRows: number): number {
  if (bytes === 0) return 0;
  return Math.min(numRows, Math.max(2, Math.round(2 ** Math.min(48, (8 * bytes) / numRows))));
}
