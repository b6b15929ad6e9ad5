import type { Split } from '../physical/split.ts';
import type { ByteRange } from '../storage/object-store.ts';
import { MAX_REQUEST_BYTES } from '../storage/policy/request-pieces.ts';
import { coalesceRanges, splitRange } from '../storage/range-plan.ts';
import type { ChunkRange } from './column-reader.ts';
import { splitRanges } from './split-ranges.ts';

/** Chunks with at most this many unwanted bytes between them are read by one request: cheaper than a second first byte. */
const READ_GAP_BYTES = 256 << 10;

/** A {@link ChunkRange} and where its bytes begin in the memory that the reads fill. */
export interface PlacedChunk extends ChunkRange {
  readonly position: number;
}

/** The reads for one split: one request each, laid back to back in memory. */
export interface SplitReads {
  readonly ranges: readonly ByteRange[];
  /** Sum of the ranges, gaps included. */
  readonly bytes: number;
  readonly chunks: readonly PlacedChunk[];
}

/**
 * The requests that the columns of a split take. The planner prices a query by this list and the scan operator reads by it, so that
 * what is foretold is what happens. `columns` are positions in `split.columns`; default: all.
 */
export function planSplitReads(split: Split, columns?: readonly number[]): SplitReads {
  const wanted = splitRanges(split, columns);
  const ranges = coalesceRanges(wanted, { maxGapBytes: READ_GAP_BYTES, maxBytes: MAX_REQUEST_BYTES });
  const chunks: PlacedChunk[] = wanted.map((chunk) => ({ ...chunk, position: 0 }));
  let bytes = 0;
  for (const { offset, length, members } of ranges) {
    for (const member of members) {
      const chunk = wanted[member]!;
      chunks[member] = { ...chunk, position: bytes + chunk.offset - offset };
    }
    bytes += length;
  }
  return { ranges: ranges.flatMap((range) => splitRange(range, MAX_REQUEST_BYTES)), bytes, chunks };
}
