import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import {
  createEngine,
  type Engine,
  fileSystemStore,
  type LocalEngineOptions,
  type ObjectStore,
  parseBytes,
} from 'millrace';
import { accessOf } from './access/role-access.ts';
import { ResourceGroups } from './admission/resource-groups.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createJwtVerifier } from './auth/jwt-verifier.ts';
import type { ServerConfig, StoreConfig } from './config/server-config.ts';
import { createAdminApp } from './http/create-admin-app.ts';
import { createApp } from './http/create-app.ts';
import { isLoopbackHost } from './http/host-guard.ts';
import type { ResolvedLimits } from './http/server-context.ts';
import { QueryService } from './query/query-service.ts';
import { ResultStore } from './query/result-store.ts';
import { AuditLog } from './telemetry/audit-log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { Tracing } from './telemetry/tracing.ts';

/** Parts that a test or another program puts in place of those that the configuration describes. */
export interface QueryServerComponents {
  /** Relative paths of the configuration start here. Default: the current directory. */
  readonly directory?: string;
  readonly stores?: Readonly<Record<string, ObjectStore>>;
  readonly engine?: Partial<Pick<LocalEngineOptions, 'executor' | 'functions' | 'clock' | 'random'>>;
  readonly spanExporter?: SpanExporter;
}

/** A server that listens. */
export interface QueryServer extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
  /** When callers need one and none was configured. */
  readonly token: string | undefined;
  readonly engine: Engine;
  readonly app: FastifyInstance;
  /** Is not ready any more, takes no more queries, lets those that it took end, and closes. Idempotent. */
  drain(): Promise<void>;
  /** Stops at once. */
  close(): Promise<void>;
}

const DEFAULT_GROUPS: ServerConfig['resourceGroups'] = { default: { maxRunning: 16, maxQueued: 1000 } };
const DEFAULT_DOLLARS_PER_THOUSAND_GETS = 0.0004;
/** Of all groups together, so that the planner and the memory of the process have an end. */
const MAX_RUNNING = 256;

