import type { ResultOutput } from './result-output.ts';
import { jsonText } from './value-text.ts';

/** One JSON object a line. Decimals are strings, so that no digit is lost. */
export const writeNdjson: ResultOutput = async (query, sink) => {
  let numRows = 0;
  for await (const rows of query.rowBatches()) {
    if (rows.length > 0) await sink.write(`${rows.map(jsonText).join('\n')}\n`);
    numRows += rows.length;
  }
  return numRows;
};
