import type { ResultRow } from './result-rows.ts';

/** What an engine is started with. */
export interface EngineSetup {
  /** Threads that compute. What an engine starts beside them (for reading, for instance) is its own affair. */
  readonly numThreads: number;
  /** The Parquet file of each table, by the name that queries use. */
  readonly tables: Readonly<Record<string, string>>;
}

/** A query as an engine is given it. */
export interface EngineQuery {
  /** `SUITE/ID`: what an engine without SQL knows the query by. */
  readonly name: string;
  readonly sql: string;
}

/** What a timed run can tell beside its time. */
export interface RunFacts {
  readonly numRows: number;
  /** Bytes of the files that were read, where the engine counts them. */
  readonly bytesRead?: number;
}

/** An engine in the process it runs in. One call at a time. */
export interface EngineAdapter {
  /**
   * Answers a query up to the point where all of the result is in memory in the engine's own columnar form and can be read
   * from JavaScript; no value is converted. This is what is timed.
   */
  run(query: EngineQuery): Promise<RunFacts>;
  /** Answers a query with a JavaScript object for each row, all in memory, the usual way of the engine. Timed as well. */
  objects(query: EngineQuery): Promise<RunFacts>;
  /** Answers a query with values that can be compared. Never timed. */
  rows(query: EngineQuery): Promise<readonly ResultRow[]>;
  close(): Promise<void>;
}

/** What an engine's adapter module does: starts it, with no query run yet. */
export type OpenEngine = (setup: EngineSetup) => Promise<EngineAdapter>;

/** A query that an engine declares itself unable to answer: listed in the report, and no failure. */
export class UnsupportedQueryError extends Error {
  override name = 'UnsupportedQueryError';
}
