import { type BoundValue, compareBounds, fromBoundValue } from '../parquet/index.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../types/index.ts';
import type { OpenParquetFile } from './parquet-file.ts';
import type { ColumnStatistics } from './table.ts';

/** Row groups with this many distinct values a row have too many to be the same ones everywhere. */
const MANY_DISTINCT_SHARE = 1 / 4;

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
  const width = physicalKind(type) === 'ref' ? undefined : KIND_WIDTH[physicalKind(type)];
  let mostDistinct = 0;
  let sumDistinct = 0;
  /** Whether no row group begins before the end of the one before it. */
  let isAscending = true;
  let numGroups = 0;
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
      const groupDistinct = distinctByBytes(groupBytes, bounds.numRows, width);
      numGroups++;
      mostDistinct = Math.max(mostDistinct, groupDistinct);
      sumDistinct += groupDistinct;
      numNulls = numNulls === undefined || bounds.numNulls === undefined ? undefined : numNulls + bounds.numNulls;
      if (bounds.numNulls === bounds.numRows) continue;
      if (max !== undefined && bounds.min !== undefined) isAscending &&= compareBounds(bounds.min, max) >= 0;
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
  // Row groups with values of their own add up: those that do not overlap, and those in which hardly a value comes twice.
  const isClustered = isAscending && isMinKnown && isMaxKnown && numGroups > 1;
  const adds = isClustered || sumDistinct >= numRows * MANY_DISTINCT_SHARE;
  const likelyDistinct = adds ? sumDistinct : mostDistinct;
  return {
    ...(low === undefined ? {} : { min: low, isMinExact }),
    ...(high === undefined ? {} : { max: high, isMaxExact }),
    ...(numNulls === undefined ? {} : { numNulls }),
    ...(isConstant && files.length > 0 ? { numDistinct: constants.size } : {}),
    ...(likelyDistinct > 0 ? { likelyDistinct } : {}),
    ...(isClustered ? { isClustered } : {}),
    ...(meanBytes === undefined ? {} : { meanBytes }),
  };
}

/**
 * How many values a chunk can tell apart in the bytes that it takes: with a dictionary of n entries, each `width` bytes, a row takes at least
 * log2(n) bits. Plain pages take more and then say nothing; long runs of one value take less, so it is a guess and no bound.
 */
function distinctByBytes(bytes: number, numRows: number, width = 0): number {
  if (bytes === 0) return 0;
  let [least, most] = [2, Math.max(2, numRows)];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (middle * width + (numRows * Math.log2(middle)) / 8 <= bytes) least = middle;
    else most = middle;
  }
  const isUnbounded = most * width + (numRows * Math.log2(most)) / 8 <= bytes;
  return Math.min(numRows, isUnbounded ? most : least);
}
