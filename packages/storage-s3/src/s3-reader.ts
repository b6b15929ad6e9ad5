import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  abortError,
  type ByteRange,
  bodyStream,
  type GetOptions,
  type GetRangesOptions,
  type GetRangesResult,
  type GetResult,
  type HeadOptions,
  isQueryError,
  linkSignals,
  type ObjectMetadata,
  objectNotFound,
  QueryError,
  requireWithin,
  type SuffixRange,
  truncatedObject,
  versionMismatch,
  viewsOfRanges,
} from '@millrace/core/storage';
import { type AnsweredPart, answeredPart } from './answered-part.ts';
import { etagOf, quoted } from './etag.ts';
import type { RangedGet } from './ranged-get.ts';
import type { ObjectRequestFields } from './s3-client.ts';
import type { S3Requests } from './s3-requests.ts';

/** An answer whose body has not been read. */
interface OpenAnswer {
  readonly metadata: ObjectMetadata;
  readonly range: ByteRange;
  readonly body: Readable;
}

/** How one range is to be read. */
interface RangeRead {
  readonly ifMatch: string | undefined;
  readonly signal: AbortSignal;
  readonly onBytes: ((numBytes: number) => void) | undefined;
  /** Called before the first byte. */
  onAnswer(metadata: ObjectMetadata): void;
}

/** Reads objects. Every body is read to the end or destroyed: an unread one would keep its connection for ever. */
export class S3Reader {
  readonly #requests: S3Requests;
  readonly #fields: ObjectRequestFields;
  readonly #ranged: RangedGet;
  readonly #maxRequests: number;

  constructor(requests: S3Requests, fields: ObjectRequestFields, ranged: RangedGet, maxRequests: number) {
    this.#requests = requests;
    this.#fields = fields;
    this.#ranged = ranged;
    this.#maxRequests = maxRequests;
  }

  async head(path: string, { ifMatch, signal }: HeadOptions): Promise<ObjectMetadata> {
    const command = new HeadObjectCommand({ ...this.#fields, Key: path, ...matching(ifMatch) });
    const answer = await this.#requests.send((client, sending) => client.send(command, sending), path, signal, {
      ifMatch,
    });
    if (answer.ContentLength === undefined) throw objectNotFound(path);
    const { ContentLength: size, ETag: etag, LastModified } = answer;
    return this.#metadata(path, { size, etag, lastModifiedMs: LastModified?.getTime() ?? 0 }, ifMatch);
  }

