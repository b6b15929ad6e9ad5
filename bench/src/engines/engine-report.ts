import { estimateMedian, type MedianEstimate } from '../statistics/median.ts';
import type { ParquetCompression } from '../tpch/index.ts';
import type { Writer } from './data-set.ts';
import type { RunSample } from './engine-messages.ts';
import type { EngineName } from './engine-name.ts';
import type { EngineCores } from './engine-process.ts';
import type { Machine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import type { SuiteName } from './suite.ts';

/** The figures of one engine on one query. */
export interface EngineFigures {
  readonly cpuMs: MedianEstimate;
  readonly wallMs: MedianEstimate;
  /** Most resident memory of the process while the counted runs went on, the runtime included. */
  readonly peakRssBytes: number;
  /** Bytes of the files read by a run, where the engine counts them. */
  readonly bytesRead?: number;
  readonly samples: readonly { readonly cpuMs: number; readonly wallMs: number }[];
}

/** One query on one pair of engines. */
export type QueryResult = {
  readonly query: string;
  readonly title: string;
  readonly sql: string;
  readonly engine: EngineName;
  readonly baseline: EngineName;
  readonly numThreads: number;
} & (
  | {
      readonly status: 'measured';
      readonly numRows: number;
      readonly engineFigures: EngineFigures;
      readonly baselineFigures: EngineFigures;
      /** Engine to baseline, as the median of the ratios of each pair of runs; below 1 the engine is better. */
      readonly ratio: { readonly cpu: MedianEstimate; readonly wall: MedianEstimate };
    }
  | { readonly status: 'unsupported' | 'different' | 'failed'; readonly message: string }
);

export type MeasuredResult = Extract<QueryResult, { status: 'measured' }>;

/** What `bench engines --json` writes. Times are milliseconds, half-widths those of 95 % confidence intervals. */
export interface EngineReport {
  readonly schema: 'engines@1';
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly suite: SuiteName;
  readonly scaleFactor: number;
  readonly compression: ParquetCompression;
  readonly writer: Writer;
  readonly numRuns: number;
  readonly numWarmups: number;
  readonly warmupMs: number;
  /** Cores of each engine: all, or as many as it had threads. */
  readonly cores: EngineCores;
  readonly machine: Machine;
  readonly versions: Readonly<Partial<Record<EngineName, string>>>;
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
  readonly results: readonly QueryResult[];
}

/** The result of a measurement, with its medians. */
export function queryResult(
  about: Pick<QueryResult, 'query' | 'title' | 'sql' | 'engine' | 'baseline' | 'numThreads'>,
  measurement: Measurement,
): QueryResult {
  if (measurement.status !== 'measured') return { ...about, ...measurement };
  const { engineSamples, baselineSamples, numRows } = measurement;
  return {
    ...about,
    status: 'measured',
    numRows,
    engineFigures: engineFigures(engineSamples),
    baselineFigures: engineFigures(baselineSamples),
    ratio: {
      cpu: ratioOf(engineSamples, baselineSamples, (sample) => sample.cpuMs),
      wall: ratioOf(engineSamples, baselineSamples, (sample) => sample.wallMs),
    },
  };
}

function engineFigures(samples: readonly RunSample[]): EngineFigures {
  const bytesRead = samples[0]?.bytesRead;
  return {
    cpuMs: estimateMedian(samples.map((sample) => sample.cpuMs)),
    wallMs: estimateMedian(samples.map((sample) => sample.wallMs)),
    peakRssBytes: Math.max(...samples.map((sample) => sample.peakRssBytes)),
    ...(bytesRead === undefined ? {} : { bytesRead }),
    samples: samples.map(({ cpuMs, wallMs }) => ({ cpuMs, wallMs })),
  };
}

function ratioOf(
  engine: readonly RunSample[],
  baseline: readonly RunSample[],
  figure: (sample: RunSample) => number,
): MedianEstimate {
  return estimateMedian(engine.map((sample, i) => figure(sample) / figure(baseline[i]!)));
}

/** The measured results among some. */
export function measuredResults(results: readonly QueryResult[]): MeasuredResult[] {
  return results.filter((result): result is MeasuredResult => result.status === 'measured');
}

/** The mean of ratios: that of their logarithms. */
export function geometricMean(ratios: readonly number[]): number {
  if (ratios.length === 0) throw new RangeError('a mean needs at least one value');
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
