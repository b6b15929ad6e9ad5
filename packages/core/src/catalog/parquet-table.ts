import pLimit from 'p-limit';
import { QueryError, throwIfAborted } from '../error/index.ts';
import {
  type ColumnBounds,
  constantBounds,
  type FileColumn,
  type Footer,
  fileColumns,
  mayPass,
} from '../parquet/index.ts';
import type { Split } from '../physical/split.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { DataType } from '../types/index.ts';
import { FooterCache } from './footer-cache.ts';
import { OpenParquetFile, type ParquetFile } from './parquet-file.ts';
import { listParquetFiles } from './parquet-listing.ts';
import { type KeptRowGroup, refineRowGroups } from './scan-refinement.ts';
import type { ColumnStatistics, ScanPlan, ScanRequest, Table, TableColumn } from './table.ts';
import { tableColumns } from './table-columns.ts';
import { tableStatistics } from './table-statistics.ts';

/** How a set of Parquet files is read as a table: the options of `read_parquet`. */
export interface ParquetTableSettings {
  /** For plans and errors. Default: the patterns, separated by commas. */
  readonly name?: string | undefined;
  /** Name of the store in the engine, which splits carry. */
  readonly storeName: string;
  /** Paths and globs in the store; each must match at least one object. */
  readonly patterns: readonly string[];
  /**
   * `key=value` folders become columns, which hide columns of the same name in the files. Default: when all paths have
   * the same keys.
   */
  readonly hivePartitioning?: boolean | undefined;
  /** Types of partition columns. Default: the first of bigint, date and varchar that all values fit. */
  readonly hiveTypes?: Readonly<Record<string, DataType>> | undefined;
  /**
   * Columns of all files, by name; what a file lacks is null, and types widen to hold all values. Reads every footer when
   * the table is made. Default: false, the columns are those of the first file.
   */
  readonly unionByName?: boolean | undefined;
  /** Adds a column with the path of the file, under this name or `filename`. Default: false. */
  readonly filename?: boolean | string | undefined;
  /** Byte arrays without an annotation are text. Default: false. */
  readonly binaryAsString?: boolean | undefined;
  /** Up to this many files, all footers are read when the table is made, so that rows and statistics are known. Default: 256. */
  readonly maxEagerFooters?: number | undefined;
  /** Whether bloom filters and page indexes are read where a filter may gain from them. Default: true. */
  readonly useIndexes?: boolean | undefined;
  /** Footers read at the same time. Default: 16. */
  readonly concurrency?: number | undefined;
}

export interface ParquetTableComponents {
  readonly store: ObjectStore;
  /** Shared by all tables of an engine. Default: one of its own. */
  readonly footers?: FooterCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A table over Parquet objects as they are now: every object is pinned to the version that the listing saw.
 *
 * Without `unionByName` the columns are those of the first file. In the other files a column may be narrower: integers,
 * `real` and decimals of the same scale widen to the table's type while they are read. Anything else, and a missing column,
 * is `SCHEMA_MISMATCH`, either here or, for files beyond `maxEagerFooters`, when a scan is planned.
 *
 * Cost: a listing for each pattern, and one request a footer (see `maxEagerFooters`), none for those in the cache. Errors:
 * `NO_FILES_MATCH`, `SCHEMA_MISMATCH`, `BAD_FOOTER`, `UNSUPPORTED_FILE`, and those of the store.
 */
export async function parquetTable(settings: ParquetTableSettings, components: ParquetTableComponents): Promise<Table> {
  const { store, footers = new FooterCache(), signal } = components;
  const files = await listParquetFiles(settings, store, signal);
  const table = new ParquetTable(settings, store, footers, files);
  await table.open(signal);
  return table;
}

const DEFAULT_MAX_EAGER_FOOTERS = 256;
const DEFAULT_CONCURRENCY = 16;

class ParquetTable implements Table {
  readonly name: string;
  /** Footers count rows and nulls. */
  readonly isNumRowsExact = true;
  readonly #settings: ParquetTableSettings;
  readonly #store: ObjectStore;
  readonly #footers: FooterCache;
  readonly #files: readonly ParquetFile[];
  readonly #statistics = new Map<string, ColumnStatistics>();
  #columns: readonly TableColumn[] = [];
  /** All files, when all footers were read while the table was made. */
  #openFiles: readonly OpenParquetFile[] | undefined;

