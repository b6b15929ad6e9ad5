import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ResultBatch } from 'millrace';
import { RESULT_FORMATS, type ResultFormat, type ResultSource } from '../format/result-format.ts';
import type { ServerQuery } from '../query/server-query.ts';
import { ProblemError } from '../query-problem.ts';

/** The format that a request asks for: `?format=csv`, or else by its Accept header. Throws 406. */
export function negotiateFormat(request: FastifyRequest, name?: string): ResultFormat {
  const format =
    name === undefined
      ? RESULT_FORMATS.find(
          ({ mediaType }) => mediaType === request.accepts().type(RESULT_FORMATS.map((known) => known.mediaType)),
        )
      : RESULT_FORMATS.find((known) => known.name === name);
  if (format) return format;
  throw new ProblemError(406, 'NOT_ACCEPTABLE', 'There is no such format of results.', {
    candidates: RESULT_FORMATS.map(({ mediaType }) => mediaType),
    hint: 'Name one of the candidates in the header Accept.',
  });
}

export interface SendOptions {
  readonly format: ResultFormat;
  readonly query: ServerQuery;
  /** Milliseconds that the reader may take nothing. */
  readonly slowReaderMs: number;
  /** Whether the query ends when its reader goes away. */
  readonly cancelOnClose: boolean;
}

/**
 * Streams a result, no faster than it is read. A failure on the way destroys the connection before the last chunk, so that no client takes
 * what it has for the whole; success has the number of rows as a trailer.
 */
export function sendResult(reply: FastifyReply, source: ResultSource, options: SendOptions): FastifyReply {
  const { format, query, slowReaderMs, cancelOnClose } = options;
  let numRows = 0;
  const counted = async function* (): AsyncGenerator<ResultBatch, void, undefined> {
    for await (const batch of source.batches) {
      numRows += batch.numRows;
      yield batch;
    }
  };
  const chunks = format.encode({ columns: source.columns, batches: counted() });
  const { raw } = reply;
  const isSent = () => raw.destroyed || (raw.writableLength === 0 && stream.readableLength === 0);
  const guard: Guard = { stallMs: slowReaderMs, onStall: () => raw.destroy(), isSent };
  const stream: Readable = Readable.from(guarded(chunks, guard), { objectMode: false, highWaterMark: 256 * 1024 });
  const stop = () => stream.destroy(query.signal.reason as Error);
  if (cancelOnClose) {
    // A query that was stopped must not wait for its reader to notice.
    query.signal.addEventListener('abort', stop, { once: true });
    stream.once('close', () => query.signal.removeEventListener('abort', stop));
  }
  if (!format.isCompressible) reply.header('x-no-compression', 'true');
  return reply
    .header('vary', 'accept, accept-encoding')
    .header('millrace-query-id', query.id)
    .type(format.mediaType.startsWith('text/') ? `${format.mediaType}; charset=utf-8` : format.mediaType)
    .trailer('millrace-row-count', async () => String(numRows))
    .send(stream);
}

interface Guard {
  readonly stallMs: number;
  /** The reader has taken nothing for so long. */
  readonly onStall: () => void;
  /** Whether all that was given has left this process. */
  readonly isSent: () => boolean;
}

/** How often to look whether the last words are out. */
const LOOK_MS = 5;

/** Gives what it is given as long as somebody takes it. Before it fails it lets out what is on its way: destroying a socket takes it back. */
async function* guarded(
  chunks: AsyncGenerator<Uint8Array | string, void, undefined>,
  { stallMs, onStall, isSent }: Guard,
) {
  try {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (bytes.length === 0) continue;
      const timer = setTimeout(onStall, stallMs);
      try {
        yield bytes;
      } finally {
        clearTimeout(timer);
      }
    }
  } catch (error) {
    const deadline = performance.now() + stallMs;
    do await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    while (!isSent() && performance.now() < deadline);
    throw error;
  }
}
