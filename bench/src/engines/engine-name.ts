import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

export const ENGINE_NAMES = ['millrace', 'duckdb', 'hyparquet'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The npm package of each engine. */
const PACKAGES: Readonly<Record<EngineName, string>> = {
  millrace: 'millrace',
  duckdb: '@duckdb/node-api',
  hyparquet: 'hyparquet',
};

/** The engine that others are measured against. */
export const BASELINE: EngineName = 'duckdb';

/** The installed version of an engine's package. Throws an Error that says what to install when it is missing. */
export function engineVersion(engine: EngineName): string {
  const path = findPackageJSON(PACKAGES[engine], import.meta.url);
  if (path === undefined)
    throw new Error(`the package ${PACKAGES[engine]} is not installed: npm install -D ${PACKAGES[engine]}`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
