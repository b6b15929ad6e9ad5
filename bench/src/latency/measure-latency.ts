import { ensureDataSet } from '../engines/data-set.ts';
import { type EngineName, engineVersion } from '../engines/engine-name.ts';
import { EngineProcess } from '../engines/engine-process.ts';
import { describeMachine } from '../engines/machine.ts';
import { measureQuery } from '../engines/measurement.ts';
import { estimateMedian, type MedianEstimate, median, nearestRank } from '../statistics/median.ts';
import { tpchQuery } from '../tpch/index.ts';
import { type ColdProgram, coldStart } from './cold-start.ts';
import type { ColdStartFigures, LatencyReport, RowFigures, ScalingFigures, WarmFigures } from './latency-report.ts';

const ENGINES = ['millrace', 'duckdb'] as const satisfies EngineName[];
const COLD_PROGRAMS: readonly ColdProgram[] = ['node', 'millrace', 'duckdb'];
const SELECT_ONE = { name: 'latency/select_1', sql: 'SELECT 1 AS one' };
const SCALING_QUERIES = [1, 6];
const WARMUP_MS = 2_000;
const NANOSECONDS = 1e6;
const P99 = 0.99;
/** Parts at scale factor 1; a twentieth of lineitem's rows have one of the first 10,000. */
const PARTS = 200_000;
const PART_SHARE = 20;

