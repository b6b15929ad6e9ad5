import type { PageRun, RowRange, Split } from '../physical/split.ts';
import type { PageLocation } from './page-index.ts';

/** The rows of its row group that a split gives. */
export function selectedRanges({ selection, numRows }: Split): readonly RowRange[] {
  return selection?.ranges ?? [{ firstRow: 0, numRows }];
}

/** Ranges of rows of a row group as rows of the pages in `runs`, put one behind the other. */
export function rangesWithinRuns(ranges: readonly RowRange[], runs: readonly RowRange[]): RowRange[] {
  let before = 0;
  return runs.flatMap((run) => {
    const within = intersectRanges(ranges, [run]);
    const shift = before - run.firstRow;
    before += run.numRows;
    return within.map(({ firstRow, numRows }) => ({ firstRow: firstRow + shift, numRows }));
  });
}

/** Rows that are in both lists. Lists are ascending and their ranges neither touch nor overlap. */
export function intersectRanges(a: readonly RowRange[], b: readonly RowRange[]): RowRange[] {
  const both: RowRange[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i]!;
    const right = b[j]!;
    const firstRow = Math.max(left.firstRow, right.firstRow);
    const leftEnd = left.firstRow + left.numRows;
    const rightEnd = right.firstRow + right.numRows;
    const end = Math.min(leftEnd, rightEnd);
    if (firstRow < end) both.push({ firstRow, numRows: end - firstRow });
    if (leftEnd <= rightEnd) i++;
    else j++;
  }
  return both;
}

/** The rows of the pages for which `isKept` says so, as ranges. */
export function rangesOfPages(
  pages: readonly PageLocation[],
  numRows: number,
  isKept: (page: number) => boolean,
): RowRange[] {
  const ranges: { firstRow: number; numRows: number }[] = [];
  pages.forEach(({ firstRow }, page) => {
    if (!isKept(page)) return;
    const rows = rowsOfPage(pages, numRows, page);
    const last = ranges.at(-1);
    if (last && last.firstRow + last.numRows === firstRow) last.numRows += rows;
    else ranges.push({ firstRow, numRows: rows });
  });
  return ranges;
}

export function rowsOfPage(pages: readonly PageLocation[], numRows: number, page: number): number {
  return (pages[page + 1]?.firstRow ?? numRows) - pages[page]!.firstRow;
}

export function countRows(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, { numRows }) => sum + numRows, 0);
}

/**
 * The pages of a chunk that hold rows of `ranges`, neighbours together, after what comes before the first page (its
 * dictionary). `chunkOffset` is where the chunk begins.
 */
export function pageRuns(
  pages: readonly PageLocation[],
  numRows: number,
  ranges: readonly RowRange[],
  chunkOffset: number,
): PageRun[] {
  const runs: { offset: number; bytes: number; firstRow: number; numRows: number }[] = [];
  const dictionaryBytes = pages[0]!.offset - chunkOffset;
  if (dictionaryBytes > 0) runs.push({ offset: chunkOffset, bytes: dictionaryBytes, firstRow: 0, numRows: 0 });
  let range = 0;
  let lastPage = -2;
  pages.forEach(({ offset, bytes, firstRow }, page) => {
    const rows = rowsOfPage(pages, numRows, page);
    while (range < ranges.length && ranges[range]!.firstRow + ranges[range]!.numRows <= firstRow) range++;
    const next = ranges[range];
    if (!next || next.firstRow >= firstRow + rows) return;
    const last = runs.at(-1);
    if (last && lastPage === page - 1) {
      last.bytes = offset + bytes - last.offset;
      last.numRows += rows;
    } else {
      runs.push({ offset, bytes, firstRow, numRows: rows });
    }
    lastPage = page;
  });
  return runs;
}
