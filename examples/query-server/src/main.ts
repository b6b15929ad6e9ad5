import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { isQueryError } from 'millrace';
import { ConfigError } from './config/config-error.ts';
import { parseConfig } from './config/parse-config.ts';
import type { ServerConfig } from './config/server-config.ts';
import { startQueryServer } from './query-server.ts';
import { sampleConfig } from './sample-config.ts';

/** `npm run server`: the query server, over sample data unless a configuration says otherwise. */
const {
  config: file,
  port,
  adminPort,
} = new Command('query-server')
  .description('SQL over Parquet, by HTTP, with a console.')
  .option('-c, --config <file>', 'configuration, YAML or JSON; without one, sample data is made and served')
  .option('-p, --port <port>', 'port, in place of the configuration (0: any free one)')
  .option('--admin-port <port>', 'port for /metrics, /readyz and /livez, in place of the configuration')
  .parse()
  .opts<{ config?: string; port?: string; adminPort?: string }>();

try {
  const { config, directory, about } = await load();
  const listen = {
    ...config.listen,
    ...(port === undefined ? {} : { port: portNumber(port) }),
    ...(adminPort === undefined ? {} : { adminPort: portNumber(adminPort) }),
  };
  const server = await startQueryServer({ ...config, listen }, { directory });
  const credential =
    server.token === undefined
      ? config.auth
        ? ' -H "Authorization: Bearer $TOKEN"'
        : ''
      : ` -H 'Authorization: Bearer ${server.token}'`;
  const table = Object.keys(config.tables ?? {})[0];
  const sql = table ? `SELECT count(*) AS n FROM ${table}` : 'SELECT 1 AS n';
  console.log(`
Millrace listens at ${server.url}
  console   ${server.url}/
  contract  ${server.url}/openapi.json
  admin     ${server.adminUrl}/metrics, /readyz, /livez
  data      ${about}
${server.token === undefined ? '' : `  token     ${server.token}  (of this run; configure auth for lasting ones)\n`}
  curl -s${credential} ${server.url}/v1/queries -H 'content-type: application/json' -d '{"sql":"${sql}"}'
`);
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) {
        console.error('Stopping at once.');
        process.exit(1);
      }
      isStopping = true;
      console.error(`${signal}: taking no more queries, letting those that run end. Once more stops at once.`);
      server.drain().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  if (!(error instanceof ConfigError) && !isQueryError(error) && (error as NodeJS.ErrnoException).code === undefined)
    throw error;
  console.error(`error: ${(error as Error).message}`);
  if (isQueryError(error) && error.hint) console.error(error.hint);
  process.exit(2);
}

async function load(): Promise<{ config: ServerConfig; directory: string; about: string }> {
  if (file === undefined) return sampleConfig((text) => console.error(text));
  const path = resolve(file);
  const config = parseConfig(readFileSync(path, 'utf8'), file);
  const stores = Object.entries(config.stores).map(
    ([name, store]) => `${name} (${store.type === 'fs' ? resolve(dirname(path), store.root) : `s3://${store.bucket}`})`,
  );
  return { config, directory: dirname(path), about: stores.join(', ') };
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new ConfigError('--port', [`a port is a number from 0 to 65535, not "${text}".`]);
  return value;
}
