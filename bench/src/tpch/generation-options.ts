import { TPCH_FORMATS, type TpchFormat } from './chunk-task.ts';
import { PARQUET_COMPRESSIONS, type ParquetCompression } from './parquet-settings.ts';
import { TPCH_TABLE_NAMES, type TpchTableName } from './table-definition.ts';
import { TpchError } from './tpch-error.ts';

/** Below it a part has not four suppliers any more. */
const MIN_SCALE_FACTOR = 0.001;
/** From 30,000 on dbgen draws keys from another, 64-bit generator. */
const MAX_SCALE_FACTOR = 29_999;
const MAX_FILES = 10_000;
const MAX_THREADS = 256;
const DEFAULT_THREADS = 2;

/** What has been generated so far, told after every chunk. */
export interface TpchProgress {
  /** The table being written. */
  readonly table: TpchTableName;
  /** Rows written of all tables, of `totalRows`. */
  readonly numRows: number;
  readonly totalRows: number;
  /** Bytes written of all tables. */
  readonly bytes: number;
}

/** What to generate, whatever is done with it. */
export interface TpchSelection {
  /** Size: 1 is about 1 GB as text; from 0.001 to 29,999. */
  readonly scaleFactor: number;
  /** All eight by default. */
  readonly tables?: readonly TpchTableName[];
  /** Threads that generate; 2 by default. */
  readonly numThreads?: number;
  /** Ends the work within a chunk (some 0.2 s); the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TpchProgress) => void;
}

/** A call of `generateTpch`. */
export interface GenerateTpchOptions extends TpchSelection {
  /** Created when it is missing. */
  readonly directory: string;
  /** `parquet` by default. */
  readonly format?: TpchFormat;
  /** Of Parquet files; `snappy` by default. */
  readonly compression?: ParquetCompression;
  /**
   * Files per table; 1 by default, at most 10,000. One file is `DIR/lineitem.parquet`; more are
   * `DIR/lineitem/lineitem-00001-of-00004.parquet` and so on, and nation and region one in a folder of the same kind.
   */
  readonly numFiles?: number;
  /** Replace files that exist; false by default. */
  readonly overwrite?: boolean;
}

function badArgument(message: string): TpchError {
  return new TpchError('BAD_ARGUMENT', message);
}

function checkCount(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw badArgument(`${name} must be a whole number from 1 to ${max}, not ${value}`);
  }
}

function checkOneOf<T extends string>(name: string, value: string, allowed: readonly T[]): asserts value is T {
  if (!(allowed as readonly string[]).includes(value)) {
    throw badArgument(`${name} must be one of ${allowed.join(', ')}, not '${value}'`);
  }
}

export type ResolvedSelection = Required<Pick<TpchSelection, 'scaleFactor' | 'tables' | 'numThreads'>>;

/** Fills in defaults. Throws a TpchError BAD_ARGUMENT that says what is allowed. */
export function resolveSelection(options: TpchSelection): ResolvedSelection {
  const { scaleFactor, tables = TPCH_TABLE_NAMES, numThreads = DEFAULT_THREADS } = options;
  if (!(scaleFactor >= MIN_SCALE_FACTOR && scaleFactor <= MAX_SCALE_FACTOR)) {
    throw badArgument(
      `the scale factor must be a number from ${MIN_SCALE_FACTOR} to ${MAX_SCALE_FACTOR}, not ${scaleFactor}`,
    );
  }
  if (tables.length === 0) throw badArgument('name at least one table');
  for (const table of tables) checkOneOf('a table', table, TPCH_TABLE_NAMES);
  checkCount('the number of threads', numThreads, MAX_THREADS);
  return { scaleFactor, tables, numThreads };
}

export type ResolvedOptions = ResolvedSelection &
  Required<Pick<GenerateTpchOptions, 'directory' | 'format' | 'compression' | 'numFiles' | 'overwrite'>>;

/** Fills in defaults. Throws a TpchError BAD_ARGUMENT that says what is allowed. */
export function resolveOptions(options: GenerateTpchOptions): ResolvedOptions {
  const { directory, format = 'parquet', numFiles = 1, overwrite = false } = options;
  const selection = resolveSelection(options);
  if (directory === '') throw badArgument('the directory must have a name');
  checkOneOf('the format', format, TPCH_FORMATS);
  const compression = options.compression ?? (format === 'parquet' ? 'snappy' : 'none');
  checkOneOf('the compression', compression, PARQUET_COMPRESSIONS);
  if (format === 'tbl' && compression !== 'none') {
    throw badArgument(`.tbl files are plain text: ${compression} compression needs the format parquet`);
  }
  checkCount('the number of files', numFiles, MAX_FILES);
  return { ...selection, directory, format, compression, numFiles, overwrite };
}
