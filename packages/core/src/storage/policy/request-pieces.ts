import type { ByteRange } from '../object-store.ts';
import { splitRange } from '../range-plan.ts';

/** Larger requests are not faster, and lose more when they fail (DESIGN section 3). */
export const MAX_REQUEST_BYTES = 16 << 20;

/** A range that is read by one request, and where its bytes go. */
export interface RequestPiece extends ByteRange {
  /** From the beginning of the memory that takes all ranges back to back. */
  readonly position: number;
}

/**
 * The requests that ranges take when they are read back to back into memory: ranges that follow each other in the object, too, are read as
 * one, and those of more than 16 MiB in equal parts of 8 to 16 MiB. To read over gaps is for whoever lays out the
 * memory: see `coalesceRanges`.
 */
export function requestPieces(ranges: readonly ByteRange[]): RequestPiece[] {
  const runs: { offset: number; length: number; position: number }[] = [];
  let position = 0;
  for (const { offset, length } of ranges) {
    if (length === 0) continue;
    const last = runs.at(-1);
    if (last && last.offset + last.length === offset && last.length + length <= MAX_REQUEST_BYTES)
      last.length += length;
    else runs.push({ offset, length, position });
    position += length;
  }
  return runs.flatMap((run) =>
    splitRange(run, MAX_REQUEST_BYTES).map((piece) => ({
      ...piece,
      position: run.position + piece.offset - run.offset,
    })),
  );
}
