import CliTable from 'cli-table3';
import { plainText } from './json-value.ts';
import type { ResultEncoder } from './result-format.ts';

const MAX_ROWS = 1000;
const MAX_CELL_WIDTH = 60;
const NUMERIC = /int|float|decimal/;

/** A table that lines up, for people; of a long result the first rows. */
export const encodeTextTable: ResultEncoder = async function* ({ columns, batches }) {
  const table = new CliTable({
    head: columns.map(({ name }) => name),
    colAligns: columns.map(({ type }) => (NUMERIC.test(type.id) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  let numRows = 0;
  for await (const batch of batches) {
    const room = MAX_ROWS - numRows;
    numRows += batch.numRows;
    if (room <= 0) continue;
    for (const row of batch.toRows().slice(0, room)) table.push(columns.map(({ name }) => cell(row[name])));
  }
  if (columns.length > 0) yield `${table.toString()}\n`;
  yield numRows > MAX_ROWS
    ? `(${numRows} rows, the first ${MAX_ROWS} shown)\n`
    : `(${numRows} ${numRows === 1 ? 'row' : 'rows'})\n`;
};

function cell(value: unknown): string {
  const text = value === null ? 'NULL' : plainText(value).replaceAll('\n', '⏎');
  return text.length > MAX_CELL_WIDTH ? `${text.slice(0, MAX_CELL_WIDTH - 1)}…` : text;
}
