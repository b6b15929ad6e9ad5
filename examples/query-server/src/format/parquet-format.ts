import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { ProblemError } from '../query-problem.ts';
import { encodeArrow } from './arrow-format.ts';
import type { ResultEncoder } from './result-format.ts';

/** The footer of a Parquet file comes last and speaks of all rows, and the writer wants them all at once. */
const MAX_BYTES = 256 * 2 ** 20;

/** A Parquet file, written by parquet-wasm with Snappy. Holds the whole result, which is limited to 256 MiB. */
export const encodeParquet: ResultEncoder = async function* (source) {
  const { Compression, Table, WriterPropertiesBuilder, writeParquet } = await import('parquet-wasm/node');
  const chunks: Uint8Array[] = [];
  let numBytes = 0;
  for await (const chunk of encodeArrow(source)) {
    numBytes += chunk.length;
    if (numBytes > MAX_BYTES) {
      throw new ProblemError(422, 'RESULT_LIMIT', `As Parquet a result may have ${MAX_BYTES} bytes at most.`, {
        hint: 'Ask for application/vnd.apache.arrow.stream, which has no limit, or select less.',
      });
    }
    chunks.push(chunk as Uint8Array);
  }
  const table = tableFromIPC(Buffer.concat(chunks));
  const properties = new WriterPropertiesBuilder().setCompression(Compression.SNAPPY).build();
  yield writeParquet(Table.fromIPCStream(tableToIPC(table, 'stream')), properties);
};
