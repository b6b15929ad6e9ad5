import type { Split } from '../physical/split.ts';
import type { ChunkRange } from './column-reader.ts';

/**
 * The byte ranges that the columns of a split need, by column, leaf and offset: one for each leaf, or for each run of pages
 * where not all pages are wanted. `columns` are positions in `split.columns`;
 * default: all. Constant columns need none.
 */
export function splitRanges(split: Split, columns?: readonly number[]): ChunkRange[] {
  const ranges: ChunkRange[] = [];
  const positions = columns ?? split.columns.map((_, position) => position);
  for (const column of positions) {
    const source = split.columns[column]!;
    if (source.kind !== 'chunk') continue;
    source.chunk.leaves.forEach((leaf, position) => {
      const runs = leaf.runs ?? [{ offset: leaf.offset, bytes: leaf.compressedBytes }];
      for (const { offset, bytes } of runs) ranges.push({ column, leaf: position, offset, length: bytes });
    });
  }
  return ranges;
}
