import type { RawStatistics } from './column-metadata.ts';
import { badFooter } from './file-error.ts';
import { THRIFT, ThriftReader } from './thrift-reader.ts';

/** Where a data page of a column chunk lies (parquet.thrift `PageLocation`). */
export interface PageLocation {
  /** In the object; the page's header included. */
  readonly offset: number;
  readonly bytes: number;
  /** Row of the row group. */
  readonly firstRow: number;
}

/**
 * Reads an `OffsetIndex` of a chunk of `numRows` rows. Undefined when its pages do not follow each other: then it says nothing
 * that could be relied on. Throws `BAD_FOOTER` for bytes that are none.
 */
export function readOffsetIndex(path: string, bytes: Uint8Array, numRows: number): PageLocation[] | undefined {
  const reader = indexReader(path, bytes);
  let locations: PageLocation[] = [];
  reader.structElement(() => {
    while (reader.nextField()) {
      if (reader.fieldId !== 1) {
        reader.skip();
        continue;
      }
      const size = reader.list(THRIFT.struct);
      locations = Array.from({ length: size }, () => reader.structElement(() => readLocation(reader)));
    }
  });
  const isOrdered = locations.every((location, i) => {
    const before = locations[i - 1];
    if (!before) return location.firstRow === 0;
    return location.firstRow > before.firstRow && location.offset >= before.offset + before.bytes;
  });
  return isOrdered && locations.length > 0 && locations.at(-1)!.firstRow < numRows ? locations : undefined;
}

function readLocation(reader: ThriftReader): PageLocation {
  let offset = 0;
  let bytes = 0;
  let firstRow = 0;
  while (reader.nextField()) {
    if (reader.fieldId === 1) offset = reader.count();
    else if (reader.fieldId === 2) bytes = reader.count();
    else if (reader.fieldId === 3) firstRow = reader.count();
    else reader.skip();
  }
  return { offset, bytes, firstRow };
}

/**
 * Reads a `ColumnIndex`: the statistics of each page, as those of a column chunk. `rowsOfPages` says how many rows each page
 * has; a page of nothing but nulls has as many of them. Undefined when the index is for another number of pages.
 */
export function readColumnIndex(
  path: string,
  bytes: Uint8Array,
  rowsOfPages: readonly number[],
): RawStatistics[] | undefined {
  const reader = indexReader(path, bytes);
  let nullPages: boolean[] = [];
  let minima: Uint8Array[] = [];
  let maxima: Uint8Array[] = [];
  let nullCounts: number[] | undefined;
  reader.structElement(() => {
    while (reader.nextField()) {
      if (reader.fieldId === 1) nullPages = reader.booleans();
      else if (reader.fieldId === 2) minima = reader.binaries();
      else if (reader.fieldId === 3) maxima = reader.binaries();
      else if (reader.fieldId === 5) nullCounts = reader.longs();
      else reader.skip();
    }
  });
  const { length } = rowsOfPages;
  if (nullPages.length !== length || minima.length !== length || maxima.length !== length) return undefined;
  return rowsOfPages.map((numRows, page) => {
    const isNull = nullPages[page]!;
    return {
      min: isNull ? undefined : minima[page],
      max: isNull ? undefined : maxima[page],
      deprecatedMin: undefined,
      deprecatedMax: undefined,
      numNulls: isNull ? numRows : nullCounts?.[page],
      numDistinct: undefined,
      isMinExact: false,
      isMaxExact: false,
    };
  });
}

function indexReader(path: string, bytes: Uint8Array): ThriftReader {
  return new ThriftReader(bytes, 0, bytes.length, (reason) => badFooter(path, `in a page index, ${reason}`));
}
