import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatType, type ParameterValue, QueryError } from 'millrace';
import type { QueryRequest, ServerQuery } from '../query/server-query.ts';
import { ProblemError } from '../query-problem.ts';
import { parsePrefer } from './prefer.ts';
import { PlanSchema, ProblemSchema, QueryBody, QueryId, QueryStatusSchema } from './schemas.ts';
import { negotiateFormat, sendResult } from './send-result.ts';
import type { ServerContext } from './server-context.ts';

const ERRORS = { '4xx': ProblemSchema, '5xx': ProblemSchema } as const;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Submitting, watching and stopping queries. */
export const queryRoutes =
  (context: ServerContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { queries, limits } = context;

    app.post(
      '/v1/queries',
      {
        schema: {
          operationId: 'runQuery',
          summary: 'Run a query',
          description:
            'Answers with the streamed result. With `Prefer: wait=N`, with 202 when no row is there after N seconds; with `Prefer: respond-async` at once. Closing the connection stops the query unless it was accepted with 202, or has an Idempotency-Key.',
          headers: Type.Object({
            prefer: Type.Optional(Type.String()),
            'idempotency-key': Type.Optional(Type.String({ maxLength: 255 })),
          }),
          body: QueryBody,
          response: { 202: QueryStatusSchema, ...ERRORS },
        },
      },
      async (request, reply) => {
        const body = requestOf(request.body, context, request);
        const prefer = parsePrefer(request.headers.prefer);
        const format = negotiateFormat(request);
        const caller = { principal: request.principal, access: request.access, span: request.span, remote: request.ip };
        const key = request.headers['idempotency-key'];
        if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
          throw new ProblemError(400, 'BAD_ARGUMENT', 'An Idempotency-Key has 1 to 255 visible ASCII characters.');
        }
        if (key === undefined && prefer.wait === undefined && !prefer.respondAsync) {
          const query = queries.submit(body, caller);
          // Does nothing when the query is over by then.
          reply.raw.once('close', () => void query.cancel(clientWentAway()));
          const source = await query.open();
          return sendResult(reply, source, { format, query, slowReaderMs: limits.slowReaderMs, cancelOnClose: true });
        }
        const query = key === undefined ? queries.submit(body, caller) : queries.submitOnce(key, body, caller);
        if (key === undefined) queries.store(query);
        const waitMs = prefer.respondAsync ? 0 : prefer.wait === undefined ? limits.timeoutMs : prefer.wait * 1000;
        const isReady = await firstPart(query, waitMs);
        if (query.problem && !prefer.respondAsync)
          throw new ProblemError(query.problem.status, query.problem.code, query.problem.detail, query.problem);
        if (!isReady) return accepted(reply, query);
        const columns = query.stored!.columns;
        const source = { columns, batches: query.stored!.follow(0, neverAborted()) };
        return sendResult(reply, source, { format, query, slowReaderMs: limits.slowReaderMs, cancelOnClose: false });
      },
    );

    app.post(
      '/v1/queries::explain',
      {
        schema: {
          operationId: 'explainQuery',
          summary: 'The plan of a query, with the bytes, requests and dollars that it would take; runs nothing',
          body: QueryBody,
          response: { 200: PlanSchema, ...ERRORS },
        },
      },
      async (request) => {
        const { sql, params, timeoutMs } = requestOf(request.body, context, request);
        const signal = AbortSignal.timeout(timeoutMs);
        const query = context.engine.query(sql, params, { access: request.access.policy, signal });
        const { stages, cost } = await query.plan;
        const columns = (await query.columns).map(({ name, type, nullable }) => ({
          name,
          type: formatType(type),
          nullable,
        }));
        return { columns, stages, cost };
      },
    );

    app.get(
      '/v1/queries',
      {
        schema: {
          operationId: 'listQueries',
          summary: 'Queries of the caller, the latest first',
          response: { 200: Type.Object({ queries: Type.Array(QueryStatusSchema) }), ...ERRORS },
        },
      },
      async (request) => ({
        queries: queries
          .list(request.principal, request.access)
          .slice(0, 200)
          .map((query) => query.status()),
      }),
    );

    app.get(
      '/v1/queries/:id',
      {
        schema: {
          operationId: 'getQuery',
          summary: 'State and progress',
          params: QueryId,
          response: { 200: QueryStatusSchema, ...ERRORS },
        },
      },
      async (request, reply) => {
        const query = queries.get(request.params.id, request.principal, request.access);
        if (!query.isOver) reply.header('retry-after', '1');
        return reply.header('cache-control', 'no-store').send(query.status());
      },
    );

    app.delete(
      '/v1/queries/:id',
      {
        schema: {
          operationId: 'cancelQuery',
          summary: 'Stop a query; what is over stays as it is',
          params: QueryId,
          response: { 200: QueryStatusSchema, ...ERRORS },
        },
      },
      async (request) => {
        const query = queries.get(request.params.id, request.principal, request.access);
        await query.cancel(new QueryError('ABORTED', 'The query was cancelled.'), request.principal.id);
        await query.ended;
        return query.status();
      },
    );

    app.get(
      '/v1/queries/:id/profile',
      {
        schema: {
          operationId: 'getProfile',
          summary: 'What stages, tasks, operators and reads did',
          params: QueryId,
          response: {
            200: Type.Object({}, { additionalProperties: true, description: '`QueryProfile` of the library' }),
            ...ERRORS,
          },
        },
      },
      async (request) => {
        const query = queries.get(request.params.id, request.principal, request.access);
        const { profile } = query;
        if (profile) return { ...profile, query: query.status() };
        throw query.isOver
          ? new ProblemError(
              410,
              'PROFILE_GONE',
              'The profile is not kept any more, or the query ended before it had a plan.',
            )
          : new ProblemError(409, 'NOT_PLANNED', 'The query has no plan yet.', { retryAfter: 1 });
      },
    );
  };

