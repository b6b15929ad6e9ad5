import type { ResultOutput } from './result-output.ts';
import { jsonText } from './value-text.ts';

/** One JSON array of objects, a row a line. Decimals are strings, so that no digit is lost. */
export const writeJson: ResultOutput = async (query, sink) => {
  let numRows = 0;
  for await (const rows of query.rowBatches()) {
    if (rows.length === 0) continue;
    const lines = rows.map(jsonText).join(',\n');
    await sink.write(numRows === 0 ? `[${lines}` : `,\n${lines}`);
    numRows += rows.length;
  }
  await sink.write(numRows === 0 ? '[]\n' : ']\n');
  return numRows;
};
