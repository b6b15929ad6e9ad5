import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../query-problem.ts';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses requests that a page of another site made a browser send: by a name that is not the server's (DNS rebinding), or across sites.
 * `names` are the server's beyond those of loopback; with none, and not on loopback, every name goes.
 */
export function createHostGuard(
  host: string,
  names: readonly string[] | undefined,
  origins: readonly string[],
): (request: FastifyRequest) => void {
  const isLoopback = isLoopbackHost(host);
  const known =
    names || isLoopback ? new Set([...LOOPBACK_NAMES, ...(names ?? [])].map((name) => name.toLowerCase())) : undefined;
  return ({ headers, raw }) => {
    if (raw.httpVersion === '1.0') {
      throw new ProblemError(
        505,
        'HTTP_VERSION',
        'HTTP/1.0 cannot tell a result that was cut off from a whole one. Use HTTP/1.1.',
      );
    }
    const numHosts = raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length;
    if (numHosts > 1) throw new ProblemError(400, 'BAD_REQUEST', 'A request has one Host.');
    const name = (headers.host ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
    if (name === '' || (known && !known.has(name))) {
      throw new ProblemError(421, 'WRONG_HOST', 'This server does not answer to that host name.', {
        hint: 'Its operator lists the names in listen.names.',
      });
    }
    const { origin } = headers;
    const isForeign =
      headers['sec-fetch-site'] === 'cross-site' ||
      (origin !== undefined && originHost(origin) !== (headers.host ?? '').toLowerCase());
    if (isForeign && !(origin !== undefined && origins.includes(origin))) {
      throw new ProblemError(403, 'CROSS_ORIGIN', 'Pages of other sites may not use this server.', {
        hint: 'Its operator lists those that may in cors.origins.',
      });
    }
  };
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : undefined;
}
