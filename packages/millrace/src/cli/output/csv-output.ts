import { stringify } from 'csv-stringify/sync';
import type { ResultOutput } from './result-output.ts';
import { valueText } from './value-text.ts';

/** RFC 4180 with a header line; null is an empty field, an empty string is `""`. */
export const writeCsv: ResultOutput = async (query, sink) => {
  const names = (await query.schema).fields.map(({ name }) => name);
  await sink.write(stringify([names]));
  let numRows = 0;
  for await (const rows of query.rowBatches()) {
    numRows += rows.length;
    const lines = rows.map((row) =>
      names.map((name) => {
        const value = row[name];
        return value === null ? null : valueText(value);
      }),
    );
    await sink.write(stringify(lines, { cast: { string: quoteEmpty } }));
  }
  return numRows;
};

/** Quotes an empty text, so that it differs from null. */
function quoteEmpty(value: string): string | { value: string; quoted_empty: boolean } {
  return value === '' ? { value, quoted_empty: true } : value;
}
