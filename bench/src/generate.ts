import { type Command, Option } from 'commander';
import { alignedTable, formatBytes, formatSeconds } from './aligned-table.ts';
import { interruptSignal, parseList, parseNumber } from './command-run.ts';
import { ProgressLine } from './progress-line.ts';
import {
  type GenerateTpchOptions,
  generateTpch,
  PARQUET_COMPRESSIONS,
  type ParquetCompression,
  TPCH_FORMATS,
  TPCH_TABLE_NAMES,
  type TpchFormat,
  type TpchManifest,
  type TpchTableName,
} from './tpch/index.ts';
import { progressText } from './tpch/progress-text.ts';

const TPCH_HELP = `
One file per table is DIR/lineitem.parquet; with --files 4 they are DIR/lineitem/lineitem-00001-of-00004.parquet and so
on (nation and region stay one file). Row groups have 122,880 rows. Files appear under their names when they are complete.

Examples:
  $ npm run bench -- generate tpch --sf 0.1 --to data/tpch
  $ npm run bench -- generate tpch --sf 10 --to data/tpch10 --compression zstd --files 8 --threads 4
  $ npm run bench -- generate tpch --sf 1 --to data/text --format tbl --tables orders,lineitem
`;

interface TpchFlags {
  readonly sf: number;
  readonly to: string;
  readonly format: TpchFormat;
  readonly compression?: ParquetCompression;
  readonly files: number;
  readonly tables?: TpchTableName[];
  readonly threads: number;
  readonly force: boolean;
}

/** Adds `generate tpch`. */
export function registerGenerate(program: Command): void {
  const generate = program.command('generate').description('Generate a data set.').helpCommand(false);
  generate
    .command('tpch')
    .description('Generate the tables of TPC-H, byte for byte the data of the reference generator.')
    .requiredOption('--sf <number>', 'scale factor; 1 is about 1 GB as text', parseNumber)
    .requiredOption('--to <directory>', 'where to write; created when it is missing')
    .addOption(new Option('--format <name>', 'file format').choices(TPCH_FORMATS).default('parquet'))
    .addOption(
      new Option('--compression <name>', 'compression of Parquet files (default: "snappy")').choices(
        PARQUET_COMPRESSIONS,
      ),
    )
    .option('--files <number>', 'files per table', parseNumber, 1)
    .option('--tables <names>', 'tables, parted by commas (default: all)', parseList(TPCH_TABLE_NAMES))
    .option('--threads <number>', 'threads that generate', parseNumber, 2)
    .option('--force', 'replace files that exist', false)
    .addHelpText('after', TPCH_HELP)
    .action(runGenerateTpch);
}

async function runGenerateTpch(flags: TpchFlags): Promise<void> {
  const line = new ProgressLine();
  const options: GenerateTpchOptions = {
    scaleFactor: flags.sf,
    directory: flags.to,
    format: flags.format,
    numFiles: flags.files,
    numThreads: flags.threads,
    overwrite: flags.force,
    signal: interruptSignal,
    onProgress: (progress) => line.update((elapsedMs) => progressText(progress, elapsedMs)),
    ...(flags.compression === undefined ? {} : { compression: flags.compression }),
    ...(flags.tables === undefined ? {} : { tables: flags.tables }),
  };
  try {
    const manifest = await generateTpch(options);
    line.finish();
    process.stdout.write(`${summarize(manifest)}\n`);
  } catch (error) {
    line.finish();
    if (error instanceof Error && 'code' in error && error.code === 'FILE_EXISTS') {
      error.message += '; --force replaces them';
    }
    throw error;
  }
}

function summarize(manifest: TpchManifest): string {
  const { tables, scaleFactor, format, compression, directory } = manifest;
  const rows = tables.map(({ name, numRows, files, bytes, elapsedMs }) => [
    name,
    numRows,
    files.length,
    bytes,
    formatSeconds(elapsedMs),
  ]);
  const numFiles = tables.reduce((sum, table) => sum + table.files.length, 0);
  const total = ['total', manifest.numRows, numFiles, manifest.bytes, formatSeconds(manifest.elapsedMs)];
  const kind = format === 'parquet' ? `parquet (${compression})` : format;
  return [
    alignedTable(['table', 'rows', 'files', 'bytes', 'seconds'], [...rows, total]),
    '',
    `TPC-H at scale factor ${scaleFactor} as ${kind}, ${formatBytes(manifest.bytes)}, in ${directory}`,
  ].join('\n');
}
