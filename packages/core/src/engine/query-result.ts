import type { RecordBatch, Schema, Table } from 'apache-arrow';
import { abortError, QueryError, toQueryError } from '../error/index.ts';
import type { Column } from '../expression/index.ts';
import type { Execution, ExecutionStats, ResultBlock } from '../physical/index.ts';
import { type RequestCounts, RequestMeter } from '../storage/index.ts';
import { arrowSchema, type ResultColumn, recordBatchFromBlock, tableFromBatches } from '../vector/arrow-interop.ts';
import { rowsFromBlock } from '../vector/row-reader.ts';
import type { AccessPolicy } from './access-policy.ts';
import type { QueryLimits } from './query-limits.ts';
import type { QueryPlan, QueryProfile } from './query-profile.ts';
import { ResultBatch } from './result-batch.ts';

/** What a query has done; counted, not sampled. */
export interface QueryStats {
  /** Milliseconds from the first pull to now, or to the end. */
  readonly elapsedMs: number;
  /** Of these, until the plan stood: parsing, listing, footers, planning. */
  readonly planMs: number;
  /** Rows of the result given out so far. */
  readonly numRows: number;
  /** Rows of the row groups that statistics did not rule out: what the scans go through unless a limit stops them. */
  readonly numRowsToScan: number;
  /** Requests and bytes that planning needed: listings and footers. */
  readonly numPlanRequests: number;
  readonly planBytes: number;
  /** Requests and bytes that the tasks needed. */
  readonly numRequests: number;
  readonly bytesRead: number;
  /** How the requests of the tasks went: retries, throttling, hedges, cache, time to the first byte. */
  readonly storage: RequestCounts;
  readonly numTasks: number;
  readonly numTasksDone: number;
  readonly numRetries: number;
  readonly exchangedBytes: number;
  /** Most bytes that the memory ledger had in use for this query. */
  readonly peakBytes: number;
  /** Bytes that did not fit into memory and were put elsewhere for a while. */
  readonly spilledBytes: number;
}

/** A plan that can be executed, and what making it cost. */
export interface PreparedQuery {
  readonly columns: readonly Column[];
  readonly planMs: number;
  readonly numPlanRequests: number;
  readonly planBytes: number;
  readonly numRowsToScan: number;
  readonly plan: QueryPlan;
  execute(signal: AbortSignal, onProgress: ((stats: ExecutionStats) => void) | undefined): Execution;
}

export interface QueryOptions {
  /** Aborts the query: before it starts, while it is planned, or while it runs. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the query fails with `TIMEOUT`. Default: none. */
  readonly timeoutMs?: number;
  /** Called some times a second while the query runs. */
  readonly onProgress?: (stats: QueryStats) => void;
  /** What the query may read, call and do. Default: everything. */
  readonly access?: AccessPolicy | undefined;
  /** What it may cost; a plan that costs more fails with `COST_LIMIT` before it reads anything. Default: no limits. */
  readonly limits?: QueryLimits | undefined;
}

/**
 * A query and its result. Nothing happens before the result is asked for, and it can be taken once, in one of these ways:
 *
 * - `for await (const batch of query)`: Arrow record batches as they come; the workers wait for a slow reader, and leaving the
 *   loop early stops them.
 * - `for await (const batch of query.batches())`: batches that become Arrow or objects when asked, and that can be kept as bytes.
 * - `for await (const rows of query.rowBatches())`: the same as plain objects.
 * - `await query.toArray()`: all rows as plain objects.
 * - `await query.toTable()`: all rows as one Arrow table.
 *
 * `schema` can be asked for at any time and only plans the query. Every failure is a `QueryError`.
 */
export class Query<Row extends object = Record<string, unknown>> implements AsyncIterable<RecordBatch> {
  readonly sql: string;
  readonly #prepare: (signal: AbortSignal) => Promise<PreparedQuery>;
  readonly #options: QueryOptions;
  readonly #now: () => number;
  readonly #controller = new AbortController();
  #prepared: Promise<PreparedQuery> | undefined;
  #plan: PreparedQuery | undefined;
  #execution: Execution | undefined;
  #taken = false;
  #finished = false;
  #startedMs: number | undefined;
  #endedMs: number | undefined;
  #numRows = 0;

  /** Queries are made by the engine. */
  constructor(
    sql: string,
    prepare: (signal: AbortSignal) => Promise<PreparedQuery>,
    options: QueryOptions,
    now: () => number,
  ) {
    this.sql = sql;
    this.#prepare = prepare;
    this.#options = options;
    this.#now = now;
  }

  /** Names and SQL types of the result's columns. */
  get columns(): Promise<readonly ResultColumn[]> {
    return this.#ready().then(({ columns }) => columns.map(({ name, type, nullable }) => ({ name, type, nullable })));
  }

  /** Arrow schema of the result. */
  get schema(): Promise<Schema> {
    return this.#ready().then(({ columns }) => arrowSchema(columns));
  }

  /** How the query will run and what it will read; plans the query and runs nothing of it. */
  get plan(): Promise<QueryPlan> {
    return this.#ready().then(({ plan }) => plan);
  }

