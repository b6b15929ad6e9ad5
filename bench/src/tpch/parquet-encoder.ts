import {
  Compression,
  EnabledStatistics,
  Table,
  type WriterProperties,
  WriterPropertiesBuilder,
  writeParquet,
} from 'parquet-wasm';
import { type ParquetCompression, ROWS_PER_ROW_GROUP } from './parquet-settings.ts';

const CODECS = {
  snappy: Compression.SNAPPY,
  zstd: Compression.ZSTD,
  none: Compression.UNCOMPRESSED,
} as const;

function writerProperties(compression: ParquetCompression): WriterProperties {
  return new WriterPropertiesBuilder()
    .setCompression(CODECS[compression])
    .setDictionaryEnabled(true)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setMaxRowGroupSize(ROWS_PER_ROW_GROUP)
    .setCreatedBy('millrace tpch (parquet-wasm 0.8.0)')
    .build();
}

/**
 * Encodes an Arrow IPC stream of at most ROWS_PER_ROW_GROUP rows as a Parquet file with one row group: dictionary
 * encoding, statistics of chunks and pages, page index.
 *
 * The WebAssembly memory of parquet-wasm never shrinks, but since it holds one row group at a time, it stops growing
 * after the first one.
 */
export function encodeRowGroup(ipcStream: Uint8Array, compression: ParquetCompression): Uint8Array<ArrayBuffer> {
  // Both calls consume what they are given, so there is nothing to free.
  const file = writeParquet(Table.fromIPCStream(ipcStream), writerProperties(compression));
  // The declared type leaves open where the bytes are; they are a copy outside of the WebAssembly memory.
  return file as Uint8Array<ArrayBuffer>;
}
