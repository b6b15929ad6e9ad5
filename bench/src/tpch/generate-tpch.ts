import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TpchFormat } from './chunk-task.ts';
import { ChunkWorkers } from './chunk-workers.ts';
import { type GenerateTpchOptions, type ResolvedOptions, resolveOptions } from './generation-options.ts';
import { type PlannedFile, planChunks, planFiles } from './generation-plan.ts';
import { OutputFile } from './output-file.ts';
import { ParquetAssembler } from './parquet-assembler.ts';
import { type ParquetCompression, ROWS_PER_ROW_GROUP } from './parquet-settings.ts';
import { TPCH_TABLE_NAMES, type TpchTableName } from './table-definition.ts';
import { allocateTextPool } from './text-pool.ts';
import { TpchError } from './tpch-error.ts';

/** A file that was written. */
export interface TpchFile {
  readonly path: string;
  readonly numRows: number;
  readonly bytes: number;
}

/** A table that was written. */
export interface TpchTableManifest {
  readonly name: TpchTableName;
  readonly numRows: number;
  readonly bytes: number;
  readonly files: readonly TpchFile[];
  /** From its first chunk's wait to its last file's close; tables overlap by a chunk or two. */
  readonly elapsedMs: number;
}

/** What `generateTpch` wrote. */
export interface TpchManifest {
  readonly scaleFactor: number;
  readonly directory: string;
  readonly format: TpchFormat;
  readonly compression: ParquetCompression;
  /** In the order of the specification: region, nation, supplier, customer, part, partsupp, orders, lineitem. */
  readonly tables: readonly TpchTableManifest[];
  readonly numRows: number;
  readonly bytes: number;
  readonly elapsedMs: number;
}

const NAME_DIGITS = 5;

function fileName({ table, index, numFiles }: PlannedFile, extension: string): string {
  const digits = (value: number) => String(value).padStart(NAME_DIGITS, '0');
  return `${table}-${digits(index + 1)}-of-${digits(numFiles)}.${extension}`;
}

