import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { interruptSignal, parseList } from './command-run.ts';
import { compareEngines } from './engines/compare-engines.ts';
import { WRITERS, type Writer } from './engines/data-set.ts';
import { ENGINE_NAMES, type EngineName } from './engines/engine-name.ts';
import type { EngineCores } from './engines/engine-process.ts';
import { parseCount, parsePositive, parseThreads } from './engines/flag-parsers.ts';
import { reportPlot } from './engines/report-plot.ts';
import { reportText } from './engines/report-table.ts';
import { SUITE_NAMES, type SuiteName } from './engines/suite.ts';
import { ProgressLine } from './progress-line.ts';
import { PARQUET_COMPRESSIONS, type ParquetCompression } from './tpch/index.ts';

const MILLISECONDS = 1_000;

const HELP = `
Data are generated into the folder of --data when they are missing. Both engines of a pair have a process of their own; each
query is run by turns, and a result that differs from DuckDB's makes the command fail. What an engine says it cannot answer
is listed as unsupported.

Suites: tpch (22 queries), clickbench (43 queries over a synthetic hits table, a million rows times the scale factor),
scan and group and join (the parts of a query one by one).

Examples:
  $ npm run bench -- engines --suite tpch --sf 0.1
  $ npm run bench -- engines --suite tpch --sf 1 --queries 1,6 --threads 1,2 --json q1-q6.json --plot q1-q6.svg
  $ npm run bench -- engines --suite scan --sf 1 --compression zstd --writer duckdb --engines millrace,duckdb,hyparquet
`;

interface EnginesFlags {
  readonly suite: SuiteName;
  readonly sf: number;
  readonly queries?: string[];
  readonly threads: number[];
  readonly engines: EngineName[];
  readonly compression: ParquetCompression;
  readonly writer: Writer;
  readonly runs: number;
  readonly warmups: number;
  readonly warmupTime: number;
  readonly timeout: number;
  readonly data: string;
  readonly json?: string;
  readonly plot?: string;
  readonly cpuProfile?: string;
  readonly cores: EngineCores;
}

/** Adds `engines`. */
export function registerEngines(program: Command): void {
  program
    .command('engines')
    .description('Compare engines with DuckDB: CPU time, wall time and memory of the same queries on the same files.')
    .addOption(new Option('--suite <name>', 'what to run').choices(SUITE_NAMES).makeOptionMandatory())
    .option('--sf <number>', 'scale factor', parsePositive, 0.1)
    .option('--queries <ids>', 'queries of the suite, parted by commas (default: all)', (text) => text.split(','))
    .option('--threads <numbers>', 'threads of each engine, parted by commas; each is measured', parseThreads, [1])
    .option(
      '--engines <names>',
      `engines, parted by commas: ${ENGINE_NAMES.join(', ')}; duckdb is what the others are compared with`,
      parseList(ENGINE_NAMES),
      ['millrace', 'duckdb'] satisfies EngineName[],
    )
    .addOption(new Option('--compression <name>', 'of the files').choices(PARQUET_COMPRESSIONS).default('snappy'))
    .addOption(new Option('--writer <name>', 'who writes the files').choices(WRITERS).default('millrace'))
    .option('--runs <number>', 'runs of each engine that count', parseCount, 11)
    .option('--warmups <number>', 'timed runs of each engine before them', parseCount, 5)
    .option('--warmup-time <seconds>', 'how long these go on at least, both engines together', parsePositive, 2)
    .option('--timeout <seconds>', 'time limit of one run', parsePositive, 120)
    .addOption(
      new Option('--cores <choice>', 'cores of each engine: all, or as many as threads (Linux)')
        .choices(['all', 'threads'])
        .default('all'),
    )
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json <file>', 'write the report as JSON')
    .option('--plot <file>', 'write the ratios as an SVG picture')
    .option('--cpu-profile <directory>', 'write CPU profiles of the compared engines (which slows them)')
    .addHelpText('after', HELP)
    .action(runEngines);
}

async function runEngines(flags: EnginesFlags): Promise<void> {
  const line = new ProgressLine();
  try {
    const report = await compareEngines({
      suite: flags.suite,
      scaleFactor: flags.sf,
      queries: flags.queries,
      threads: flags.threads,
      engines: flags.engines,
      compression: flags.compression,
      writer: flags.writer,
      numRuns: flags.runs,
      numWarmups: flags.warmups,
      warmupMs: flags.warmupTime * MILLISECONDS,
      timeoutMs: flags.timeout * MILLISECONDS,
      dataDirectory: flags.data,
      profileDirectory: flags.cpuProfile,
      cores: flags.cores,
      signal: interruptSignal,
      onProgress: (text) => line.update(() => text),
    });
    line.finish();
    process.stdout.write(`${reportText(report)}\n`);
    if (flags.json !== undefined) await writeText(flags.json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (flags.plot !== undefined) await writeText(flags.plot, reportPlot(report));
    if (report.results.some(({ status }) => status === 'failed' || status === 'different')) process.exitCode = 1;
  } finally {
    line.finish();
  }
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
