import type { FastifyInstance } from 'fastify';

/** Tells callers of a route that is on its way out, by the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594). */
export function announceDeprecations(app: FastifyInstance): void {
  app.addHook('onSend', async ({ routeOptions }, reply) => {
    const { deprecation } = routeOptions.config;
    if (!deprecation) return;
    reply.header('deprecation', `@${Math.floor(deprecation.since.getTime() / 1000)}`);
    if (deprecation.sunset) reply.header('sunset', deprecation.sunset.toUTCString());
    if (deprecation.link) reply.header('link', `<${deprecation.link}>; rel="deprecation"`);
  });
}
