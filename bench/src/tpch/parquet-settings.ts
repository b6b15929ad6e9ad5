/** Rows of every row group but the last of a file; DuckDB's default. */
export const ROWS_PER_ROW_GROUP = 122_880;

export const PARQUET_COMPRESSIONS = ['snappy', 'zstd', 'none'] as const;
export type ParquetCompression = (typeof PARQUET_COMPRESSIONS)[number];
