import type { Command } from 'commander';
import { alignedTable, formatBytes } from './aligned-table.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import { printReport, withProgress } from './json-output.ts';
import { measureS3, type S3Report } from './s3/measure-s3.ts';

const MIB = 2 ** 20;

const HELP = `
What reading from S3 costs the client (CPU without the server), in ranges of 8 MiB and of 4 KiB; and TPC-H 1 and 6 over a link with
the latency of S3 Standard, cold and once more. The server is an emulator in a process of its own, or the one that
MILLRACE_S3_ENDPOINT names:

  $ npm run bench -- s3 --sf 0.1
  $ node scripts/ceph-gateway.ts run -- npm run bench -- s3 --sf 1 --mib 4096
`;

interface S3Flags {
  readonly sf: number;
  readonly mib: number;
  readonly concurrency: number;
  readonly bandwidth: number;
  readonly data: string;
  readonly json?: string;
}

/** Adds `s3`. */
export function registerS3(program: Command): void {
  program
    .command('s3')
    .description('Measure the S3 adapter and queries over it.')
    .option('--sf <number>', 'scale factor of the queries', parsePositive, 0.1)
    .option('--mib <number>', 'MiB that each way to read fetches', parseCount, 512)
    .option('--concurrency <number>', 'requests in flight', parseCount, 8)
    .option('--bandwidth <number>', 'MiB a second of one connection of the shaped link', parsePositive, 90)
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json <file>', 'write the report as JSON')
    .addHelpText('after', HELP)
    .action(runS3);
}

async function runS3(flags: S3Flags): Promise<void> {
  const report = await withProgress((onProgress) =>
    measureS3({
      scaleFactor: flags.sf,
      dataDirectory: flags.data,
      bytes: flags.mib * MIB,
      concurrency: flags.concurrency,
      bytesPerSecond: flags.bandwidth * MIB,
      onProgress,
    }),
  );
  await printReport(report, reportText(report), flags.json);
}

function reportText({ reads, queries }: S3Report): string {
  const readTable = alignedTable(
    ['range', 'way', 'CPU s/GiB', 'CPU µs/request', 'MB/s'],
    reads.map(({ rangeBytes, way, cpuSecondsPerGib, cpuMicrosPerRequest, megabytesPerSecond }) => [
      formatBytes(rangeBytes),
      way,
      cpuSecondsPerGib.toFixed(2),
      cpuMicrosPerRequest.toFixed(0),
      megabytesPerSecond.toFixed(0),
    ]),
  );
  const queryTable = alignedTable(
    ['query', 'run', 'ms', 'requests', 'fetched', 'from cache', 'in flight', 'hedges'],
    queries.map(({ query, run, elapsedMs, numRequests, bytesFetched, bytesFromCache, peakInFlight, numHedges }) => [
      query,
      run,
      elapsedMs.toFixed(0),
      numRequests,
      formatBytes(bytesFetched),
      formatBytes(bytesFromCache),
      peakInFlight,
      numHedges,
    ]),
  );
  return `${readTable}\n\n${queryTable}`;
}
