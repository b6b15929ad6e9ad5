import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ServerConfig } from '../src/config/server-config.ts';
import { type QueryServer, type QueryServerComponents, startQueryServer } from '../src/query-server.ts';

/** A folder of Parquet files that DuckDB has written, and DuckDB itself. */
export interface TestData extends Disposable {
  readonly directory: string;
  run(sql: string): Promise<void>;
  /** Rows with every value as DuckDB prints it. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** Writes a table: `<name>.parquet`. */
  write(name: string, select: string, options?: string): Promise<void>;
}

export async function testData(): Promise<TestData> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-server-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    directory,
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
    async write(name, select, options = '') {
      await connection.run(`COPY (${select}) TO '${join(directory, `${name}.parquet`)}' (FORMAT parquet${options})`);
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A server on free ports over the files of a folder, as the store `lake`; each file is a table. */
export function startServer(
  directory: string,
  tables: readonly string[],
  config: Partial<ServerConfig> = {},
  components: QueryServerComponents = {},
): Promise<QueryServer> {
  return startQueryServer(
    {
      stores: { lake: { type: 'fs', root: directory } },
      tables: Object.fromEntries(tables.map((name) => [name, { location: `lake/${name}.parquet` }])),
      ...config,
      listen: { port: 0, adminPort: 0, ...config.listen },
      engine: { threads: 2, memory: '256MiB', ...config.engine },
      // Tests share their machine, and their process.
      limits: { eventLoopDelayMs: 0, ...config.limits },
      telemetry: { log: 'silent', ...config.telemetry },
    },
    { directory, ...components },
  );
}

/** Sends SQL. */
export function post(
  server: { readonly url: string },
  body: object | string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${server.url}/v1/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? JSON.stringify({ sql: body }) : JSON.stringify(body),
    ...init,
  });
}
