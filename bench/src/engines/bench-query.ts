import type { TpchTableName } from '../tpch/index.ts';
import type { ResultCheck } from './result-rows.ts';

/** A query that is measured. */
export interface BenchQuery {
  /** Short and unique in its suite: `q6`. */
  readonly id: string;
  readonly title: string;
  readonly sql: string;
  readonly check: ResultCheck;
}

/** Queries that belong together, and the tables they need. */
export interface Suite {
  readonly tables: readonly TableName[];
  readonly queries: (scaleFactor: number) => readonly BenchQuery[];
}

/** What can be made for a benchmark: the tables of TPC-H, and two of our own. */
export type TableName = TpchTableName | 'hits' | 'key_values';
