import type { Command } from 'commander';
import { alignedTable, formatSeconds } from './aligned-table.ts';
import { interruptSignal, parseList, parseNumber } from './command-run.ts';
import { ProgressLine } from './progress-line.ts';
import { TPCH_TABLE_NAMES, type TpchTableName, VERIFIABLE_SCALE_FACTORS, verifyTpch } from './tpch/index.ts';
import { progressText } from './tpch/progress-text.ts';
import { registerVerifyPlan } from './verify-plan.ts';

const BYTES_PER_MEGABYTE = 1_000_000;
const BYTES_PER_KIBIBYTE = 1_024;

const TPCH_HELP = `
Generates the text of the tables, writes nothing, and compares rows, bytes and MD5 with what dbgen 2.17 wrote.

Examples:
  $ npm run bench -- verify tpch --sf 0.1
  $ npm run bench -- verify tpch --sf 1 --threads 4 --tables lineitem
`;

interface TpchFlags {
  readonly sf: number;
  readonly tables?: TpchTableName[];
  readonly threads: number;
}

/** Adds `verify PLAN` and `verify tpch`. */
export function registerVerify(program: Command): void {
  const verify = registerVerifyPlan(program);
  verify
    .command('tpch')
    .description('Compare the generated tables of TPC-H with the checksums of the reference generator.')
    .requiredOption('--sf <number>', `scale factor: ${VERIFIABLE_SCALE_FACTORS.join(', ')}`, parseNumber)
    .option('--tables <names>', 'tables, parted by commas (default: all)', parseList(TPCH_TABLE_NAMES))
    .option('--threads <number>', 'threads that generate', parseNumber, 2)
    .addHelpText('after', TPCH_HELP)
    .action(runVerifyTpch);
}

async function runVerifyTpch(flags: TpchFlags): Promise<void> {
  const startMs = performance.now();
  const line = new ProgressLine();
  try {
    const results = await verifyTpch({
      scaleFactor: flags.sf,
      numThreads: flags.threads,
      signal: interruptSignal,
      onProgress: (progress) => line.update((elapsedMs) => progressText(progress, elapsedMs)),
      ...(flags.tables === undefined ? {} : { tables: flags.tables }),
    });
    line.finish();
    const rows = results.map(({ table, actual, expected, isEqual }) => [
      table,
      actual.numRows,
      actual.bytes,
      actual.md5,
      isEqual ? 'equal' : `DIFFERS from ${expected.numRows} rows, ${expected.bytes} bytes, ${expected.md5}`,
    ]);
    process.stdout.write(`${alignedTable(['table', 'rows', 'bytes', 'md5', 'reference'], rows)}\n\n`);
    const peakBytes = process.resourceUsage().maxRSS * BYTES_PER_KIBIBYTE;
    const peak = Math.round(peakBytes / BYTES_PER_MEGABYTE);
    process.stdout.write(`${formatSeconds(performance.now() - startMs)} s, peak memory ${peak} MB\n`);
    if (results.some(({ isEqual }) => !isEqual)) process.exitCode = 1;
  } finally {
    line.finish();
  }
}
