import { type Command, InvalidArgumentError, Option } from 'commander';
import { alignedTable, formatBytes } from './aligned-table.ts';
import { calibrate } from './calibrate/calibrate.ts';
import { MOST_VARIATION, noiseText } from './calibrate/noise-probe.ts';
import type { Profile } from './calibrate/profile.ts';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive, parseThreads } from './engines/flag-parsers.ts';
import type { StoreChoice } from './host/host-messages.ts';
import { parseStore } from './host/store-choice.ts';
import { printReport, withProgress, writeJson } from './json-output.ts';
import { median } from './statistics/median.ts';
import { readWorkload } from './workload/read-workload.ts';

const HELP = `
Each query runs alone with one worker in a process of its own, in random order, five times at least and until the 95 % interval of its
median CPU is within 5 %; then the mix runs in closed loops at several numbers of workers. An interrupted calibration goes on when the same
command is given again.

Examples:
  $ npm run bench -- calibrate --spec workload.yaml --store throttled --to profile.json
  $ chrt -f 10 npm run bench -- calibrate --spec workload.yaml --store s3://bucket/prefix
`;

interface CalibrateFlags {
  readonly spec: string;
  readonly store: StoreChoice;
  readonly to: string;
  readonly runs: number;
  readonly maxRuns: number;
  readonly workers: number[];
  readonly seconds: number;
  readonly data: string;
  readonly json?: string | true;
}

/** Adds `calibrate`. */
export function registerCalibrate(program: Command): void {
  program
    .command('calibrate')
    .description('Measure what each query of a workload costs on this machine and this store.')
    .requiredOption('--spec <file>', 'workload (YAML)')
    .addOption(
      new Option('--store <store>', 'fs, throttled, throttled:PRESET or s3://bucket/prefix')
        .argParser(parseStore)
        .makeOptionMandatory(),
    )
    .option('--to <file>', 'where the profile goes', 'profile.json')
    .option('--runs <number>', 'fewest runs of each query', parseRuns, 7)
    .option('--max-runs <number>', 'most runs of each query', parseCount, 25)
    .option('--workers <numbers>', 'numbers of workers of the closed loops', parseThreads, [1, 2, 4, 8])
    .option('--seconds <number>', 'how long each closed loop counts', parsePositive, 6)
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json [file]', 'also print the profile as JSON, or write it to another file')
    .addHelpText('after', HELP)
    .action(runCalibrate);
}

function parseRuns(text: string): number {
  const runs = parseCount(text);
  if (runs < 5) throw new InvalidArgumentError('Fewer than five runs say nothing about how a query varies.');
  return runs;
}

async function runCalibrate(flags: CalibrateFlags): Promise<void> {
  const workload = readWorkload(flags.spec);
  const profile = await withProgress((onProgress) =>
    calibrate({
      workload,
      store: flags.store,
      dataDirectory: flags.data,
      minRuns: flags.runs,
      maxRuns: Math.max(flags.runs, flags.maxRuns),
      workers: flags.workers,
      secondsPerPoint: flags.seconds,
      resumeFile: `${flags.to}.resume`,
      signal: interruptSignal,
      onProgress,
    }),
  );
  await writeJson(flags.to, profile);
  await printReport(profile, profileText(profile, flags.to), flags.json);
}

function profileText(profile: Profile, file: string): string {
  const rows = profile.queries.map(({ name, runs, stages }) => {
    const middle = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick));
    return [
      name,
      runs.length,
      middle((run) => run.serviceMs).toFixed(1),
      middle((run) => run.processCpuMs).toFixed(1),
      stages.length,
      Math.round(middle((run) => run.tasks.length)),
      Math.round(middle((run) => run.numGets)),
      formatBytes(middle((run) => run.bytes)),
      formatBytes(middle((run) => run.peakBytes)),
    ];
  });
  const scaling = profile.scaling.map((point) => [
    point.numWorkers,
    point.concurrency,
    point.throughputPerSecond.toFixed(1),
    point.cpuMsPerQuery.toFixed(1),
    `${(100 * point.cpuUtilisation).toFixed(0)} %`,
    point.p50Ms.toFixed(0),
  ]);
  return [
    `${profile.workload} on ${profile.store}: medians of queries that run alone with one worker`,
    alignedTable(['query', 'runs', 'ms', 'CPU ms', 'stages', 'tasks', 'GETs', 'bytes', 'memory'], rows),
    '',
    'the mix in a closed loop',
    alignedTable(['workers', 'clients', 'queries/s', 'CPU ms a query', 'CPU', 'p50 ms'], scaling),
    '',
    `noise of the machine ${(100 * profile.noise.variation).toFixed(1)} %; profile in ${file}`,
    ...(profile.noise.variation > MOST_VARIATION ? [`warning: ${noiseText(profile.noise)}`] : []),
  ].join('\n');
}