/** Starts a server. Throws when a setting cannot be used or an address cannot be listened on; then nothing is left open. */
export async function startQueryServer(
  config: ServerConfig,
  components: QueryServerComponents = {},
): Promise<QueryServer> {
  const directory = components.directory ?? process.cwd();
  const { listen = {}, engine: engineConfig = {}, telemetry = {} } = config;
  const host = listen.host ?? '127.0.0.1';
  const limits = resolveLimits(config.limits);
  const { threads, ...settings } = engineConfig;
  const engine = createEngine({
    ...components.engine,
    ...(threads === undefined ? {} : { threads }),
    stores: components.stores ?? (await openStores(config.stores, directory)),
    settings,
  });
  try {
    await registerNames(engine, config);
    const groups = new ResourceGroups(config.resourceGroups ?? DEFAULT_GROUPS!, MAX_RUNNING);
    const metrics = new Metrics(groups, telemetry.slo);
    const tracing = new Tracing({ ...telemetry, exporter: components.spanExporter });
    const audit = new AuditLog(telemetry.auditLog === undefined ? undefined : resolve(directory, telemetry.auditLog));
    const results = new ResultStore(limits.keptResultBytes);
    const jwt = config.auth?.jwt;
    const jwks =
      jwt?.jwksFile === undefined
        ? undefined
        : (JSON.parse(readFileSync(resolve(directory, jwt.jwksFile), 'utf8')) as JSONWebKeySet);
    const authenticator = createAuthenticator({
      settings: config.auth,
      jwt: jwt && createJwtVerifier(jwt, jwks),
      isLoopback: isLoopbackHost(host),
    });
    const queries = new QueryService(
      {
        engine,
        groups,
        results,
        metrics,
        tracing,
        audit,
        maxResultBytes: limits.resultBytes,
        dollarsPerThousandGets: engineConfig.dollarsPerThousandGets ?? DEFAULT_DOLLARS_PER_THOUSAND_GETS,
        log: (error, queryId) => app.log.error({ err: error, queryId }, 'query failed'),
      },
      limits,
    );
    const access = { roles: config.roles ?? {}, groupNames: groups.names };
    const app = await createApp(
      {
        engine,
        queries,
        groups,
        authenticator,
        accessOf: (principal) => accessOf(principal, access),
        metrics,
        tracing,
        audit,
        limits,
        descriptions: new Map(
          Object.entries(config.tables ?? {}).flatMap(([name, { description }]) =>
            description ? [[name, description]] : [],
          ),
        ),
      },
      {
        host,
        names: listen.names,
        origins: config.cors?.origins,
        trustProxy: listen.trustProxy,
        logLevel: telemetry.log,
      },
    );
    let isReady = true;
    const admin = createAdminApp(metrics, () => isReady);
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= (async () => {
        isReady = false;
        await queries.close();
        await Promise.all([app.close(), admin.close()]);
        await engine.close();
        results.close();
        audit.write({ event: 'stop' });
        audit.close();
        await tracing.close();
      })();
      return closed;
    };
    let drained: Promise<void> | undefined;
    try {
      await app.listen({ host, port: listen.port ?? 8080 });
      await admin.listen({ host: listen.adminHost ?? '127.0.0.1', port: listen.adminPort ?? 8081 });
    } catch (error) {
      await close();
      throw error;
    }
    audit.write({ event: 'start' });
    return {
      url: addressOf(app, host),
      adminUrl: addressOf(admin, listen.adminHost ?? '127.0.0.1'),
      token: authenticator.generatedToken,
      engine,
      app,
      drain() {
        isReady = false;
        drained ??= queries.drain(limits.drainMs).then(close);
        return drained;
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openStores(
  configs: Readonly<Record<string, StoreConfig>>,
  directory: string,
): Promise<Record<string, ObjectStore>> {
  const stores: Record<string, ObjectStore> = {};
  for (const [name, config] of Object.entries(configs)) {
    const { type, ...settings } = config;
    if (config.type === 'fs') {
      stores[name] = fileSystemStore({ root: resolve(directory, config.root) });
    } else {
      const { s3Store } = await import('millrace/s3');
      stores[name] = s3Store(settings as Omit<Extract<StoreConfig, { type: 's3' }>, 'type'>);
    }
    void type;
  }
  return stores;
}

async function registerNames(engine: Engine, { tables = {}, views = {} }: ServerConfig): Promise<void> {
  for (const [name, { description: _, ...options }] of Object.entries(tables)) engine.registerTable(name, options);
  for (const [name, sql] of Object.entries(views)) {
    await engine.query(`CREATE VIEW "${name.replaceAll('"', '""')}" AS ${sql}`).toArray();
  }
}

function resolveLimits(limits: NonNullable<ServerConfig['limits']> = {}): ResolvedLimits {
  const bytes = (name: keyof typeof limits, value: number | string) => parseBytes(`limits.${name}`, value);
  return {
    bodyBytes: bytes('bodyBytes', limits.bodyBytes ?? '1MiB'),
    sqlLength: limits.sqlLength ?? 100_000,
    timeoutMs: limits.timeoutMs ?? 300_000,
    resultBytes: bytes('resultBytes', limits.resultBytes ?? '1GiB'),
    keptResultBytes: bytes('keptResultBytes', limits.keptResultBytes ?? '4GiB'),
    keptResultMs: limits.keptResultMs ?? 600_000,
    keptQueries: limits.keptQueries ?? 1000,
    slowReaderMs: limits.slowReaderMs ?? 60_000,
    requestsPerMinute: limits.requestsPerMinute,
    drainMs: limits.drainMs ?? 30_000,
    eventLoopDelayMs: limits.eventLoopDelayMs ?? 1000,
  };
}

function addressOf({ server }: FastifyInstance, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
