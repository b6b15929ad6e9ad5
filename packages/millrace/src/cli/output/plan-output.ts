import type { ResultOutput } from './result-output.ts';

/** The lines of an EXPLAIN as they are: a plan is drawn already. */
export const writePlan: ResultOutput = async (query, sink) => {
  let numRows = 0;
  for await (const rows of query.rowBatches()) {
    numRows += rows.length;
    await sink.write(rows.map((row) => `${Object.values(row).join(' ')}\n`).join(''));
  }
  return numRows;
};
