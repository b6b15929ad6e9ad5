import { stringify } from 'csv-stringify/sync';
import { plainText } from './json-value.ts';
import type { ResultEncoder } from './result-format.ts';

const RFC_4180 = { record_delimiter: '\r\n' } as const;

/** RFC 4180 with a header line; null is an empty field, an empty text is `""`. */
export const encodeCsv: ResultEncoder = async function* ({ columns, batches }) {
  yield stringify([columns.map(({ name }) => name)], RFC_4180);
  for await (const batch of batches) {
    const lines = batch
      .toRows()
      .map((row) => columns.map(({ name }) => (row[name] === null ? null : plainText(row[name]))));
    if (lines.length > 0) yield stringify(lines, { ...RFC_4180, cast: { string: quoteEmpty } });
  }
};

function quoteEmpty(value: string): string | { value: string; quoted_empty: boolean } {
  return value === '' ? { value, quoted_empty: true } : value;
}
