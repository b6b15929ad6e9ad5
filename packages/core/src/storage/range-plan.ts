import { validateRange, validateRanges, viewsOfRanges } from './byte-range.ts';
import type { ByteRange, GetRangesOptions, GetRangesResult, ObjectStore } from './object-store.ts';
import { badArgument } from './store-error.ts';

export interface CoalesceOptions {
  /** Two ranges with at most this many unwanted bytes between them are read as one. Default: 0. */
  readonly maxGapBytes?: number;
  /** A coalesced range is no longer than this, unless one wanted range alone is. Default: no limit. */
  readonly maxBytes?: number;
}

/** A range to read, and which of the wanted ranges lie in it. */
export interface CoalescedRange extends ByteRange {
  /** Positions in the list of wanted ranges, by offset. */
  readonly members: readonly number[];
}

/**
 * Joins ranges that touch, overlap, or lie close together, so that they cost fewer requests. Each wanted range lies
 * wholly in exactly one of the answers, which are sorted by offset. Empty ranges need no bytes and are in none.
 *
 * Cost: O(n log n). Errors: `BAD_ARGUMENT`.
 */
export function coalesceRanges(ranges: readonly ByteRange[], options: CoalesceOptions = {}): CoalescedRange[] {
  const { maxGapBytes = 0, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (!(maxGapBytes >= 0)) throw badArgument(`maxGapBytes must be zero or more, not ${maxGapBytes}.`);
  if (!(maxBytes >= 1)) throw badArgument(`maxBytes must be one or more, not ${maxBytes}.`);
  for (const range of ranges) validateRange(range);

  const order = ranges.map((_, index) => index).filter((index) => ranges[index]!.length > 0);
  order.sort((a, b) => ranges[a]!.offset - ranges[b]!.offset || ranges[a]!.length - ranges[b]!.length || a - b);

  const result: CoalescedRange[] = [];
  let start = 0;
  let end = 0;
  let members: number[] = [];
  const finish = () => {
    if (members.length > 0) result.push({ offset: start, length: end - start, members });
  };
  for (const index of order) {
    const { offset, length } = ranges[index]!;
    const newEnd = Math.max(end, offset + length);
    if (members.length > 0 && offset - end <= maxGapBytes && newEnd - start <= Math.max(maxBytes, end - start)) {
      end = newEnd;
      members.push(index);
    } else {
      finish();
      start = offset;
      end = offset + length;
      members = [index];
    }
  }
  finish();
  return result;
}

/** Cuts a range into pieces of at most `maxBytes`, as equal as can be, in order. An empty range gives no piece. */
export function splitRange(range: ByteRange, maxBytes: number): ByteRange[] {
  validateRange(range);
  if (!(maxBytes >= 1)) throw badArgument(`maxBytes must be one or more, not ${maxBytes}.`);
  const numPieces = Math.ceil(range.length / maxBytes);
  const pieces: ByteRange[] = [];
  let offset = range.offset;
  let left = range.length;
  for (let i = numPieces; i > 0; i--) {
    const length = Math.ceil(left / i);
    pieces.push({ offset, length });
    offset += length;
    left -= length;
  }
  return pieces;
}

/**
 * `getRanges` with fewer and larger reads: ranges are coalesced, read, and copied to where the caller wants them. The
 * result equals that of `store.getRanges`. Cost: a second copy in memory of what is read, gaps included.
 */
export async function getCoalescedRanges(
  store: ObjectStore,
  path: string,
  ranges: readonly ByteRange[],
  options: GetRangesOptions & CoalesceOptions = {},
): Promise<GetRangesResult> {
  const { into, ifMatch, signal } = options;
  const total = validateRanges(ranges, into);
  const plan = coalesceRanges(ranges, options);
  const pieces = plan.map((read) => splitRange(read, options.maxBytes ?? Math.max(1, read.length)));
  const read = await store.getRanges(path, pieces.flat(), { ifMatch, signal });

  const target = into ?? new Uint8Array(total);
  const views = viewsOfRanges(ranges, target);
  let nextPiece = 0;
  plan.forEach(({ members }, planIndex) => {
    const held = pieces[planIndex]!.map((piece, i) => ({ piece, bytes: read.ranges[nextPiece + i]! }));
    nextPiece += held.length;
    for (const member of members) {
      const wanted = ranges[member]!;
      for (const { piece, bytes } of held) {
        const from = Math.max(wanted.offset, piece.offset);
        const to = Math.min(wanted.offset + wanted.length, piece.offset + piece.length);
        if (from < to) {
          views[member]!.set(bytes.subarray(from - piece.offset, to - piece.offset), from - wanted.offset);
        }
      }
    }
  });
  return { metadata: read.metadata, ranges: views };
}
