import { alignedTable, formatBytes, formatSeconds } from '../aligned-table.ts';
import type { MedianEstimate } from '../statistics/median.ts';
import { type EngineReport, geometricMean, measuredResults, type QueryResult } from './engine-report.ts';
import { machineText } from './machine.ts';

const BYTES_PER_MEGABYTE = 1_000_000;

/** Columns come in pairs, the engine's and then the baseline's. */
function header(baseline: string): string[] {
  const times = ['CPU ms', '±', `${baseline} CPU`, '±', 'wall ms', `${baseline} wall`];
  return ['query', 'threads', 'CPU ratio', '±', 'wall ratio', '±', ...times, 'peak MB', `${baseline} MB`, 'rows'];
}

/** The report as text: for each pair of engines a table with a line for each query, then what was not measured. */
export function reportText(report: EngineReport): string {
  const {
    suite,
    scaleFactor,
    compression,
    writer,
    numRuns,
    numWarmups,
    warmupMs,
    machine,
    versions,
    tables,
    elapsedMs,
  } = report;
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const lines = [
    `suite ${suite}, scale factor ${scaleFactor}, ${compression}, written by ${writer}: ${formatBytes(bytes)}`,
    `${machineText(machine)}${report.cores === 'threads' ? '; engines on as many cores as threads' : ''}`,
    Object.entries(versions)
      .map(([engine, version]) => `${engine} ${version}`)
      .join(', '),
    `medians of ${numRuns} runs by turns after ${numWarmups + 1} or more (${formatSeconds(warmupMs)} s) to warm up; ± is half of the 95 % confidence interval`,
  ];
  for (const engine of new Set(report.results.map((result) => result.engine))) {
    lines.push('', ...pairLines(report.results.filter((result) => result.engine === engine)));
  }
  lines.push('', `${formatSeconds(elapsedMs)} s`);
  return lines.join('\n');
}

function pairLines(results: readonly QueryResult[]): string[] {
  const [{ engine, baseline }] = results as [QueryResult];
  const measured = measuredResults(results);
  const lines: string[] = [];
  if (measured.length > 0) {
    const rows = measured.map(({ query, numThreads, ratio, engineFigures: a, baselineFigures: b, numRows }) => [
      query,
      numThreads,
      ratio.cpu.median.toFixed(2),
      halfWidth(ratio.cpu, 2),
      ratio.wall.median.toFixed(2),
      halfWidth(ratio.wall, 2),
      a.cpuMs.median.toFixed(1),
      halfWidth(a.cpuMs, 1),
      b.cpuMs.median.toFixed(1),
      halfWidth(b.cpuMs, 1),
      a.wallMs.median.toFixed(1),
      b.wallMs.median.toFixed(1),
      Math.round(a.peakRssBytes / BYTES_PER_MEGABYTE),
      Math.round(b.peakRssBytes / BYTES_PER_MEGABYTE),
      numRows,
    ]);
    lines.push(`${engine} to ${baseline}`, alignedTable(header(baseline), rows));
    for (const numThreads of new Set(measured.map((result) => result.numThreads))) {
      const group = measured.filter((result) => result.numThreads === numThreads);
      const [cpu, wall] = [
        geometricMean(group.map(({ ratio }) => ratio.cpu.median)),
        geometricMean(group.map(({ ratio }) => ratio.wall.median)),
      ];
      const queries = group.length === 1 ? '1 query' : `${group.length} queries`;
      lines.push(
        `geometric mean of ${queries}, ${threadsText(numThreads)}: CPU ${cpu.toFixed(2)}, wall ${wall.toFixed(2)}`,
      );
    }
  }
  lines.push(...scalingLines(measured));
  for (const result of results) {
    if (result.status === 'measured') continue;
    lines.push(`${result.query}, ${threadsText(result.numThreads)}: ${result.status}: ${result.message}`);
  }
  return lines;
}

/** How many times as fast more threads are than the fewest, by the medians of wall time. */
function scalingLines(measured: ReturnType<typeof measuredResults>): string[] {
  const fewest = Math.min(...measured.map(({ numThreads }) => numThreads));
  return measured.flatMap(({ query, engine, baseline, numThreads, engineFigures: a, baselineFigures: b }) => {
    const one = measured.find((result) => result.query === query && result.numThreads === fewest);
    if (!one || numThreads === fewest) return [];
    const [own, other] = [
      one.engineFigures.wallMs.median / a.wallMs.median,
      one.baselineFigures.wallMs.median / b.wallMs.median,
    ];
    return [
      `${query}, ${fewest} to ${threadsText(numThreads)}: ${engine} ${own.toFixed(2)}, ${baseline} ${other.toFixed(2)} times as fast`,
    ];
  });
}

function halfWidth(estimate: MedianEstimate, digits: number): string {
  return estimate.halfWidth === undefined ? 'n/a' : estimate.halfWidth.toFixed(digits);
}

function threadsText(numThreads: number): string {
  return numThreads === 1 ? '1 thread' : `${numThreads} threads`;
}
