import { type Command, Option } from 'commander';
import { alignedTable } from './aligned-table.ts';
import { interruptSignal } from './command-run.ts';
import { summaryRow } from './driver/run-text.ts';
import { runWorkload } from './driver/run-workload.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import type { StoreChoice } from './host/host-messages.ts';
import { parseStore } from './host/store-choice.ts';
import { printReport, withProgress } from './json-output.ts';
import { readWorkload } from './workload/read-workload.ts';

const SECOND_MS = 1000;

const HELP = `
Sends the queries of a workload at their times, whether or not earlier ones were answered, to an engine in a process of its own, and
measures each from the moment at which it was meant to start. Three figures a query: start delay (the generator's own), service (inside
the engine), response (what a client sees).

Examples:
  $ npm run bench -- run examples/capacity-planning/workload.yaml --duration 30
  $ npm run bench -- run workload.yaml --store throttled --workers 4 --json before.json
`;

interface RunFlags {
  readonly store: StoreChoice;
  readonly workers: number;
  readonly duration: number;
  readonly warmup: number;
  readonly seed?: number;
  readonly data: string;
  readonly json?: string | true;
}

/** Adds `run`. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('Run a workload against a live engine, open loop, and measure what clients see.')
    .argument('<spec>', 'workload (YAML)')
    .addOption(
      new Option('--store <store>', 'fs, throttled, throttled:PRESET or s3://bucket/prefix')
        .argParser(parseStore)
        .default({ kind: 'fs' }, 'fs'),
    )
    .option('--workers <number>', 'threads that compute', parseCount, 2)
    .option('--duration <seconds>', 'how long the counted part goes on', parsePositive, 30)
    .option('--warmup <seconds>', 'how long arrivals before it go on', parsePositive, 5)
    .option('--seed <number>', "in place of the workload's", parseCount)
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json [file]', 'write the report as JSON, to stdout without a file')
    .addHelpText('after', HELP)
    .action(runRun);
}

async function runRun(spec: string, flags: RunFlags): Promise<void> {
  const workload = readWorkload(spec);
  const report = await withProgress((onProgress) =>
    runWorkload({
      workload,
      store: flags.store,
      numWorkers: flags.workers,
      dataDirectory: flags.data,
      durationMs: flags.duration * SECOND_MS,
      warmupMs: flags.warmup * SECOND_MS,
      seed: flags.seed ?? workload.seed,
      recordRequests: true,
      signal: interruptSignal,
      onProgress,
    }),
  );
  const text = [
    `${report.workload} on ${report.store}, ${report.numWorkers} workers: ${report.offeredPerSecond.toFixed(1)} queries/s offered, ${report.throughputPerSecond.toFixed(1)} answered`,
    alignedTable(
      ['ms', 'queries', 'mean', 'p50', 'p90', 'p95', 'p99', 'max'],
      [
        ['response', ...summaryRow(report.responseMs)],
        ['service', ...summaryRow(report.serviceMs)],
        ['start delay', ...summaryRow(report.startDelayMs)],
      ],
    ),
    `CPU ${(100 * report.cpuUtilisation).toFixed(0)} % of ${report.machine.numCores} cores, ${report.cpuMsPerQuery.toFixed(1)} ms a query`,
    ...(report.storage
      ? [
          `${report.storage.numGets} GETs, ${(report.storage.bytes / 1e6).toFixed(1)} MB, first byte p50 ${report.storage.firstByteMs.p50.toFixed(1)} ms, p99 ${report.storage.firstByteMs.p99.toFixed(1)} ms`,
        ]
      : []),
    ...Object.entries(report.failures).map(([code, count]) => `${count} queries failed with ${code}`),
  ].join('\n');
  await printReport(report, text, flags.json);
  if (report.numDropped > 0 || report.numDone === 0) {
    process.stderr.write(
      `${report.numDropped} arrivals were dropped: the engine is overloaded; lower the rate of the workload\n`,
    );
    process.exitCode = 1;
  }
}