  /** How the query has run so far, task by task; undefined before its plan stands. */
  get profile(): QueryProfile | undefined {
    if (!this.#plan) return undefined;
    const tasks = this.#execution?.stats().reports ?? [];
    return { version: 1, sql: this.sql, plan: this.#plan.plan, stats: this.stats, tasks };
  }

  /** What the query has done so far. */
  get stats(): QueryStats {
    const execution = this.#execution?.stats();
    const started = this.#startedMs;
    return {
      elapsedMs: started === undefined ? 0 : (this.#endedMs ?? this.#now()) - started,
      planMs: this.#plan?.planMs ?? 0,
      numRows: this.#numRows,
      numRowsToScan: this.#plan?.numRowsToScan ?? 0,
      numPlanRequests: this.#plan?.numPlanRequests ?? 0,
      planBytes: this.#plan?.planBytes ?? 0,
      numRequests: execution?.numRequests ?? 0,
      bytesRead: execution?.bytesRead ?? 0,
      storage: execution?.storage ?? new RequestMeter().counts(),
      numTasks: execution?.numTasks ?? 0,
      numTasksDone: execution?.numTasksDone ?? 0,
      numRetries: execution?.numRetries ?? 0,
      exchangedBytes: execution?.exchangedBytes ?? 0,
      spilledBytes: execution?.spilledBytes ?? 0,
      peakBytes: execution?.peakBytes ?? 0,
    };
  }

  /** Stops the query and resolves when nothing of it is left running. Whoever reads the result gets `Cancelled`. Idempotent. */
  async cancel(): Promise<void> {
    const reason = new QueryError('ABORTED', 'The query was cancelled.');
    this.#controller.abort(reason);
    await this.#execution?.cancel(reason);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void, undefined> {
    for await (const { block, columns } of this.#take()) yield recordBatchFromBlock(block, arrowSchema(columns));
  }

  /** All rows as plain objects with the result's column names as keys. Holds the whole result in memory. */
  async toArray(): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const batch of this.rowBatches()) for (const row of batch) rows.push(row);
    return rows;
  }

  /** The rows as plain objects, some thousand at a time, as they come. A result taken this way is not held in memory. */
  async *rowBatches(): AsyncGenerator<Row[], void, undefined> {
    for await (const { block, columns } of this.#take()) yield rowsFromBlock(block, columns) as Row[];
  }

  /** The result in batches that are not converted to anything yet, as they come. */
  async *batches(): AsyncGenerator<ResultBatch, void, undefined> {
    for await (const { block, columns } of this.#take()) yield new ResultBatch(columns, block.numRows, block.buffer);
  }

  /** All rows as one Arrow table. Holds the whole result in memory. */
  async toTable(): Promise<Table> {
    const batches: RecordBatch[] = [];
    let columns: readonly Column[] = [];
    for await (const item of this.#take()) {
      columns = item.columns;
      batches.push(recordBatchFromBlock(item.block, arrowSchema(columns)));
    }
    if (batches.length === 0) columns = (await this.#ready()).columns;
    return tableFromBatches(arrowSchema(columns), batches);
  }

  async *#take(): AsyncGenerator<{ block: ResultBlock; columns: readonly Column[] }, void, undefined> {
    if (this.#taken) {
      throw new QueryError('BAD_ARGUMENT', 'The result of this query was already taken.', {
        hint: 'A result can be read once. Call engine.query again, or keep what toArray or toTable gave.',
      });
    }
    this.#taken = true;
    const timer = this.#startTimer();
    const unlink = this.#linkSignal();
    try {
      const prepared = await this.#ready();
      const { signal } = this.#controller;
      if (signal.aborted) throw abortError(signal);
      const { onProgress } = this.#options;
      this.#execution = prepared.execute(signal, onProgress && (() => onProgress(this.stats)));
      for await (const block of this.#execution.blocks) {
        this.#numRows += block.numRows;
        yield { block, columns: prepared.columns };
      }
      this.#finished = true;
    } catch (error) {
      throw this.#controller.signal.aborted ? abortError(this.#controller.signal) : toQueryError(error);
    } finally {
      this.#endedMs = this.#now();
      clearTimeout(timer);
      unlink();
      if (!this.#finished) {
        const reason = new QueryError('ABORTED', 'The result was not read to its end.');
        this.#controller.abort(reason);
        await this.#execution?.cancel(reason);
      }
    }
  }

  #ready(): Promise<PreparedQuery> {
    this.#startedMs ??= this.#now();
    this.#prepared ??= this.#prepareOnce();
    return this.#prepared;
  }

  async #prepareOnce(): Promise<PreparedQuery> {
    const { signal } = this.#options;
    if (signal?.aborted) throw abortError(signal);
    const unlink = this.#linkSignal();
    try {
      this.#plan = await this.#prepare(this.#controller.signal);
      return this.#plan;
    } catch (error) {
      throw this.#controller.signal.aborted ? abortError(this.#controller.signal) : toQueryError(error);
    } finally {
      unlink();
    }
  }

  #startTimer(): ReturnType<typeof setTimeout> | undefined {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined) return undefined;
    return setTimeout(() => {
      this.#controller.abort(
        new QueryError('TIMEOUT', `The query ran into its time limit of ${timeoutMs} ms.`, {
          details: { timeoutMs },
          hint: 'Raise timeoutMs, or let the query read less.',
        }),
      );
    }, timeoutMs);
  }

  #linkSignal(): () => void {
    const { signal } = this.#options;
    if (!signal) return () => {};
    const abort = () => this.#controller.abort(abortError(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }
}
