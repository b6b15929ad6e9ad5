import { alignedTable } from '../aligned-table.ts';
import type { EngineName } from '../engines/engine-name.ts';
import { type Machine, machineText } from '../engines/machine.ts';
import type { MedianEstimate } from '../statistics/median.ts';
import type { ColdProgram } from './cold-start.ts';

/** SELECT 1 in a process that has run it before. */
export interface WarmFigures {
  readonly engine: EngineName;
  readonly wallMs: MedianEstimate;
  readonly p99Ms: number;
}

/** From the start of a process to its answer and to its end. */
export interface ColdStartFigures {
  readonly program: ColdProgram;
  readonly query: string;
  readonly answerMs: MedianEstimate;
  readonly exitMs: MedianEstimate;
}

/** Wall time with two workers and with one. */
export interface ScalingFigures {
  readonly engine: EngineName;
  readonly query: string;
  readonly oneWallMs: MedianEstimate;
  readonly twoWallMs: MedianEstimate;
  /** How many times as fast two are: the median of the ratios of pairs of runs. */
  readonly speedUp: MedianEstimate;
}

/** What an object for a row costs beyond the same result in columns; five columns, a text of 27 bytes among them. */
export interface RowFigures {
  readonly engine: EngineName;
  readonly numRows: number;
  readonly cpuNs: MedianEstimate;
  readonly wallNs: MedianEstimate;
}

/** What `bench latency --json` writes. */
export interface LatencyReport {
  readonly schema: 'latency@1';
  readonly startedAt: string;
  readonly scaleFactor: number;
  readonly numRuns: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<'millrace' | 'duckdb', string>>;
  readonly warm: readonly WarmFigures[];
  readonly cold: readonly ColdStartFigures[];
  readonly scaling: readonly ScalingFigures[];
  readonly rows: readonly RowFigures[];
}

/** The report as text. */
export function latencyText({
  scaleFactor,
  machine,
  versions,
  warm,
  cold,
  scaling,
  rows,
  numRuns,
}: LatencyReport): string {
  return [
    machineText(machine),
    `millrace ${versions.millrace}, duckdb ${versions.duckdb}, TPC-H at scale factor ${scaleFactor}, snappy`,
    `medians of ${numRuns} runs by turns (SELECT 1: more); ± is half of the 95 % confidence interval`,
    '',
    'SELECT 1, warm',
    alignedTable(
      ['engine', 'ms', '±', 'p99 ms'],
      warm.map(({ engine, wallMs, p99Ms }) => [engine, ...figures(wallMs, 3), p99Ms.toFixed(3)]),
    ),
    '',
    'a cold process, with all cores',
    alignedTable(
      ['query', 'program', 'answer ms', '±', 'end ms', '±'],
      cold.map(({ query, program, answerMs, exitMs }) => [
        query,
        program,
        ...figures(answerMs, 1),
        ...figures(exitMs, 1),
      ]),
    ),
    '',
    'two workers against one',
    alignedTable(
      ['engine', 'query', 'one, ms', 'two, ms', 'times as fast', '±'],
      scaling.map(({ engine, query, oneWallMs, twoWallMs, speedUp }) => [
        engine,
        query,
        oneWallMs.median.toFixed(1),
        twoWallMs.median.toFixed(1),
        ...figures(speedUp, 2),
      ]),
    ),
    '',
    'a row of five columns as an object, beyond columns',
    alignedTable(
      ['engine', 'rows', 'CPU ns a row', '±', 'wall ns a row', '±'],
      rows.map(({ engine, numRows, cpuNs, wallNs }) => [engine, numRows, ...figures(cpuNs, 0), ...figures(wallNs, 0)]),
    ),
  ].join('\n');
}

function figures({ median, halfWidth }: MedianEstimate, digits: number): [string, string] {
  return [median.toFixed(digits), halfWidth === undefined ? 'n/a' : halfWidth.toFixed(digits)];
}
