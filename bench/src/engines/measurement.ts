import type { BenchQuery } from './bench-query.ts';
import { type EngineQuery, UnsupportedQueryError } from './engine-adapter.ts';
import type { RunSample } from './engine-messages.ts';
import { findDifference, type ResultRow } from './result-rows.ts';

/** What a comparison needs of an engine; `EngineProcess` has it. */
export interface MeasuredEngine {
  readonly engine: string;
  rows(query: EngineQuery): Promise<readonly ResultRow[]>;
  run(query: EngineQuery): Promise<RunSample>;
  resetPeak(): Promise<boolean>;
}

/** How often each query runs. */
export interface RunCounts {
  /** Runs that count, of each engine. */
  readonly numRuns: number;
  /** Timed runs before them, of each engine, that do not count; one more before those fetches the result to compare. */
  readonly numWarmups: number;
  /** Runs go on warming up until they took this long, all together: V8 compiles what runs often, for many runs. */
  readonly warmupMs: number;
}

const MOST_WARMUPS = 200;

/** What came of one query on a pair of engines. */
export type Measurement =
  | {
      readonly status: 'measured';
      readonly numRows: number;
      /** In the order they ran: sample `i` of the engine is just before sample `i` of the baseline. */
      readonly engineSamples: readonly RunSample[];
      readonly baselineSamples: readonly RunSample[];
    }
  /** `unsupported`: the engine says that it cannot answer it. `different`: the results differ. `failed`: anything else. */
  | { readonly status: 'unsupported' | 'different' | 'failed'; readonly message: string };

/**
 * Runs a query on two engines by turns, A B A B, so that what changes on the machine in between hits both alike. The
 * results are compared first, and their number of rows after each run.
 */
export async function measureQuery(
  engine: MeasuredEngine,
  baseline: MeasuredEngine,
  name: string,
  { sql, check }: BenchQuery,
  { numRuns, numWarmups, warmupMs }: RunCounts,
): Promise<Measurement> {
  const query = { name, sql };
  try {
    const actual = await engine.rows(query);
    const expected = await baseline.rows(query).catch((error: Error) => {
      throw new Error(`${baseline.engine}: ${error.message}`, { cause: error });
    });
    const difference = findDifference(actual, expected, check);
    if (difference !== undefined) {
      return { status: 'different', message: `the result is not that of ${baseline.engine}: ${difference}` };
    }
    let warmMs = 0;
    for (let i = 0; i < numWarmups || (warmMs < warmupMs && i < MOST_WARMUPS); i++) {
      warmMs += (await engine.run(query)).wallMs;
      warmMs += (await baseline.run(query)).wallMs;
    }
    await engine.resetPeak();
    await baseline.resetPeak();
    const engineSamples: RunSample[] = [];
    const baselineSamples: RunSample[] = [];
    for (let i = 0; i < numRuns; i++) {
      engineSamples.push(await engine.run(query));
      baselineSamples.push(await baseline.run(query));
    }
    const wrong = [...engineSamples, ...baselineSamples].find((sample) => sample.numRows !== expected.length);
    if (wrong !== undefined) {
      return { status: 'different', message: `a later run gave ${wrong.numRows} rows, not ${expected.length}` };
    }
    return { status: 'measured', numRows: expected.length, engineSamples, baselineSamples };
  } catch (error) {
    if (error instanceof DOMException) throw error;
    const status = error instanceof UnsupportedQueryError ? 'unsupported' : 'failed';
    return { status, message: error instanceof Error ? error.message : String(error) };
  }
}