/** What to measure, how often. */
export interface MeasureLatencyOptions {
  readonly scaleFactor: number;
  readonly dataDirectory: string;
  /** Counted runs of each query, process starts of each program. */
  readonly numRuns: number;
  /** Counted runs of SELECT 1. */
  readonly numWarmRuns: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Measures what short queries wait for: SELECT 1 in a warm process, a cold process to its first answer, what a second worker
 * brings, and the cost of a row as an object; each beside DuckDB, by turns. Rejects when an engine fails.
 */
export async function measureLatency(options: MeasureLatencyOptions): Promise<LatencyReport> {
  const { scaleFactor, dataDirectory, signal, onProgress } = options;
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const [lineitem] = await ensureDataSet({
    directory: dataDirectory,
    tables: ['lineitem'],
    scaleFactor,
    compression: 'snappy',
    writer: 'millrace',
    signal,
    onProgress,
  });
  const { path } = lineitem!;
  return {
    schema: 'latency@1',
    startedAt,
    scaleFactor,
    numRuns: options.numRuns,
    machine,
    versions: { millrace: engineVersion('millrace'), duckdb: engineVersion('duckdb') },
    warm: await measureWarm(options),
    cold: await measureCold(options, path),
    scaling: await measureScaling(options, path),
    rows: await measureRows(options, path),
  };
}

/** Processes for a measurement, which are ended after it. */
async function withEngines<T>(
  { timeoutMs, signal }: MeasureLatencyOptions,
  setups: readonly { readonly engine: EngineName; readonly numThreads: number }[],
  tables: Readonly<Record<string, string>>,
  measure: (...engines: EngineProcess[]) => Promise<T>,
): Promise<T> {
  const engines = setups.map(
    ({ engine, numThreads }) =>
      new EngineProcess({ engine, setup: { numThreads, tables }, timeoutMs, cores: 'all', signal }),
  );
  try {
    return await measure(...engines);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

async function measureWarm(options: MeasureLatencyOptions): Promise<WarmFigures[]> {
  const { numWarmRuns, onProgress } = options;
  const setups = ENGINES.map((engine) => ({ engine, numThreads: machineThreads() }));
  return await withEngines(options, setups, {}, async (...engines) => {
    const samples = engines.map((): number[] => []);
    // The first half warms up: V8 goes on compiling for hundreds of runs.
    for (let run = -numWarmRuns; run < numWarmRuns; run++) {
      if (run % 100 === 0) onProgress?.('SELECT 1');
      for (const [index, engine] of engines.entries()) {
        const { wallMs } = await engine.run(SELECT_ONE);
        if (run >= 0) samples[index]!.push(wallMs);
      }
    }
    return engines.map(({ engine }, index) => ({
      engine,
      wallMs: estimateMedian(samples[index]!),
      p99Ms: nearestRank(samples[index]!, P99),
    }));
  });
}

function machineThreads(): number {
  return describeMachine().numCores;
}

async function measureCold({ numRuns, signal, onProgress }: MeasureLatencyOptions, path: string) {
  const queries = { 'SELECT 1': SELECT_ONE.sql, 'TPC-H 6': overFile(tpchQuery(6), path) };
  const figures: ColdStartFigures[] = [];
  for (const [query, sql] of Object.entries(queries)) {
    const samples = COLD_PROGRAMS.map((): { answerMs: number; exitMs: number }[] => []);
    // The first round fills the page cache.
    for (let run = -1; run < numRuns; run++) {
      onProgress?.(`cold process, ${query}`);
      for (const [index, program] of COLD_PROGRAMS.entries()) {
        const sample = await coldStart(program, sql, signal);
        if (run >= 0) samples[index]!.push(sample);
      }
    }
    COLD_PROGRAMS.forEach((program, index) => {
      const answerMs = estimateMedian(samples[index]!.map((sample) => sample.answerMs));
      const exitMs = estimateMedian(samples[index]!.map((sample) => sample.exitMs));
      figures.push({ program, query, answerMs, exitMs });
    });
  }
  return figures;
}

/** The query with lineitem's file in place of its name, in SQL that both engines know. */
function overFile(sql: string, path: string): string {
  return sql.replace(/\blineitem\b/, () => `read_parquet('${path.replaceAll("'", "''")}') AS lineitem`);
}

async function measureScaling(options: MeasureLatencyOptions, path: string): Promise<ScalingFigures[]> {
  const figures: ScalingFigures[] = [];
  for (const engine of ENGINES) {
    const setups = [2, 1].map((numThreads) => ({ engine, numThreads }));
    await withEngines(options, setups, { lineitem: path }, async (two, one) => {
      for (const number of SCALING_QUERIES) {
        options.onProgress?.(`${engine}, two workers and one: TPC-H ${number}`);
        const query = { id: `q${number}`, title: '', sql: tpchQuery(number), check: { kind: 'rows' } as const };
        const counts = { numRuns: options.numRuns, numWarmups: 5, warmupMs: WARMUP_MS };
        const measured = await measureQuery(two!, one!, `tpch/q${number}`, query, counts);
        if (measured.status !== 'measured') throw new Error(`${engine}, TPC-H ${number}: ${measured.message}`);
        const speedUps = measured.engineSamples.map((sample, i) => measured.baselineSamples[i]!.wallMs / sample.wallMs);
        figures.push({
          engine,
          query: `TPC-H ${number}`,
          oneWallMs: estimateMedian(measured.baselineSamples.map((sample) => sample.wallMs)),
          twoWallMs: estimateMedian(measured.engineSamples.map((sample) => sample.wallMs)),
          speedUp: estimateMedian(speedUps),
        });
      }
    });
  }
  return figures;
}

async function measureRows(options: MeasureLatencyOptions, path: string): Promise<RowFigures[]> {
  const limit = Math.max(1, Math.round((PARTS * options.scaleFactor) / PART_SHARE));
  const sql = `SELECT l_orderkey, l_partkey, l_extendedprice, l_shipdate, l_comment FROM lineitem WHERE l_partkey <= ${limit}`;
  const query = { name: 'latency/rows', sql };
  const setups = ENGINES.map((engine) => ({ engine, numThreads: 1 }));
  return await withEngines(options, setups, { lineitem: path }, async (...engines) => {
    const samples = engines.map((): { cpuNs: number; wallNs: number; numRows: number }[] => []);
    for (let run = -3; run < options.numRuns; run++) {
      options.onProgress?.('rows as objects');
      for (const [index, engine] of engines.entries()) {
        const columns = await engine.run(query);
        const objects = await engine.objects(query);
        const { numRows } = objects;
        if (run < 0) continue;
        const cpuNs = ((objects.cpuMs - columns.cpuMs) * NANOSECONDS) / numRows;
        const wallNs = ((objects.wallMs - columns.wallMs) * NANOSECONDS) / numRows;
        samples[index]!.push({ cpuNs, wallNs, numRows });
      }
    }
    return engines.map(({ engine }, index) => {
      const of = (figure: 'cpuNs' | 'wallNs'): MedianEstimate =>
        estimateMedian(samples[index]!.map((sample) => sample[figure]));
      const numRows = median(samples[index]!.map((sample) => sample.numRows));
      return { engine, numRows, cpuNs: of('cpuNs'), wallNs: of('wallNs') };
    });
  });
}
