import { type ByteRange, notCapable, type QueryError, requireWithin, type SuffixRange } from '@millrace/core/storage';

/** What the head of an answer says. */
export interface AnswerFields {
  /** Bytes of its body. */
  readonly length: number | undefined;
  readonly contentRange: string | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | Date | undefined;
}

/** The object that an answer is about, and the part of it that the answer carries. */
export interface AnsweredPart {
  readonly size: number;
  readonly range: ByteRange;
  readonly etag: string | undefined;
  readonly lastModifiedMs: number;
}

/** Reads the head of an answer. Throws when it does not carry the part of the object that was wanted. */
export function answeredPart(
  path: string,
  wanted: ByteRange | SuffixRange | undefined,
  { length, contentRange, etag, lastModified }: AnswerFields,
): AnsweredPart {
  if (length === undefined) throw notCapable('A server that does not say how long an object is');
  const { size, range } =
    contentRange === undefined ? wholeObject(path, wanted, length) : partOfObject(path, wanted, contentRange);
  return { size, range, etag, lastModifiedMs: lastModified === undefined ? 0 : new Date(lastModified).getTime() };
}

function wholeObject(path: string, wanted: ByteRange | SuffixRange | undefined, length: number) {
  const whole = { size: length, range: { offset: 0, length } };
  if (wanted === undefined || ('suffix' in wanted && wanted.suffix >= length)) return whole;
  if ('suffix' in wanted) throw ignoresRanges();
  if (wanted.offset === 0 && wanted.length === length) return whole;
  requireWithin(path, wanted, length);
  throw ignoresRanges();
}

function partOfObject(path: string, wanted: ByteRange | SuffixRange | undefined, contentRange: string) {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange);
  if (!match) throw notCapable(`A server that answers with the range '${contentRange}'`);
  const [offset, last, size] = match.slice(1).map(Number) as [number, number, number];
  const range = { offset, length: last - offset + 1 };
  if (wanted === undefined) throw ignoresRanges();
  if (!('suffix' in wanted)) requireWithin(path, wanted, size);
  const length = 'suffix' in wanted ? Math.min(wanted.suffix, size) : wanted.length;
  const from = 'suffix' in wanted ? size - length : wanted.offset;
  if (range.offset !== from || range.length !== length) throw ignoresRanges();
  return { size, range };
}

function ignoresRanges(): QueryError {
  return notCapable('A server that answers with other bytes than those asked for', 'It ignores the Range header.');
}