  constructor(settings: ParquetTableSettings, store: ObjectStore, footers: FooterCache, files: readonly ParquetFile[]) {
    this.name = settings.name ?? settings.patterns.join(', ');
    this.#settings = settings;
    this.#store = store;
    this.#footers = footers;
    this.#files = files;
  }

  get columns(): readonly TableColumn[] {
    return this.#columns;
  }

  get numRows(): number | undefined {
    return this.#openFiles?.reduce((sum, { footer }) => sum + footer.numRows, 0);
  }

  /** Finds the columns. Called once, before anything else. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const { unionByName = false, maxEagerFooters = DEFAULT_MAX_EAGER_FOOTERS } = this.#settings;
    const readAll = unionByName || this.#files.length <= maxEagerFooters;
    const files = readAll ? this.#files : this.#files.slice(0, 1);
    const footers = await this.#readFooters(files, signal);
    const columns = footers.map((footer) => this.#fileColumns(footer));
    this.#columns = tableColumns(files, columns, { unionByName, isComplete: readAll });
    if (readAll) this.#openFiles = files.map((file, i) => this.#open(file, footers[i]!, columns[i]!));
  }

  statistics(column: string): ColumnStatistics {
    let statistics = this.#statistics.get(column);
    if (!statistics) {
      const type = this.#columns.find(({ name }) => name === column)?.type;
      statistics = type && this.#openFiles ? tableStatistics(this.#openFiles, column, type) : {};
      this.#statistics.set(column, statistics);
    }
    return statistics;
  }

  async planScan(request: ScanRequest): Promise<ScanPlan> {
    const { columns, filters, filterColumns, limit = Number.POSITIVE_INFINITY, signal } = request;
    throwIfAborted(signal);
    for (const name of [...columns, ...filterColumns.values()]) this.#requireColumn(name);
    const named = (lookup: (name: string) => ColumnBounds | undefined) => (id: number) => {
      const name = filterColumns.get(id);
      return name === undefined ? undefined : lookup(name);
    };
    const candidates = this.#files.flatMap((file, position) =>
      mayPass(
        filters,
        named((name) => constantOf(file, name)),
      )
        ? [position]
        : [],
    );

    const splits: Split[] = [];
    let numFilesKept = 0;
    let numRowsKept = 0;
    const seen = { numRowGroups: 0, numRows: 0 };
    const step = Number.isFinite(limit) ? this.#concurrency : Math.max(1, candidates.length);
    for (let from = 0; from < candidates.length && numRowsKept < limit; from += step) {
      const files = await this.#openAt(candidates.slice(from, from + step), signal);
      for (const { file, rowGroups } of await this.#keptRowGroups(files, request, named)) {
        seen.numRowGroups += file.footer.rowGroups.length;
        seen.numRows += file.footer.numRows;
        const numSplitsBefore = splits.length;
        for (const kept of rowGroups) {
          if (numRowsKept >= limit) break;
          numRowsKept += kept.numRows;
          splits.push(this.#split(file, kept, columns));
        }
        if (splits.length > numSplitsBefore) numFilesKept++;
      }
    }
    const all = this.#openFiles;
    return {
      splits,
      funnel: {
        numFiles: this.#files.length,
        numFilesKept,
        numRowGroups: all ? all.reduce((sum, { footer }) => sum + footer.rowGroups.length, 0) : seen.numRowGroups,
        numRowGroupsKept: splits.length,
        numRows: this.numRows ?? seen.numRows,
        numRowsKept,
      },
    };
  }

  get #concurrency(): number {
    return Math.max(1, this.#settings.concurrency ?? DEFAULT_CONCURRENCY);
  }

  /** The row groups of each file that may hold a matching row. */
  async #keptRowGroups(
    files: readonly OpenParquetFile[],
    request: ScanRequest,
    named: (lookup: (name: string) => ColumnBounds | undefined) => (id: number) => ColumnBounds | undefined,
  ): Promise<{ readonly file: OpenParquetFile; readonly rowGroups: readonly KeptRowGroup[] }[]> {
    const { filters, signal } = request;
    return this.#limited(files, async (file) => {
      throwIfAborted(signal);
      const all = file.footer.rowGroups.map(({ numRows }, rowGroup) => ({ rowGroup, numRows }));
      const rowGroups = all.filter(
        ({ rowGroup, numRows }) =>
          numRows > 0 &&
          mayPass(
            filters,
            named((name) => file.bounds(rowGroup, name)),
          ),
      );
      if (filters.length === 0 || rowGroups.length === 0 || this.#settings.useIndexes === false) {
        return { file, rowGroups };
      }
      const positions = rowGroups.map(({ rowGroup }) => rowGroup);
      return { file, rowGroups: await refineRowGroups(file, positions, request, this.#store, signal) };
    });
  }

