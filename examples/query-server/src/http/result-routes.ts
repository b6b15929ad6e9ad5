import { once } from 'node:events';
import { Readable } from 'node:stream';
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import type { QueryEvent } from '../query/query-events.ts';
import { gone } from '../query/result-store.ts';
import { ProblemError } from '../query-problem.ts';
import { parsePrefer } from './prefer.ts';
import { ProblemSchema, QueryId } from './schemas.ts';
import { negotiateFormat, sendResult } from './send-result.ts';
import type { ServerContext } from './server-context.ts';

const ERRORS = { '4xx': ProblemSchema, '5xx': ProblemSchema } as const;
const DEFAULT_WAIT_SECONDS = 10;
/** Proxies cut connections on which nothing happens. */
const HEARTBEAT_MS = 15_000;

/** Fetching what a query has come to, and hearing how it goes. */
export const resultRoutes =
  ({ queries, limits }: ServerContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/v1/queries/:id/results',
      {
        schema: {
          operationId: 'getResults',
          summary: 'The kept result of a query, or one part of it',
          description:
            'Parts are numbered from 0 and never change. A part that is not there yet is waited for (`Prefer: wait=N`, 10 seconds unless said otherwise), then 202. The one behind the last is 204, those behind it 404. The header Link names the next part.',
          params: QueryId,
          querystring: Type.Object({
            part: Type.Optional(Type.Integer({ minimum: 0 })),
            format: Type.Optional(
              Type.String({ description: 'In place of the header Accept: json, ndjson, csv, arrow, parquet, text.' }),
            ),
          }),
          headers: Type.Object({ prefer: Type.Optional(Type.String()), 'if-none-match': Type.Optional(Type.String()) }),
          response: { 202: Type.Object({ state: Type.String(), numParts: Type.Integer() }), ...ERRORS },
        },
      },
      async (request, reply) => {
        const query = queries.get(request.params.id, request.principal, request.access);
        const { stored } = query;
        if (!stored) {
          throw new ProblemError(409, 'RESULT_NOT_KEPT', 'The result went to whoever sent the query; none is kept.', {
            hint: 'Send the query with Prefer: respond-async.',
          });
        }
        const { part } = request.query;
        const format = negotiateFormat(request, request.query.format);
        const index = part ?? 0;
        const etag = `"${query.id}-${part ?? 'all'}-${format.name}"`;
        if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag))
          return reply
            .code(304)
            .header('etag', etag)
            .send(undefined as never);
        const seconds = parsePrefer(request.headers.prefer).wait ?? DEFAULT_WAIT_SECONDS;
        await stored.waitForPart(index, AbortSignal.timeout(Math.max(1, seconds * 1000))).catch(() => undefined);
        if (stored.isDeleted) throw gone();
        if (query.problem && index >= stored.numParts) {
          throw new ProblemError(query.problem.status, query.problem.code, query.problem.detail, query.problem);
        }
        if (index >= stored.numParts) {
          // Whoever followed `next` while the query ran may come to the end one step later.
          if (stored.isComplete && index === stored.numParts) return reply.code(204).send(undefined as never);
          if (stored.isComplete)
            throw new ProblemError(404, 'PART_NOT_FOUND', `The result has ${stored.numParts} parts.`);
          return reply.code(202).header('retry-after', '1').send({ state: query.state, numParts: stored.numParts });
        }
        const isLast = stored.isComplete && index === stored.numParts - 1;
        if (part !== undefined && !isLast) {
          reply.header('link', `</v1/queries/${query.id}/results?part=${index + 1}>; rel="next"`);
        }
        // A whole result may still fail; a part that is there is what it will always be.
        if (part !== undefined || stored.isComplete) {
          reply
            .header('etag', etag)
            .header('cache-control', `private, max-age=${Math.floor(limits.keptResultMs / 1000)}, immutable`);
        }
        const batches = part === undefined ? stored.follow(0, new AbortController().signal) : stored.part(index);
        return sendResult(
          reply,
          { columns: stored.columns, batches },
          { format, query, slowReaderMs: limits.slowReaderMs, cancelOnClose: false },
        );
      },
    );

    app.get(
      '/v1/queries/:id/events',
      {
        schema: {
          operationId: 'watchQuery',
          summary: 'Server-sent events: `state` and `progress`; ends when the query does',
          params: QueryId,
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) }),
          response: { ...ERRORS },
        },
      },
      async (request, reply) => {
        const query = queries.get(request.params.id, request.principal, request.access);
        const after = Number(request.headers['last-event-id'] ?? 0);
        const closed = new AbortController();
        void once(reply.raw, 'close').then(() => closed.abort());
        const events = query.events.after(after, HEARTBEAT_MS, closed.signal);
        return reply
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          .header('x-no-compression', 'true')
          .type('text/event-stream')
          .send(Readable.from(eventStream(events), { objectMode: false }) as never);
      },
    );
  };

async function* eventStream(events: AsyncIterable<QueryEvent | undefined>): AsyncGenerator<string, void, undefined> {
  yield 'retry: 1000\n\n';
  for await (const event of events) {
    yield event
      ? `id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
      : ': nothing new\n\n';
  }
}
