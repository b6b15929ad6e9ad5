import type { ParquetCompression } from '../tpch/index.ts';
import { ensureDataSet, type Writer } from './data-set.ts';
import { BASELINE, type EngineName, engineVersion } from './engine-name.ts';
import { type EngineCores, EngineProcess } from './engine-process.ts';
import { type EngineReport, type QueryResult, queryResult } from './engine-report.ts';
import { describeMachine } from './machine.ts';
import { measureQuery, type RunCounts } from './measurement.ts';
import { type SuiteName, selectQueries, suiteByName } from './suite.ts';

/** A comparison of engines. */
export interface CompareEnginesOptions extends RunCounts {
  readonly suite: SuiteName;
  readonly scaleFactor: number;
  /** Ids of the suite's queries; all by default. */
  readonly queries?: readonly string[] | undefined;
  /** Numbers of threads, each measured with processes of its own. */
  readonly threads: readonly number[];
  /** Those to compare with DuckDB. */
  readonly engines: readonly EngineName[];
  readonly compression: ParquetCompression;
  readonly writer: Writer;
  /** Folder of generated data. */
  readonly dataDirectory: string;
  /** A run that takes longer counts as failed, and its engine is started anew. */
  readonly timeoutMs: number;
  /** A folder for V8's CPU profiles of the compared engines. */
  readonly profileDirectory?: string | undefined;
  /** Cores of each engine's process. */
  readonly cores: EngineCores;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Compares engines with DuckDB on the queries of a suite. For each engine and number of threads two processes are started,
 * which live side by side and run each query by turns. Queries that fail are part of the report.
 *
 * Rejects with UnknownQueryError for a query that the suite does not have, with the signal's reason, or with what kept the data
 * from being made.
 */
export async function compareEngines(options: CompareEnginesOptions): Promise<EngineReport> {
  const {
    suite: suiteName,
    scaleFactor,
    compression,
    writer,
    numRuns,
    numWarmups,
    warmupMs,
    signal,
    onProgress,
  } = options;
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const machine = describeMachine();
  const suite = suiteByName(suiteName);
  const queries = selectQueries(suite, scaleFactor, options.queries);
  const engines = options.engines.filter((engine) => engine !== BASELINE);
  const versions = Object.fromEntries([...engines, BASELINE].map((engine) => [engine, engineVersion(engine)]));
  const tables = await ensureDataSet({
    directory: options.dataDirectory,
    tables: suite.tables,
    scaleFactor,
    compression,
    writer,
    signal,
    onProgress,
  });
  const paths = Object.fromEntries(tables.map(({ name, path }) => [name, path]));

  const results: QueryResult[] = [];
  for (const engineName of engines) {
    for (const numThreads of options.threads) {
      const common = {
        setup: { numThreads, tables: paths },
        timeoutMs: options.timeoutMs,
        signal,
        cores: options.cores,
      };
      const engine = new EngineProcess({
        ...common,
        engine: engineName,
        profileDirectory: options.profileDirectory,
      });
      const baseline = new EngineProcess({ ...common, engine: BASELINE });
      try {
        for (const query of queries) {
          onProgress?.(`${engineName} and ${BASELINE}, ${numThreads} threads: ${query.id}`);
          const measurement = await measureQuery(engine, baseline, `${suiteName}/${query.id}`, query, options);
          const { id, title, sql } = query;
          results.push(
            queryResult({ query: id, title, sql, engine: engineName, baseline: BASELINE, numThreads }, measurement),
          );
        }
      } finally {
        await Promise.all([engine.close(), baseline.close()]);
      }
    }
  }
  return {
    schema: 'engines@1',
    startedAt,
    elapsedMs: performance.now() - startMs,
    suite: suiteName,
    scaleFactor,
    compression,
    writer,
    numRuns,
    numWarmups,
    warmupMs,
    cores: options.cores,
    machine,
    versions,
    tables: tables.map(({ name, bytes }) => ({ name, bytes })),
    results,
  };
}
