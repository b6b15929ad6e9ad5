import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';

/** For the operator's tools, on a port of its own: whether the process lives, whether it takes queries, and its metrics. */
export function createAdminApp(metrics: Metrics, isReady: () => boolean): FastifyInstance {
  const app = Fastify({ logger: false });
  // Says nothing of stores: a process must not be restarted because something else is down.
  app.get('/livez', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_, reply) =>
    isReady() ? { status: 'ready' } : reply.code(503).header('retry-after', '5').send({ status: 'draining' }),
  );
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
