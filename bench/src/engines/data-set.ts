import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hitsRows, numHits } from '../clickbench/hits-rows.ts';
import { generateTpch, type ParquetCompression, TPCH_TABLE_NAMES, type TpchTableName } from '../tpch/index.ts';
import type { TableName } from './bench-query.ts';
import { keyRows, numKeyRows } from './key-table.ts';
import { writeParquetTable } from './parquet-table.ts';

export const WRITERS = ['millrace', 'duckdb'] as const;
/** Who writes the Parquet files: the project's generator (with parquet-wasm), or DuckDB from what that wrote. */
export type Writer = (typeof WRITERS)[number];

/** The files that a benchmark needs. */
export interface DataSetOptions {
  /** Of all data; each set gets a folder in it. */
  readonly directory: string;
  readonly tables: readonly TableName[];
  readonly scaleFactor: number;
  readonly compression: ParquetCompression;
  readonly writer: Writer;
  readonly signal?: AbortSignal | undefined;
  /** Told what is being written. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** A Parquet file of a table. */
export interface TableFile {
  readonly name: TableName;
  readonly path: string;
  readonly bytes: number;
}

/**
 * The file of each table, made unless it is there: the same options give the same bytes, so a file that stands under its
 * name needs no check. Files appear when they are complete.
 */
export async function ensureDataSet(options: DataSetOptions): Promise<readonly TableFile[]> {
  const { tables, writer } = options;
  const missing: TableName[] = [];
  for (const table of tables) if (!(await exists(pathOf(table, options)))) missing.push(table);
  if (missing.length > 0) {
    if (writer === 'duckdb') await rewriteWithDuckDb({ ...options, tables: missing });
    else await generate({ ...options, tables: missing });
  }
  return await Promise.all(
    tables.map(async (name) => {
      const path = pathOf(name, options);
      return { name, path, bytes: (await stat(path)).size };
    }),
  );
}

function pathOf(table: TableName, { directory, scaleFactor, compression, writer }: DataSetOptions): string {
  const family = isTpchTable(table) ? 'tpch' : table;
  const suffix = writer === 'millrace' ? '' : `-${writer}`;
  return resolve(join(directory, `${family}-sf${scaleFactor}-${compression}${suffix}`, `${table}.parquet`));
}

function isTpchTable(table: TableName): table is TpchTableName {
  return (TPCH_TABLE_NAMES as readonly string[]).includes(table);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function generate(options: DataSetOptions): Promise<void> {
  const { tables, scaleFactor, compression, signal, onProgress } = options;
  const tpchTables = tables.filter(isTpchTable);
  if (tpchTables.length > 0) {
    await generateTpch({
      scaleFactor,
      compression,
      directory: resolve(pathOf(tpchTables[0]!, options), '..'),
      tables: tpchTables,
      onProgress: ({ table, numRows, totalRows }) => onProgress?.(`${table}: ${percent(numRows, totalRows)} of TPC-H`),
      ...(signal === undefined ? {} : { signal }),
    });
  }
  const own = {
    hits: { numRows: numHits(scaleFactor), rows: hitsRows },
    key_values: {
      numRows: numKeyRows(scaleFactor),
      rows: (start: number, count: number) => keyRows(scaleFactor, start, count),
    },
  };
  for (const table of tables) {
    if (isTpchTable(table)) continue;
    const { numRows, rows } = own[table];
    await writeParquetTable({
      path: pathOf(table, options),
      numRows,
      compression,
      rows: (start, count) => rows(start, count, numRows),
      signal,
      onProgress: (done) => onProgress?.(`${table}: ${percent(done, numRows)}`),
    });
  }
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} %`;
}

/** Row groups of DuckDB's default size, in the order of the source. */
async function rewriteWithDuckDb(options: DataSetOptions): Promise<void> {
  const { tables, compression, signal, onProgress } = options;
  const sources = await ensureDataSet({ ...options, writer: 'millrace', compression: 'snappy' });
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const [index, table] of tables.entries()) {
      signal?.throwIfAborted();
      onProgress?.(`${table}: DuckDB writes it again`);
      const path = pathOf(table, options);
      const partialPath = `${path}.partial-${process.pid}`;
      await mkdir(resolve(path, '..'), { recursive: true });
      const codec = compression === 'none' ? 'uncompressed' : compression;
      try {
        await connection.run(
          `COPY (SELECT * FROM read_parquet(${quote(sources[index]!.path)})) TO ${quote(partialPath)}
           (FORMAT parquet, COMPRESSION ${codec})`,
        );
        await rename(partialPath, path);
      } finally {
        await rm(partialPath, { force: true });
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
