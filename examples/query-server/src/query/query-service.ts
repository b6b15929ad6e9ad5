import { createHash } from 'node:crypto';
import { QueryError } from 'millrace';
import type { Access } from '../access/role-access.ts';
import type { Principal } from '../auth/principal.ts';
import { ProblemError } from '../query-problem.ts';
import { type QueryCaller, type QueryHost, type QueryRequest, ServerQuery } from './server-query.ts';

export interface QueryServiceLimits {
  readonly keptQueries: number;
  readonly keptResultMs: number;
}

/** Profiles weigh more than the queries themselves. */
const MAX_KEPT_PROFILES = 100;

/** All queries of the server: those that wait and run, and for some time those that are over. */
export class QueryService {
  readonly #host: QueryHost;
  readonly #limits: QueryServiceLimits;
  readonly #queries = new Map<string, ServerQuery>();
  readonly #byKey = new Map<string, { readonly body: string; readonly query: ServerQuery }>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #stores = new Set<Promise<void>>();

  constructor(host: QueryHost, limits: QueryServiceLimits) {
    this.#host = host;
    this.#limits = limits;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(10_000, limits.keptResultMs));
    this.#sweeper.unref();
  }

  /** A query that has not begun. */
  submit(request: QueryRequest, caller: QueryCaller): ServerQuery {
    const query = new ServerQuery(request, caller, this.#host);
    this.#queries.set(query.id, query);
    this.#sweep();
    return query;
  }

  /** The query of an idempotency key, or a new one, which runs into the store. Throws 422 when the key came with another request. */
  submitOnce(key: string, request: QueryRequest, caller: QueryCaller): ServerQuery {
    const body = createHash('sha256')
      .update(JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
      .digest('hex');
    const ownKey = JSON.stringify([caller.principal.id, key]);
    const known = this.#byKey.get(ownKey);
    if (known) {
      if (known.body === body) return known.query;
      throw new ProblemError(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came before with another request.', {
        hint: 'Use a new key for each query, and the same one only to repeat it.',
      });
    }
    const query = this.submit(request, caller);
    this.#byKey.set(ownKey, { body, query });
    this.store(query);
    return query;
  }

  /** Runs a query into the store. */
  store(query: ServerQuery): void {
    const stored = query.store().finally(() => this.#stores.delete(stored));
    this.#stores.add(stored);
  }

  /** A query that the principal may see. Throws 404 for others as for none. */
  get(id: string, principal: Principal, access: Access): ServerQuery {
    const query = this.#queries.get(id);
    if (query && (query.principal.id === principal.id || access.seesAllQueries)) return query;
    throw new ProblemError(404, 'QUERY_NOT_FOUND', 'There is no such query, or not any more.');
  }

  list(principal: Principal, access: Access): ServerQuery[] {
    return [...this.#queries.values()]
      .filter((query) => query.principal.id === principal.id || access.seesAllQueries)
      .reverse();
  }

  get numActive(): number {
    return [...this.#queries.values()].filter(({ isOver }) => !isOver).length;
  }

  /**
   * Lets queries end, and their readers fetch what is kept for them, for a time; then stops what is left with a problem that says to try
   * again. Resolves when nothing runs.
   */
  async drain(ms: number): Promise<void> {
    this.#host.groups.drain();
    const deadline = Date.now() + ms;
    const isBusy = ({ isOver, stored }: ServerQuery) => !isOver || (stored?.isComplete === true && !stored.wasRead);
    while (Date.now() < deadline && [...this.#queries.values()].some(isBusy))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const reason = new ProblemError(503, 'SHUTTING_DOWN', 'The server was shut down before the query was done.', {
      retryAfter: 5,
    });
    await Promise.all([...this.#queries.values()].map((query) => query.cancel(reason)));
    await Promise.all(this.#stores);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    const reason = new QueryError('ABORTED', 'The server was closed.');
    await Promise.all([...this.#queries.values()].map((query) => query.cancel(reason)));
    await Promise.all(this.#stores);
    await Promise.all([...this.#queries.values()].map(({ stored }) => stored?.delete()));
  }

  /** Forgets what is over: results and queries whose time has come, and the oldest beyond the limits. */
  #sweep(): void {
    const over = [...this.#queries.values()].filter(({ isOver }) => isOver);
    for (const query of over.slice(0, -MAX_KEPT_PROFILES)) query.dropProfile();
    const numTooMany = this.#queries.size - this.#limits.keptQueries;
    const oldest = Date.now() - this.#limits.keptResultMs;
    over.forEach((query, i) => {
      if (i < numTooMany || query.endedMs! < oldest) this.#forget(query);
    });
  }

  #forget(query: ServerQuery): void {
    this.#queries.delete(query.id);
    for (const [key, known] of this.#byKey) if (known.query === query) this.#byKey.delete(key);
    void query.stored?.delete();
  }
}
