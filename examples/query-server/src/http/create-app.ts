import accepts from '@fastify/accepts';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import underPressure from '@fastify/under-pressure';
import { Ajv } from 'ajv';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { isServerFault, type Problem, ProblemError, problemOf } from '../query-problem.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { serveConsole } from './console-files.ts';
import { announceDeprecations } from './deprecation.ts';
import { createHostGuard } from './host-guard.ts';
import { queryRoutes } from './query-routes.ts';
import { resultRoutes } from './result-routes.ts';
import type { ServerContext } from './server-context.ts';

export interface AppOptions {
  readonly host: string;
  readonly names?: readonly string[] | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly trustProxy?: boolean | undefined;
  readonly logLevel?: string | undefined;
}

/** Deeper JSON than any request has is refused before it is parsed. */
const MAX_JSON_DEPTH = 32;

/** The HTTP face of the server, not yet listening. */
export async function createApp(context: ServerContext, options: AppOptions): Promise<FastifyInstance> {
  const { limits } = context;
  const origins = options.origins ?? [];
  const app = Fastify({
    bodyLimit: limits.bodyBytes,
    trustProxy: options.trustProxy ?? false,
    logger: { level: options.logLevel ?? 'warn', redact: ['req.headers.authorization', 'req.headers["x-api-key"]'] },
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
    keepAliveTimeout: 15_000,
    maxRequestsPerSocket: 0,
    routerOptions: { maxParamLength: 200 },
    // Connections of a server that drains are answered, not cut: admission refuses what is new.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Only JSON: a form or a text is what a page of another site can send without being asked.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      checkDepth(body as string);
      done(null, JSON.parse(body as string));
    } catch (error) {
      done(
        error instanceof ProblemError
          ? error
          : new ProblemError(400, 'BAD_JSON', `The body is no JSON: ${(error as Error).message}.`),
      );
    }
  });
  app.setValidatorCompiler(({ schema, httpPart }) => validatorFor(httpPart).compile(schema as object));
  app.decorateRequest('principal');
  app.decorateRequest('access');
  app.decorateRequest('span');
  // One shape for problems of every origin: also of routes that there are not, and of plugins.
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(reply, request, error, context));
  app.setNotFoundHandler({ preHandler: [] }, async () => {
    throw new ProblemError(404, 'NOT_FOUND', 'There is nothing at this address.', {
      hint: '/openapi.json describes what there is.',
    });
  });

  observe(app, context);
  const guard = createHostGuard(options.host, options.names, origins);
  app.addHook('onRequest', async (request) => guard(request));
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
  // No origins, no CORS headers: browsers then keep other sites out by themselves.
  if (origins.length > 0) {
    await app.register(cors, {
      origin: [...origins],
      exposedHeaders: ['location', 'retry-after', 'link', 'millrace-query-id', 'traceparent', 'etag'],
    });
  }
  if (limits.eventLoopDelayMs > 0) {
    await app.register(underPressure, {
      maxEventLoopDelay: limits.eventLoopDelayMs,
      pressureHandler: () => {
        throw new ProblemError(503, 'OVERLOADED', 'The server has more to do than it can.', { retryAfter: 2 });
      },
    });
  }
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isPublic || request.is404) return;
    request.principal = await context.authenticator.authenticate(request.headers);
    request.access = context.accessOf(request.principal);
  });
  if (limits.requestsPerMinute !== undefined) {
    await app.register(rateLimit, {
      hook: 'preValidation',
      max: limits.requestsPerMinute,
      timeWindow: 60_000,
      keyGenerator: ({ principal, ip }) => principal?.id ?? ip,
      errorResponseBuilder: (_, { ttl }) =>
        new ProblemError(429, 'RATE_LIMITED', 'You have sent too many requests.', {
          retryAfter: Math.max(1, Math.ceil(ttl / 1000)),
        }),
    });
  }
  await app.register(accepts);
  await app.register(compress, {
    encodings: ['zstd', 'br', 'gzip', 'identity'],
    threshold: 1024,
    customTypes: /^application\/(json|problem\+json|x-ndjson|vnd\.apache\.arrow\.stream)|^text\/(?!event-stream)/,
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Millrace query server', version: '1.0.0', description: 'SQL over Parquet in object storage.' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
      security: [{ bearer: [] }, { apiKey: [] }],
    },
  });
  announceDeprecations(app);
  await app.register(queryRoutes(context));
  await app.register(resultRoutes(context));
  await app.register(catalogRoutes(context));
  app.get('/openapi.json', { config: { isPublic: true }, schema: { hide: true } }, async () => app.swagger());
  serveConsole(app);
  return app as unknown as FastifyInstance;
}

/** Addresses and headers are text, which is read as what the schema wants; a body has types of its own. */
function validatorFor(httpPart: string | undefined): Ajv {
  return httpPart === 'body' ? BODY_VALIDATOR : TEXT_VALIDATOR;
}

const VALIDATION = { strict: false, allErrors: false, addUsedSchema: false, useDefaults: true } as const;
const BODY_VALIDATOR = new Ajv(VALIDATION);
const TEXT_VALIDATOR = new Ajv({ ...VALIDATION, coerceTypes: true });

/** Spans, metrics and the trail of requests that were refused. */
function observe(app: FastifyInstance, { tracing, metrics }: ServerContext): void {
  app.addHook('onRequest', async (request, reply) => {
    request.span = tracing.startRequest(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, request.headers);
    reply.header('traceparent', tracing.traceparent(request.span));
  });
  app.addHook('onResponse', async ({ span, method, routeOptions }, reply) => {
    span?.setAttributes({
      'http.request.method': method,
      'http.route': routeOptions.url ?? 'unknown',
      'http.response.status_code': reply.statusCode,
    });
    span?.end();
    metrics.request(method, routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000);
  });
  app.addHook('onRequestAbort', async ({ span }) => span?.end());
}

function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  error: FastifyError,
  { audit }: ServerContext,
): FastifyReply {
  const problem = httpProblem(error, request);
  const { status, retryAfter, code, detail } = problem;
  if (isServerFault(error) && status >= 500) request.log.error(error);
  if ([401, 403, 413, 421, 429, 400, 415].includes(status)) {
    audit.write({ event: 'refused', principal: request.principal?.id, code, detail, remote: request.ip });
  }
  // A result may have failed before its first byte: what was said of it is not true of the problem.
  for (const name of ['content-encoding', 'content-length', 'etag', 'link']) reply.removeHeader(name);
  reply.removeTrailer('millrace-row-count');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="millrace"');
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}

/** Fastify's own errors have a status and words for the caller. */
function httpProblem(error: FastifyError, { body }: FastifyRequest): Problem {
  const status = error.statusCode;
  if (!(error instanceof ProblemError) && status !== undefined && status >= 400 && status < 500) {
    const code = error.validation
      ? 'BAD_REQUEST'
      : error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
        ? 'UNSUPPORTED_MEDIA_TYPE'
        : (error.code ?? 'BAD_REQUEST').replace(/^FST_ERR_/, '');
    return new ProblemError(status, code, error.message).problem;
  }
  const sql = (body as { sql?: unknown } | undefined)?.sql;
  return problemOf(error, { sql: typeof sql === 'string' ? sql : undefined });
}

/** Throws for JSON that nests deeper than any request does: `JSON.parse` and validation would walk all of it. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      while (++i < text.length && text.charCodeAt(i) !== 0x22) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_JSON_DEPTH)
        throw new ProblemError(400, 'TOO_DEEP', `JSON may nest ${MAX_JSON_DEPTH} levels deep.`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}