  #split(file: OpenParquetFile, kept: KeptRowGroup, columns: readonly string[]): Split {
    const { object, rowGroups } = file.footer;
    const { rowGroup, numRows, ranges, runsOf } = kept;
    const { firstRow, numRows: rowGroupRows } = rowGroups[rowGroup]!;
    return {
      format: 'parquet',
      store: this.#settings.storeName,
      path: object.path,
      version: object.version,
      sizeBytes: object.sizeBytes,
      rowGroup,
      firstRow,
      numRows,
      ...(ranges ? { selection: { rowGroupRows, ranges } } : {}),
      columns: columns.map((name) => file.splitColumn(rowGroup, name, runsOf)),
    };
  }

  #open(file: ParquetFile, footer: Footer, columns = this.#fileColumns(footer)): OpenParquetFile {
    return new OpenParquetFile(file, footer, columns, this.#columns, this.#settings.unionByName ?? false);
  }

  async #openAt(positions: readonly number[], signal: AbortSignal | undefined): Promise<OpenParquetFile[]> {
    const open = this.#openFiles;
    if (open) return positions.map((position) => open[position]!);
    const files = positions.map((position) => this.#files[position]!);
    const footers = await this.#readFooters(files, signal);
    return footers.map((footer, i) => this.#open(files[i]!, footer));
  }

  async #readFooters(files: readonly ParquetFile[], signal: AbortSignal | undefined): Promise<Footer[]> {
    return this.#limited(files, ({ object }) =>
      this.#footers.get(this.#settings.storeName, this.#store, object, signal),
    );
  }

  /** `map` of every item, some at the same time; after an error, no further ones are begun. */
  async #limited<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
    const limit = pLimit(this.#concurrency);
    try {
      return await limit.map(items, map);
    } catch (error) {
      limit.clearQueue();
      throw error;
    }
  }

  #fileColumns(footer: Footer): FileColumn[] {
    return fileColumns(footer, { binaryAsString: this.#settings.binaryAsString ?? false });
  }

  #requireColumn(name: string): void {
    if (this.#columns.some((column) => column.name === name)) return;
    throw new QueryError('UNKNOWN_COLUMN', `'${this.name}' has no column '${name}'.`, {
      details: { column: name, candidates: this.#columns.map((column) => column.name) },
    });
  }
}

/** The value of a partition column of a file, as bounds over an unknown number of rows. */
function constantOf({ constants }: ParquetFile, name: string): ColumnBounds | undefined {
  const constant = constants.get(name);
  return constant && constantBounds(constant.type, constant.value, 1);
}
