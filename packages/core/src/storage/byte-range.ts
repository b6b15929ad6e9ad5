import type { ByteRange, SuffixRange } from './object-store.ts';
import { badArgument, truncatedObject } from './store-error.ts';

/** Throws `BAD_ARGUMENT` unless offset and length are whole numbers of zero or more with a sum that is exact. */
export function validateRange(range: ByteRange): void {
  const { offset, length } = range;
  if (!isCount(offset) || !isCount(length) || !Number.isSafeInteger(offset + length)) {
    throw badArgument(
      `A byte range needs an offset and a length that are whole numbers of zero or more, not offset ${offset} and length ${length}.`,
    );
  }
}

/**
 * Checks the arguments of `getRanges` and gives the sum of the lengths. Throws `BAD_ARGUMENT` for a bad range and for
 * an `into` whose length is not that sum.
 */
export function validateRanges(ranges: readonly ByteRange[], into: Uint8Array | undefined): number {
  let total = 0;
  for (const range of ranges) {
    validateRange(range);
    total += range.length;
  }
  if (into !== undefined && into.length !== total) {
    throw badArgument(`'into' has ${into.length} bytes, but the ranges have ${total} bytes in all.`, {
      intoBytes: into.length,
      rangeBytes: total,
    });
  }
  return total;
}

/** Throws `TRUNCATED_OBJECT` when the range reaches beyond an object of `size` bytes. */
export function requireWithin(path: string, range: ByteRange, size: number): void {
  if (range.offset + range.length > size) throw truncatedObject(path, range.offset, range.length, size);
}

/**
 * The part of an object of `size` bytes that a `get` asks for. Throws `BAD_ARGUMENT` for a bad range and
 * `TRUNCATED_OBJECT` for one that reaches beyond the end.
 */
export function resolveRange(path: string, range: ByteRange | SuffixRange | undefined, size: number): ByteRange {
  if (range === undefined) return { offset: 0, length: size };
  validateGetRange(range);
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size);
    return { offset: size - length, length };
  }
  requireWithin(path, range, size);
  return { offset: range.offset, length: range.length };
}

/** Throws `BAD_ARGUMENT` for what is neither a good {@link ByteRange} nor a good {@link SuffixRange}. */
export function validateGetRange(range: ByteRange | SuffixRange | undefined): void {
  if (range === undefined) return;
  if (!('suffix' in range)) {
    validateRange(range);
  } else if (!isCount(range.suffix)) {
    throw badArgument(`A suffix range needs a whole number of zero or more bytes, not ${range.suffix}.`);
  }
}

/** One view for each range over memory that holds all of them back to back. */
export function viewsOfRanges(ranges: readonly ByteRange[], memory: Uint8Array): Uint8Array[] {
  let start = 0;
  return ranges.map(({ length }) => {
    const view = memory.subarray(start, start + length);
    start += length;
    return view;
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
