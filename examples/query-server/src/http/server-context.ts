import type { Span } from '@opentelemetry/api';
import type { Engine } from 'millrace';
import type { Access } from '../access/role-access.ts';
import type { ResourceGroups } from '../admission/resource-groups.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Principal } from '../auth/principal.ts';
import type { QueryService } from '../query/query-service.ts';
import type { AuditLog } from '../telemetry/audit-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';

/** Limits with their defaults, in bytes and milliseconds. */
export interface ResolvedLimits {
  readonly bodyBytes: number;
  readonly sqlLength: number;
  readonly timeoutMs: number;
  readonly resultBytes: number;
  readonly keptResultBytes: number;
  readonly keptResultMs: number;
  readonly keptQueries: number;
  readonly slowReaderMs: number;
  readonly requestsPerMinute: number | undefined;
  readonly drainMs: number;
  readonly eventLoopDelayMs: number;
}

/** What the routes work with. */
export interface ServerContext {
  readonly engine: Engine;
  readonly queries: QueryService;
  readonly groups: ResourceGroups;
  readonly authenticator: Authenticator;
  readonly accessOf: (principal: Principal) => Access;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly audit: AuditLog;
  readonly limits: ResolvedLimits;
  /** Of tables, by name. */
  readonly descriptions: ReadonlyMap<string, string>;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
    access: Access;
    span: Span | undefined;
  }
  interface FastifyContextConfig {
    /** Whether anybody may ask: the contract and the console, never data. */
    isPublic?: boolean;
    /** What this route is on its way out with (RFC 9745, RFC 8594). */
    deprecation?: { readonly since: Date; readonly sunset?: Date; readonly link?: string };
  }
}
