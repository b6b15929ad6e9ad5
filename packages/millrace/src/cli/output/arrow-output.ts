import { RecordBatchStreamWriter } from 'apache-arrow';
import type { ResultOutput } from './result-output.ts';

/** The Arrow IPC streaming format (Arrow columnar format, "IPC Streaming Format"). */
export const writeArrow: ResultOutput = async (query, sink) => {
  const writer = new RecordBatchStreamWriter();
  const schema = await query.schema;
  let numRows = 0;
  const drained = (async () => {
    for await (const chunk of writer) await sink.write(chunk);
  })();
  writer.reset(undefined, schema);
  try {
    for await (const batch of query) {
      numRows += batch.numRows;
      writer.write(batch);
    }
  } finally {
    writer.close();
    await drained;
  }
  return numRows;
};