/** The query of a body, within the limits of the server and the groups of the caller. */
function requestOf(body: QueryBody, { limits }: ServerContext, { access }: FastifyRequest): QueryRequest {
  if (body.sql.length > limits.sqlLength) {
    throw new ProblemError(413, 'SQL_TOO_LONG', `SQL may have ${limits.sqlLength} characters, not ${body.sql.length}.`);
  }
  const group = body.resourceGroup ?? access.resourceGroups[0];
  if (group === undefined || !access.resourceGroups.includes(group)) {
    throw new ProblemError(
      403,
      'RESOURCE_GROUP_DENIED',
      group === undefined ? 'You have no resource group.' : `You may not use the resource group "${group}".`,
      {
        candidates: access.resourceGroups,
      },
    );
  }
  return {
    sql: body.sql,
    params: (body.params ?? []).map(
      (value): ParameterValue =>
        typeof value === 'object' && value !== null && 'bigint' in value
          ? BigInt(value.bigint)
          : (value as ParameterValue),
    ),
    timeoutMs: Math.min(body.timeoutMs ?? limits.timeoutMs, limits.timeoutMs),
    group,
    tags: body.tags ?? {},
  };
}

function accepted(reply: FastifyReply, query: ServerQuery): FastifyReply {
  const location = `/v1/queries/${query.id}`;
  return reply
    .code(202)
    .header('location', location)
    .header('retry-after', '1')
    .header('preference-applied', 'respond-async')
    .send(query.status());
}

/** Whether rows, or the end of the result, are there in time. */
async function firstPart(query: ServerQuery, waitMs: number): Promise<boolean> {
  const { stored } = query;
  if (!stored || waitMs === 0) return false;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), waitMs);
  try {
    await stored.waitForPart(0, timer.signal);
    // The problem of a query that failed is told when it is over.
    if (stored.numParts === 0) await query.ended;
    return stored.numParts > 0;
  } catch (error) {
    if (timer.signal.aborted) return false;
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function clientWentAway(): QueryError {
  return new QueryError('ABORTED', 'The client went away before the result was complete.');
}