  async get(path: string, { range, ifMatch, signal }: GetOptions): Promise<GetResult> {
    // HTTP has no way to ask for no bytes.
    if (range !== undefined && ('suffix' in range ? range.suffix : range.length) === 0) {
      const metadata = await this.head(path, { ifMatch, signal });
      const empty = { offset: 'suffix' in range ? metadata.size : range.offset, length: 0 };
      requireWithin(path, empty, metadata.size);
      const body = bodyStream({ pull: async () => undefined, release: () => undefined }, signal);
      return { metadata, range: empty, body };
    }
    const answer = await this.#open(path, range, ifMatch, signal);
    return { metadata: answer.metadata, range: answer.range, body: this.#stream(path, answer, signal) };
  }

  async getRanges(path: string, ranges: readonly ByteRange[], options: GetRangesOptions): Promise<GetRangesResult> {
    const total = ranges.reduce((sum, { length }) => sum + length, 0);
    const views = viewsOfRanges(ranges, options.into ?? new Uint8Array(total));
    const wanted = ranges.map((_, i) => i).filter((i) => ranges[i]!.length > 0);
    const first = wanted.shift();
    if (first === undefined) {
      const metadata = await this.head(path, options);
      for (const range of ranges) requireWithin(path, range, metadata.size);
      return { metadata, ranges: views };
    }
    // One failure ends the other requests, and all are waited for: none may write into the memory afterwards.
    const failing = new AbortController();
    const linked = linkSignals(options.signal, failing.signal);
    let ifMatch = options.ifMatch;
    let metadata: ObjectMetadata | undefined;
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown) => {
      failure ??= { error };
      failing.abort();
    };
    const read = async (index: number, onAnswer?: () => void) => {
      try {
        await this.#readRange(path, ranges[index]!, views[index]!, {
          ifMatch,
          signal: linked.signal,
          onBytes: options.onBytes,
          onAnswer: (answered) => {
            metadata ??= answered;
            ifMatch ??= answered.version;
            onAnswer?.();
          },
        });
      } catch (error) {
        fail(error);
        onAnswer?.();
      }
    };
    try {
      const running: Promise<void>[] = [];
      const answered = Promise.withResolvers<void>();
      running.push(read(first, answered.resolve));
      // Without a version to ask for, the first answer says which one the others must have.
      if (ifMatch === undefined) await answered.promise;
      const work = async () => {
        while (!failure && wanted.length > 0) await read(wanted.shift()!);
      };
      for (let i = Math.min(this.#maxRequests - 1, wanted.length); i > 0; i--) running.push(work());
      await Promise.all(running);
      await work();
    } finally {
      linked.unlink();
    }
    if (options.signal?.aborted) throw abortError(options.signal);
    if (failure) throw failure.error;
    for (const range of ranges) requireWithin(path, range, metadata!.size);
    return { metadata: metadata!, ranges: views };
  }

  /** One GET of one range, into its memory: past the SDK where that is possible. */
  async #readRange(path: string, range: ByteRange, target: Uint8Array, read: RangeRead): Promise<void> {
    const { ifMatch, signal, onBytes, onAnswer } = read;
    if (this.#ranged.isPossible) {
      const isRead = await this.#ranged
        .read({
          path,
          range,
          ifMatch,
          target,
          signal,
          onBytes,
          onAnswer: (part) => onAnswer(this.#metadata(path, part, ifMatch)),
        })
        .catch((error: unknown) => {
          throw isQueryError(error) && error.code === 'TRUNCATED_OBJECT' && error.details.size === undefined
            ? truncatedObject(path, range.offset, range.length)
            : error;
        });
      if (isRead) return;
    }
    const answer = await this.#open(path, range, ifMatch, signal);
    onAnswer(answer.metadata);
    await this.#receive(path, answer, target, signal, onBytes);
  }

  /** Sends one GET and checks that it is answered with the bytes that were asked for. */
  async #open(
    path: string,
    range: ByteRange | SuffixRange | undefined,
    ifMatch: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<OpenAnswer> {
    const command = new GetObjectCommand({ ...this.#fields, Key: path, ...matching(ifMatch), ...rangeHeader(range) });
    let answer: GetObjectCommandOutput;
    try {
      answer = await this.#requests.send((client, sending) => client.send(command, sending), path, signal, { ifMatch });
    } catch (error) {
      if (!isQueryError(error) || error.code !== 'TRUNCATED_OBJECT' || range === undefined) throw error;
      // S3 refuses the suffix of an empty object, other servers one that is longer than the object: then it is wanted whole.
      if ('suffix' in range) return this.#open(path, undefined, ifMatch, signal);
      throw truncatedObject(path, range.offset, range.length);
    }
    const body = answer.Body as Readable;
    try {
      const part = answeredPart(path, range, {
        length: answer.ContentLength,
        contentRange: answer.ContentRange,
        etag: answer.ETag,
        lastModified: answer.LastModified,
      });
      return { metadata: this.#metadata(path, part, ifMatch), range: part.range, body };
    } catch (error) {
      body.destroy();
      throw error;
    }
  }

  #stream(path: string, { metadata, range, body }: OpenAnswer, signal: AbortSignal | undefined) {
    const linked = linkSignals(signal, this.#requests.closing);
    const released = Promise.withResolvers<void>();
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    let left = range.length;
    this.#requests.track(released.promise);
    return bodyStream(
      {
        pull: async () => {
          let next: IteratorResult<Uint8Array>;
          try {
            next = await chunks.next();
          } catch (error) {
            throw this.#requests.translate(error, path, linked.signal, { ifMatch: metadata.version });
          }
          const length = next.done ? 0 : next.value.length;
          if ((next.done && left > 0) || length > left) throw wrongLength(path, range, left - length);
          left -= length;
          return next.done ? undefined : next.value;
        },
        release: () => {
          linked.unlink();
          body.on('error', () => undefined);
          body.destroy();
          released.resolve();
        },
      },
      linked.signal,
    );
  }

  /** Copies a body into memory as it arrives. When it settles, nothing more is written. */
  #receive(
    path: string,
    { range, body }: OpenAnswer,
    target: Uint8Array,
    signal: AbortSignal,
    onBytes: RangeRead['onBytes'],
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let received = 0;
      const settle = (error?: unknown) => {
        signal.removeEventListener('abort', onAbort);
        body.removeAllListeners('data');
        body.destroy();
        if (error === undefined) resolve();
        else reject(this.#requests.translate(error, path, signal));
      };
      const onAbort = () => settle(signal.reason);
      body.on('data', (chunk: Uint8Array) => {
        if (received + chunk.length > target.length) return settle(wrongLength(path, range, -1));
        target.set(chunk, received);
        received += chunk.length;
        onBytes?.(chunk.length);
      });
      body.on('end', () =>
        settle(received < target.length ? wrongLength(path, range, target.length - received) : undefined),
      );
      body.on('error', settle);
      // The last word of a connection that goes without an end and without an error.
      body.on('close', () => settle(wrongLength(path, range, target.length - received)));
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #metadata(
    path: string,
    { size, etag, lastModifiedMs }: Pick<AnsweredPart, 'size' | 'etag' | 'lastModifiedMs'>,
    ifMatch: string | undefined,
  ): ObjectMetadata {
    const version = etagOf(path, etag);
    // Some servers do not look at the condition of a HEAD.
    if (ifMatch !== undefined && version !== ifMatch) throw versionMismatch(path, ifMatch, version);
    return { path, size, version, lastModifiedMs };
  }
}

function wrongLength(path: string, { length }: ByteRange, numMissing: number): QueryError {
  const message =
    numMissing > 0
      ? `The connection ended before the last ${numMissing} of ${length} bytes of '${path}'.`
      : `The server sent more than the ${length} bytes of '${path}' that were asked for.`;
  return new QueryError('CONNECTION_LOST', message, { details: { path } });
}

function matching(ifMatch: string | undefined) {
  return ifMatch === undefined ? {} : { IfMatch: quoted(ifMatch) };
}

function rangeHeader(range: ByteRange | SuffixRange | undefined) {
  if (range === undefined) return {};
  if ('suffix' in range) return { Range: `bytes=-${range.suffix}` };
  return { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
}
