import { randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import {
  type Engine,
  type ParameterValue,
  type Query,
  type QueryCost,
  QueryError,
  type QueryPlan,
  type QueryProfile,
  type QueryStats,
  type ResultBatch,
} from 'millrace';
import type { Access } from '../access/role-access.ts';
import type { Admission, ResourceGroups } from '../admission/resource-groups.ts';
import type { Principal } from '../auth/principal.ts';
import type { ResultSource } from '../format/result-format.ts';
import { isServerFault, type Problem, type ProblemError, problemOf } from '../query-problem.ts';
import type { AuditLog } from '../telemetry/audit-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { QueryEvents } from './query-events.ts';
import type { ResultStore, StoredResult } from './result-store.ts';

export type QueryState = 'QUEUED' | 'PLANNING' | 'RUNNING' | 'FINISHING' | 'FINISHED' | 'FAILED' | 'CANCELLED';

/** What a caller wants to know, checked and with its defaults. */
export interface QueryRequest {
  readonly sql: string;
  readonly params: readonly ParameterValue[];
  readonly timeoutMs: number;
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A query as its caller sees it. */
export interface QueryStatus {
  readonly id: string;
  readonly state: QueryState;
  readonly sql: string;
  readonly resourceGroup: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly principal: string;
  /** ISO 8601. */
  readonly created: string;
  readonly elapsedMs: number;
  readonly progress: QueryProgress;
  /** What the plan foresees. */
  readonly cost?: QueryCost;
  readonly numParts?: number;
  readonly error?: Problem;
}

export interface QueryProgress {
  /** 1 is next; 0 when the query does not wait. */
  readonly placeInQueue: number;
  readonly queuedMs: number;
  readonly numTasks: number;
  readonly numTasksDone: number;
  readonly numRows: number;
  /** Of the tasks, as the cost foresees them; planning reads listings and footers before. */
  readonly bytesRead: number;
  readonly numRequests: number;
  readonly dollars: number;
  readonly planBytes: number;
  readonly numPlanRequests: number;
  readonly peakBytes: number;
  readonly numRetries: number;
}

/** What queries work with. */
export interface QueryHost {
  readonly engine: Engine;
  readonly groups: ResourceGroups;
  readonly results: ResultStore;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly audit: AuditLog;
  readonly maxResultBytes: number;
  readonly dollarsPerThousandGets: number;
  readonly log: (error: unknown, queryId: string) => void;
}

/** Who asks, and how the request can be traced. */
export interface QueryCaller {
  readonly principal: Principal;
  readonly access: Access;
  readonly span: Span | undefined;
  readonly remote: string | undefined;
}

const TERMINAL: ReadonlySet<QueryState> = new Set(['FINISHED', 'FAILED', 'CANCELLED']);
const NO_STATS: Partial<QueryStats> = {};

/** One query of a caller, from the queue to its result. It runs when its result is asked for: by {@link open} or by {@link store}. */
export class ServerQuery {
  readonly id = randomUUID();
  readonly request: QueryRequest;
  readonly principal: Principal;
  readonly createdMs = Date.now();
  readonly events = new QueryEvents();
  readonly #host: QueryHost;
  readonly #caller: QueryCaller;
  readonly #abort = new AbortController();
  readonly #since = performance.now();
  readonly #ended = Promise.withResolvers<void>();
  #state: QueryState = 'QUEUED';
  #query: Query | undefined;
  #plan: QueryPlan | undefined;
  #columns: ResultSource['columns'] = [];
  #profile: QueryProfile | undefined;
  #stats: Partial<QueryStats> = NO_STATS;
  #problem: Problem | undefined;
  #stored: StoredResult | undefined;
  #endedMs: number | undefined;
  #queuedMs = 0;

  constructor(request: QueryRequest, caller: QueryCaller, host: QueryHost) {
    this.request = request;
    this.principal = caller.principal;
    this.#caller = caller;
    this.#host = host;
    this.events.add('state', { state: this.#state });
    const { sql } = request;
    host.audit.write({ event: 'query', principal: this.principal.id, queryId: this.id, sql, remote: caller.remote });
  }

  get state(): QueryState {
    return this.#state;
  }

  get isOver(): boolean {
    return TERMINAL.has(this.#state);
  }

  get endedMs(): number | undefined {
    return this.#endedMs;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The result, when it is kept. */
  get stored(): StoredResult | undefined {
    return this.#stored;
  }

  /** Undefined before the plan stands, and when it is not kept any more. */
  get profile(): QueryProfile | undefined {
    return this.#query?.profile ?? this.#profile;
  }

  /** Aborted when the query is stopped; its reason tells why. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves when the query is over, however it ends. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The query as its caller sees it. */
  status(): QueryStatus {
    const stats = this.#query?.stats ?? this.#stats;
    const { numRequests = 0, numPlanRequests = 0, bytesRead = 0, planBytes = 0 } = stats;
    const { group, tags, sql } = this.request;
    return {
      id: this.id,
      state: this.#state,
      sql,
      resourceGroup: group,
      tags,
      principal: this.principal.id,
      created: new Date(this.createdMs).toISOString(),
      elapsedMs: (this.#endedMs ?? Date.now()) - this.createdMs,
      progress: {
        placeInQueue: this.#state === 'QUEUED' ? this.#host.groups.placeInQueue(group, this.#since) : 0,
        queuedMs: this.#state === 'QUEUED' ? performance.now() - this.#since : this.#queuedMs,
        numTasks: stats.numTasks ?? 0,
        numTasksDone: stats.numTasksDone ?? 0,
        numRows: stats.numRows ?? 0,
        bytesRead,
        numRequests,
        dollars: (numRequests / 1000) * this.#host.dollarsPerThousandGets,
        planBytes,
        numPlanRequests,
        peakBytes: stats.peakBytes ?? 0,
        numRetries: stats.numRetries ?? 0,
      },
      ...(this.#plan ? { cost: this.#plan.cost } : {}),
      ...(this.#stored ? { numParts: this.#stored.numParts } : {}),
      ...(this.#problem ? { error: this.#problem } : {}),
    };
  }

  /** Runs the query as far as its first rows; the caller takes the result from then on, and cancels by leaving. */
  async open(): Promise<ResultSource> {
    const batches = this.#run();
    const first = await batches.next();
    return { columns: this.#columns, batches: resumed(first, batches) };
  }

  /** Runs the query into the store. Never rejects; see {@link problem}. */
  async store(): Promise<void> {
    const stored = this.#host.results.create();
    this.#stored = stored;
    try {
      for await (const batch of this.#run((columns) => stored.begin(columns))) await stored.append(batch);
      stored.finish();
    } catch (error) {
      stored.fail(error);
    }
  }

  /** Stops the query; resolves when nothing of it is left running. Idempotent. */
  async cancel(reason: QueryError | ProblemError, by?: string): Promise<void> {
    if (this.isOver) return;
    if (by !== undefined) this.#host.audit.write({ event: 'cancel', principal: by, queryId: this.id });
    this.#abort.abort(reason);
    await this.#query?.cancel();
  }

  /** Lets go of what takes memory. */
  dropProfile(): void {
    this.#profile = undefined;
  }

  async *#run(onColumns?: (columns: ResultSource['columns']) => void): AsyncGenerator<ResultBatch, void, undefined> {
    const { engine, groups, tracing, maxResultBytes } = this.#host;
    const { sql, params, group, timeoutMs } = this.request;
    const { access, span } = this.#caller;
    const { signal } = this.#abort;
    const timer = setTimeout(() => this.#abort.abort(timedOut(timeoutMs)), timeoutMs);
    let admission: Admission | undefined;
    let failure: unknown;
    let isWhole = false;
    try {
      admission = await tracing.phase(span, 'admit', () => groups.admit(group, signal));
      this.#queuedMs = admission.queuedMs;
      this.#enter('PLANNING');
      const { memoryBytes, maxBytesRead, maxDollars } = admission.limits;
      this.#query = engine.query(sql, params, {
        signal,
        access: access.policy,
        limits: { memoryBytes, maxBytesRead, maxDollars },
        onProgress: () => this.events.add('progress', this.status().progress),
      });
      const query = this.#query;
      this.#plan = await tracing.phase(span, 'plan', () => query.plan);
      this.#columns = await query.columns;
      onColumns?.(this.#columns);
      this.#enter('RUNNING');
      let numBytes = 0;
      for await (const batch of query.batches()) {
        numBytes += batch.buffer.byteLength;
        if (numBytes > maxResultBytes) throw resultTooLarge(maxResultBytes);
        yield batch;
      }
      this.#enter('FINISHING');
      isWhole = true;
    } catch (error) {
      failure = signal.aborted ? signal.reason : error;
      throw failure;
    } finally {
      clearTimeout(timer);
      // Who stops reading before the end has gone away.
      if (!isWhole)
        failure ??= signal.aborted
          ? signal.reason
          : new QueryError('ABORTED', 'The client went away before the result was complete.');
      admission?.release();
      this.#end(failure);
    }
  }

  #enter(state: QueryState): void {
    this.#state = state;
    this.events.add('state', {
      state,
      ...(this.#plan ? { cost: this.#plan.cost } : {}),
      ...(this.#problem ? { error: this.#problem } : {}),
    });
  }

  #end(failure: unknown): void {
    const { sql, group } = this.request;
    const { metrics, audit, tracing, dollarsPerThousandGets, log } = this.#host;
    this.#stats = this.#query?.stats ?? NO_STATS;
    this.#profile = this.#query?.profile;
    this.#query = this.#profile ? undefined : this.#query;
    this.#endedMs = Date.now();
    const isCancelled = failure instanceof QueryError && failure.code === 'ABORTED';
    if (failure !== undefined) {
      this.#problem = problemOf(failure, { sql, queryId: this.id });
      if (isServerFault(failure)) log(failure, this.id);
      if (this.#caller.span) tracing.fail(this.#caller.span, this.#problem);
    }
    if (this.#profile) tracing.recordProfile(this.#caller.span, this.#profile);
    const {
      numRows = 0,
      bytesRead = 0,
      planBytes = 0,
      numRequests = 0,
      numPlanRequests = 0,
      planMs = 0,
      elapsedMs = 0,
    } = this.#stats;
    const tasks = this.#profile?.tasks ?? [];
    const code = this.#problem?.code ?? 'OK';
    metrics.query({
      group,
      outcome: !this.#problem
        ? 'finished'
        : isCancelled
          ? 'cancelled'
          : this.#problem.status === 429 || code === 'DRAINING'
            ? 'refused'
            : 'failed',
      code,
      queueMs: this.#queuedMs,
      planMs,
      runMs: Math.max(0, elapsedMs - planMs),
      storageWaitMs: Math.max(0, ...tasks.map(({ waitMs }) => waitMs)),
      computeMs: Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs)),
      numRows,
      bytesRead: bytesRead + planBytes,
      numRequests: numRequests + numPlanRequests,
      dollars: ((numRequests + numPlanRequests) / 1000) * dollarsPerThousandGets,
    });
    audit.write({
      event: 'query-end',
      principal: this.principal.id,
      queryId: this.id,
      code,
      numRows,
      bytesRead: bytesRead + planBytes,
    });
    this.events.add('progress', this.status().progress);
    this.#enter(failure === undefined ? 'FINISHED' : isCancelled ? 'CANCELLED' : 'FAILED');
    this.events.end();
    this.#ended.resolve();
  }
}

async function* resumed(first: IteratorResult<ResultBatch, void>, rest: AsyncGenerator<ResultBatch, void, undefined>) {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

function timedOut(timeoutMs: number): QueryError {
  return new QueryError('TIMEOUT', `The query ran into its time limit of ${timeoutMs} ms.`, {
    hint: 'Raise timeoutMs, or let the query read less.',
  });
}

function resultTooLarge(maxBytes: number): QueryError {
  return new QueryError('RESULT_LIMIT', `The result has more than ${maxBytes} bytes, which is the limit.`, {
    hint: 'Aggregate, select less, or use LIMIT.',
  });
}
