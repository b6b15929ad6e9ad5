import type { ParquetCompression } from './parquet-settings.ts';
import type { RowPosition, TpchTableName } from './table-definition.ts';
import type { SharedTextPool } from './text-pool.ts';

export const TPCH_FORMATS = ['parquet', 'tbl'] as const;
export type TpchFormat = (typeof TPCH_FORMATS)[number];

/** What a chunk worker is started with. */
export interface ChunkWorkerData {
  readonly pool: SharedTextPool;
  readonly scaleFactor: number;
  readonly format: TpchFormat;
  readonly compression: ParquetCompression;
}

/** Rows that one thread makes at a time: a row group of a Parquet file or a run of lines. */
export interface ChunkTask {
  readonly table: TpchTableName;
  readonly position: RowPosition;
  readonly numRows: number;
}

/** A worker's answer; the buffer is moved, not copied. */
export interface ChunkReply {
  readonly bytes: Uint8Array<ArrayBuffer>;
}
