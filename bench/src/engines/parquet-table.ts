import { type Table, tableToIPC } from 'apache-arrow';
import { OutputFile } from '../tpch/output-file.ts';
import { ParquetAssembler } from '../tpch/parquet-assembler.ts';
import { encodeRowGroup } from '../tpch/parquet-encoder.ts';
import { type ParquetCompression, ROWS_PER_ROW_GROUP } from '../tpch/parquet-settings.ts';

/** A table to be written. */
export interface ParquetTableOptions {
  readonly path: string;
  readonly numRows: number;
  readonly compression: ParquetCompression;
  /** The rows from `start` to `start + numRows`; all calls give the same schema. */
  readonly rows: (start: number, numRows: number) => Table;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((numRows: number) => void) | undefined;
}

/**
 * Writes a table as one Parquet file with row groups of 122,880 rows, holding one of them in memory. The file appears when
 * it is complete; nothing stays when the call fails or is aborted.
 */
export async function writeParquetTable(options: ParquetTableOptions): Promise<void> {
  const { path, numRows, compression, rows, signal, onProgress } = options;
  const output = await OutputFile.create(path);
  try {
    const assembler = new ParquetAssembler((bytes) => output.write(bytes));
    for (let start = 0; start < numRows; start += ROWS_PER_ROW_GROUP) {
      signal?.throwIfAborted();
      const count = Math.min(ROWS_PER_ROW_GROUP, numRows - start);
      await assembler.append(encodeRowGroup(tableToIPC(rows(start, count), 'stream'), compression));
      onProgress?.(start + count);
    }
    await assembler.finish();
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.commit();
}
