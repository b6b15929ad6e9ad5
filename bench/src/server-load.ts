import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { alignedTable, formatBytes } from './aligned-table.ts';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import { ProgressLine } from './progress-line.ts';
import { measureServerLoad, type ServerLoadReport } from './server-load/measure-server-load.ts';

const HELP = `
Starts examples/query-server over its sample data (TPC-H, scale factor 0.1) as a process of its own, loads it with a mixture of short
questions, reports and exports, and then asks small questions while nothing else runs. Fails when a request fails, or is refused without
a Retry-After.

Examples:
  $ npm run bench -- server-load
  $ npm run bench -- server-load --clients 50 --seconds 10 --json load.json
`;

interface ServerLoadFlags {
  readonly clients: number;
  readonly seconds: number;
  readonly spareRate: number;
  readonly spareSeconds: number;
  readonly json?: string;
}

/** Adds `server-load`. */
export function registerServerLoad(program: Command): void {
  program
    .command('server-load')
    .description('Load the query server, and see that it says so when it has too much to do.')
    .option('--clients <number>', 'clients that ask without a pause', parseCount, 200)
    .option('--seconds <seconds>', 'how long', parsePositive, 60)
    .option('--spare-rate <number>', 'small queries a second afterwards', parsePositive, 20)
    .option('--spare-seconds <seconds>', 'how long', parsePositive, 10)
    .option('--json <file>', 'write the report as JSON')
    .addHelpText('after', HELP)
    .action(runServerLoad);
}

async function runServerLoad(flags: ServerLoadFlags): Promise<void> {
  const line = new ProgressLine();
  try {
    const report = await measureServerLoad({
      ...flags,
      signal: interruptSignal,
      onProgress: (text) => line.update(() => text),
    });
    line.finish();
    if (flags.json !== undefined) {
      await mkdir(dirname(flags.json), { recursive: true });
      await writeFile(flags.json, `${JSON.stringify(report, undefined, 2)}\n`);
    }
    process.stdout.write(serverLoadText(report));
    if (report.dishonest > 0)
      throw new Error(`${report.dishonest} requests failed, or were refused without a Retry-After`);
  } finally {
    line.finish();
  }
}

function serverLoadText({ clients, seconds, statuses, latency, rssBytes, spare }: ServerLoadReport): string {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const times = [...Object.entries(latency), ['small, spare capacity', spare] as const].map(
    ([name, { count, p50, p99, max }]) => [name, count, p50.toFixed(1), p99.toFixed(1), max.toFixed(1)],
  );
  return [
    `${clients} clients for ${seconds} s: ${total} requests, ${(total / seconds).toFixed(0)} a second`,
    alignedTable(['status', 'requests'], Object.entries(statuses)),
    '',
    alignedTable(['query', 'answers', 'p50 ms', 'p99 ms', 'max ms'], times),
    '',
    `memory of the server by tenths of the run: ${rssBytes.map(formatBytes).join(', ')}`,
    '',
  ].join('\n');
}
