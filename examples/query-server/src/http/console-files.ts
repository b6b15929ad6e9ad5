import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const DIRECTORY = join(import.meta.dirname, '..', '..', 'console');
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
};

/**
 * The console: a page, a style sheet and modules, all read when the server starts. Modules are TypeScript whose types are taken out, so that
 * what runs is what was checked and there is nothing to build.
 */
export function serveConsole(app: FastifyInstance): void {
  for (const entry of readdirSync(DIRECTORY)) {
    const mediaType = MEDIA_TYPES[extname(entry)];
    if (!mediaType || entry.endsWith('.test.ts')) continue;
    const text = readFileSync(join(DIRECTORY, entry), 'utf8');
    const body = entry.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
    const path = entry === 'index.html' ? '/' : `/console/${entry}`;
    app.get(path, { config: { isPublic: true }, schema: { hide: true } }, (_, reply) =>
      reply.header('cache-control', 'no-cache').type(mediaType).send(body),
    );
  }
}