function pathOf(file: PlannedFile, { directory, format, numFiles }: ResolvedOptions): string {
  if (numFiles === 1) return join(directory, `${file.table}.${format}`);
  return join(directory, file.table, fileName(file, format));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Files that would be taken for parts of the tables: those to be replaced, and those of an earlier run with another
 * number of files.
 */
async function findExisting(
  paths: readonly string[],
  { directory, format, numFiles, tables }: ResolvedOptions,
): Promise<string[]> {
  if (numFiles === 1) {
    const found = await Promise.all(paths.map(exists));
    return paths.filter((_, index) => found[index]);
  }
  const folders = tables.map(async (table) => {
    const names = await readdir(join(directory, table)).catch(() => []);
    const pattern = new RegExp(`^${table}-\\d{${NAME_DIGITS}}-of-\\d{${NAME_DIGITS}}\\.${format}$`);
    return names.filter((name) => pattern.test(name)).map((name) => join(directory, table, name));
  });
  return (await Promise.all(folders)).flat();
}

/** One file being written, as text or as Parquet. */
class TableFile {
  readonly #output: OutputFile;
  readonly #assembler: ParquetAssembler | undefined;

  private constructor(output: OutputFile, format: TpchFormat) {
    this.#output = output;
    this.#assembler = format === 'parquet' ? new ParquetAssembler((bytes) => output.write(bytes)) : undefined;
  }

  static async create(path: string, format: TpchFormat): Promise<TableFile> {
    return new TableFile(await OutputFile.create(path), format);
  }

  async append(chunk: Uint8Array): Promise<void> {
    if (this.#assembler === undefined) await this.#output.write(chunk);
    else await this.#assembler.append(chunk);
  }

  async commit(): Promise<number> {
    await this.#assembler?.finish();
    await this.#output.commit();
    return this.#output.bytes;
  }

  async discard(): Promise<void> {
    await this.#output.discard();
  }
}

/**
 * Generates TPC-H tables, byte for byte the data of the TPC's reference generator (dbgen 2.x), as Parquet files or as
 * dbgen's text.
 *
 * Parquet files have row groups of 122,880 rows (the last one of a file fewer), dictionary encoding, statistics and page
 * indexes; columns are not nullable and have the types of DuckDB's `dbgen`: BIGINT and INTEGER keys, DECIMAL(15,2) as
 * INT64, DATE, UTF-8 strings. The same options give the same bytes, whatever the number of threads.
 *
 * Memory does not depend on the scale factor: 300 MiB of text pool, about 160 MB a thread for Parquet (40 MB for text)
 * and Node itself, together some 0.8 GB with two threads; the footer of a Parquet file being written keeps some tens of
 * KB a row group. Each file is written beside its name and renamed when it is complete; what was begun is removed when
 * the call fails or is aborted, and finished files stay.
 *
 * Rejects with a TpchError (BAD_ARGUMENT, FILE_EXISTS, WORKER_FAILED), an error of the file system, or the signal's
 * reason.
 *
 * Source: TPC Benchmark H, Standard Specification, clause 4.2; dbgen 2.17.
 */
export async function generateTpch(options: GenerateTpchOptions): Promise<TpchManifest> {
  const startMs = performance.now();
  const resolved = resolveOptions(options);
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const plan = await planFiles({ ...resolved, signal });
  const paths = plan.map((file) => pathOf(file, resolved));
  const existing = await findExisting(paths, resolved);
  if (existing.length > 0 && !resolved.overwrite) throw alreadyExists(existing);

  const totalRows = plan.reduce((sum, file) => sum + file.numRows, 0);
  const written = new Map<TpchTableName, { files: TpchFile[]; startMs: number; endMs: number }>();
  let numRows = 0;
  let bytes = 0;
  let open: TableFile | undefined;
  const numThreads = Math.min(resolved.numThreads, countChunks(plan));
  const workers = new ChunkWorkers(numThreads, { ...resolved, pool: allocateTextPool() }, signal);
  try {
    let tableStartMs = startMs;
    for await (const { chunk, bytes: encoded } of workers.encode(planChunks(plan, resolved.format))) {
      const file = plan[chunk.file]!;
      const path = paths[chunk.file]!;
      open ??= await TableFile.create(path, resolved.format);
      await open.append(encoded);
      signal?.throwIfAborted();
      numRows += chunk.numRows;
      bytes += encoded.length;
      if (chunk.isLastOfFile) {
        const fileBytes = await open.commit();
        open = undefined;
        const endMs = performance.now();
        const table = written.get(file.table) ?? { files: [], startMs: tableStartMs, endMs };
        table.files.push({ path, numRows: file.numRows, bytes: fileBytes });
        table.endMs = endMs;
        written.set(file.table, table);
        tableStartMs = endMs;
      }
      onProgress?.({ table: chunk.table, numRows, totalRows, bytes });
    }
    const current = new Set(paths);
    for (const path of existing) if (!current.has(path)) await rm(path);
  } finally {
    await workers.close();
    await open?.discard();
  }

  const tables = TPCH_TABLE_NAMES.flatMap((name): TpchTableManifest[] => {
    const table = written.get(name);
    if (table === undefined) return [];
    const { files } = table;
    return [{ name, ...sumOf(files), files, elapsedMs: table.endMs - table.startMs }];
  });
  const { scaleFactor, directory, format, compression } = resolved;
  const elapsedMs = performance.now() - startMs;
  return { scaleFactor, directory, format, compression, tables, ...sumOf(tables), elapsedMs };
}

function sumOf(parts: readonly { readonly numRows: number; readonly bytes: number }[]) {
  return {
    numRows: parts.reduce((sum, part) => sum + part.numRows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  };
}

/** A lower bound of the chunks, which no more threads than that can work on. */
function countChunks(plan: readonly PlannedFile[]): number {
  return plan.reduce((sum, file) => sum + Math.ceil(file.numRows / ROWS_PER_ROW_GROUP), 0);
}

function alreadyExists(paths: readonly string[]): TpchError {
  const others = paths.length > 1 ? ` and ${paths.length - 1} more of these files exist` : ' exists';
  return new TpchError('FILE_EXISTS', `${paths[0]}${others} already`);
}
