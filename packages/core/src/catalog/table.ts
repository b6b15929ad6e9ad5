import type { Expression } from '../expression/index.ts';
import type { Split } from '../physical/split.ts';
import type { DataType, LiteralValue } from '../types/index.ts';

/** A column that a table offers. */
export interface TableColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

/** What a scan wants. Column names are the table's. */
export interface ScanRequest {
  readonly columns: readonly string[];
  /**
   * Conjuncts over {@link ScanRequest.filterColumns}; used only to leave out what cannot hold a matching row. The scan
   * operator applies them to every row that is left.
   */
  readonly filters: readonly Expression[];
  /** Name of the table's column for each column id that occurs in `filters`. */
  readonly filterColumns: ReadonlyMap<number, string>;
  /** Rows after which the scan may stop; only set when there are no filters. */
  readonly limit: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How much of a table a scan leaves out, and why. */
export interface PruningFunnel {
  readonly numFiles: number;
  readonly numFilesKept: number;
  readonly numRowGroups: number;
  readonly numRowGroupsKept: number;
  readonly numRows: number;
  readonly numRowsKept: number;
}

/** What a scan will read, known before the first data request. */
export interface ScanPlan {
  readonly splits: readonly Split[];
  readonly funnel: PruningFunnel;
}

/** What the planner may believe of a column; absent where nothing is known. */
export interface ColumnStatistics {
  readonly min?: LiteralValue;
  readonly max?: LiteralValue;
  /** Whether `min` and `max` are values that occur: what MIN and MAX over all rows give. Otherwise they only bound them. */
  readonly isMinExact?: boolean;
  readonly isMaxExact?: boolean;
  readonly numNulls?: number;
  /** Different values; exact. */
  readonly numDistinct?: number;
  /** Different values, as the size of the data suggests; may be wrong either way. */
  readonly likelyDistinct?: number;
  /** No row group begins before the end of the one before it, and there are several. */
  readonly isClustered?: boolean;
  /** Mean bytes of a value. */
  readonly meanBytes?: number;
}

/** Something that SELECT can read. Made by the catalog, held by scan nodes of logical plans; never sent to a worker. */
export interface Table {
  /** As the user wrote it; for plans and errors. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Rows before any filter; exact where the format says so. */
  readonly numRows: number | undefined;
  /** Whether `numRows`, where it is known, and the `numNulls` of statistics are what a scan would count. Default false. */
  readonly isNumRowsExact?: boolean;
  statistics(column: string): ColumnStatistics;
  /** Prunes and lists the splits. Reads footers at most, never data. */
  planScan(request: ScanRequest): Promise<ScanPlan>;
}
