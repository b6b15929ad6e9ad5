import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import { latencyText } from './latency/latency-report.ts';
import { measureLatency } from './latency/measure-latency.ts';
import { ProgressLine } from './progress-line.ts';

const MILLISECONDS = 1_000;

const HELP = `
Measures SELECT 1 in a warm process, a cold process to its first answer, two workers against one (TPC-H 1 and 6), and the cost
of a row as an object; each beside DuckDB, by turns.

Examples:
  $ npm run bench -- latency --sf 1
  $ npm run bench -- latency --sf 0.1 --runs 5 --json latency.json
`;

interface LatencyFlags {
  readonly sf: number;
  readonly runs: number;
  readonly warmRuns: number;
  readonly timeout: number;
  readonly data: string;
  readonly json?: string;
}

/** Adds `latency`. */
export function registerLatency(program: Command): void {
  program
    .command('latency')
    .description('Measure what short queries wait for.')
    .option('--sf <number>', 'scale factor', parsePositive, 0.1)
    .option('--runs <number>', 'runs that count', parseCount, 11)
    .option('--warm-runs <number>', 'runs of SELECT 1 that count, and as many before them', parseCount, 500)
    .option('--timeout <seconds>', 'time limit of one run', parsePositive, 120)
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json <file>', 'write the report as JSON')
    .addHelpText('after', HELP)
    .action(runLatency);
}

async function runLatency(flags: LatencyFlags): Promise<void> {
  const line = new ProgressLine();
  try {
    const report = await measureLatency({
      scaleFactor: flags.sf,
      dataDirectory: flags.data,
      numRuns: flags.runs,
      numWarmRuns: flags.warmRuns,
      timeoutMs: flags.timeout * MILLISECONDS,
      signal: interruptSignal,
      onProgress: (text) => line.update(() => text),
    });
    line.finish();
    process.stdout.write(`${latencyText(report)}\n`);
    if (flags.json !== undefined) {
      await mkdir(dirname(flags.json), { recursive: true });
      await writeFile(flags.json, `${JSON.stringify(report, undefined, 2)}\n`);
    }
  } finally {
    line.finish();
  }
}
