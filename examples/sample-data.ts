import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateTpch } from '@millrace/bench/tpch';
import { type Table as ArrowTable, tableToIPC } from 'apache-arrow';
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm/node';

/** A folder with the eight tables of TPC-H as small Parquet files; made when it is not there. */
export async function sampleData(): Promise<string> {
  const directory = join(import.meta.dirname, '..', 'data', 'tpch-sf0.01');
  if (!existsSync(join(directory, 'lineitem.parquet'))) {
    await generateTpch({ scaleFactor: 0.01, directory, overwrite: true });
  }
  return directory;
}

/** An Arrow table, such as the result of a query, as the bytes of a Parquet file. */
export function parquetBytes(table: ArrowTable): Uint8Array {
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).build();
  return writeParquet(Table.fromIPCStream(tableToIPC(table, 'stream')), properties);
}
