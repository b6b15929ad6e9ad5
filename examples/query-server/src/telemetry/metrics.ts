import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ResourceGroups } from '../admission/resource-groups.ts';
import type { ServerConfig } from '../config/server-config.ts';

/** How one query went. */
export interface QueryOutcome {
  readonly group: string;
  readonly outcome: 'finished' | 'failed' | 'cancelled' | 'refused';
  readonly code: string;
  readonly queueMs: number;
  readonly planMs: number;
  readonly runMs: number;
  /** The longest that one task has waited for bytes, and computed. */
  readonly storageWaitMs: number;
  readonly computeMs: number;
  readonly numRows: number;
  readonly bytesRead: number;
  readonly numRequests: number;
  readonly dollars: number;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const DEFAULT_SLO_MS = 1000;
/** Failures that are storage's; those of the caller count for nobody. */
const STORAGE_CODES = new Set([
  'TIMEOUT',
  'THROTTLED',
  'CONNECTION_LOST',
  'RETRIES_EXHAUSTED',
  'CIRCUIT_OPEN',
  'TRUNCATED_OBJECT',
]);
const COMPUTE_CODES = new Set(['INTERNAL', 'WORKER_LOST', 'MEMORY_LIMIT']);

/** Prometheus metrics of one server. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #queries: Counter<'group' | 'outcome' | 'code'>;
  readonly #phases: Histogram<'group' | 'phase'>;
  readonly #totals: Record<'rows' | 'bytesRead' | 'requests' | 'dollars', Counter<'group'>>;
  readonly #slo: Counter<'slo' | 'outcome'>;
  readonly #targets: { readonly compute: number; readonly storage: number };

  constructor(groups: ResourceGroups, slo: NonNullable<ServerConfig['telemetry']>['slo'] = {}) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#targets = { compute: slo.computeMs ?? DEFAULT_SLO_MS, storage: slo.storageMs ?? DEFAULT_SLO_MS };
    this.#requests = new Histogram({
      name: 'millrace_http_request_seconds',
      help: 'Requests by route and status, until the last byte was written',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.#queries = new Counter({
      name: 'millrace_queries_total',
      help: 'Queries by how they ended',
      labelNames: ['group', 'outcome', 'code'],
      registers,
    });
    this.#phases = new Histogram({
      name: 'millrace_query_phase_seconds',
      help: 'Time of finished queries in the queue, planning and running',
      labelNames: ['group', 'phase'],
      buckets: BUCKETS,
      registers,
    });
    const total = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['group'] as const, registers });
    this.#totals = {
      rows: total('millrace_result_rows_total', 'Rows given out'),
      bytesRead: total('millrace_storage_bytes_total', 'Bytes read from stores'),
      requests: total('millrace_storage_requests_total', 'Requests to stores'),
      dollars: total('millrace_storage_dollars_total', 'What those requests cost'),
    };
    this.#slo = new Counter({
      name: 'millrace_slo_queries_total',
      help: 'Queries that kept or missed the objective, compute and storage apart; burn rate = rate(miss) / rate(all) / (1 - objective)',
      labelNames: ['slo', 'outcome'],
      registers,
    });
    for (const [name, key] of [
      ['millrace_queries_running', 'numRunning'],
      ['millrace_queries_queued', 'numQueued'],
    ] as const) {
      new Gauge({
        name,
        help: `Queries of each resource group that are ${key === 'numRunning' ? 'running' : 'waiting'}`,
        labelNames: ['group'],
        registers,
        collect() {
          for (const group of groups.status()) this.set({ group: group.name }, group[key]);
        },
      });
    }
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  query(query: QueryOutcome): void {
    const { group, outcome, code } = query;
    this.#queries.inc({ group, outcome, code });
    this.#totals.rows.inc({ group }, query.numRows);
    this.#totals.bytesRead.inc({ group }, query.bytesRead);
    this.#totals.requests.inc({ group }, query.numRequests);
    this.#totals.dollars.inc({ group }, query.dollars);
    if (outcome === 'finished') {
      for (const [phase, ms] of [
        ['queue', query.queueMs],
        ['plan', query.planMs],
        ['run', query.runMs],
      ] as const) {
        this.#phases.observe({ group, phase }, ms / 1000);
      }
    }
    if (outcome === 'cancelled' || outcome === 'refused') return;
    const count = (slo: string, isGood: boolean) => this.#slo.inc({ slo, outcome: isGood ? 'good' : 'miss' });
    count('compute', !COMPUTE_CODES.has(code) && query.computeMs <= this.#targets.compute);
    count('storage', !STORAGE_CODES.has(code) && query.storageWaitMs <= this.#targets.storage);
  }
}
