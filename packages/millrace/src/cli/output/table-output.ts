import { type DataType as ArrowType, type Schema, Type } from 'apache-arrow';
import CliTable from 'cli-table3';
import type { ResultOutput } from './result-output.ts';
import { valueText } from './value-text.ts';

const NUMBERS: ReadonlySet<Type> = new Set([Type.Int, Type.Float, Type.Decimal]);
const MAX_CELL_WIDTH = 60;

/**
 * A table that lines up, numbers to the right. Of a long result the first and last rows are shown; the middle is read but not kept.
 */
export const writeTable: ResultOutput = async (query, sink, { maxRows }) => {
  const schema = await query.schema;
  const names = schema.fields.map(({ name }) => name);
  const half = maxRows === 0 ? Number.POSITIVE_INFINITY : Math.ceil(maxRows / 2);
  const first: string[][] = [];
  let last: string[][] = [];
  let numRows = 0;
  for await (const rows of query.rowBatches()) {
    numRows += rows.length;
    const cells = (row: Record<string, unknown>) => names.map((name) => clip(valueText(row[name])));
    const room = half - first.length;
    if (room > 0) first.push(...rows.slice(0, room).map(cells));
    if (rows.length > room) last = [...last, ...rows.slice(Math.max(room, rows.length - half)).map(cells)].slice(-half);
  }
  if (names.length > 0) {
    const hidden = numRows - first.length - last.length;
    const between = hidden > 0 ? [names.map(() => '·')] : [];
    await sink.write(`${drawTable(schema, [...first, ...between, ...last])}\n`);
  }
  return numRows;
};

/** Rows of text under the names of a schema. */
function drawTable(schema: Schema, rows: readonly string[][]): string {
  const table = new CliTable({
    head: schema.fields.map(({ name }) => name),
    colAligns: schema.fields.map(({ type }) => (NUMBERS.has((type as ArrowType).typeId) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function clip(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length > MAX_CELL_WIDTH ? `${line.slice(0, MAX_CELL_WIDTH - 1)}…` : line;
}
