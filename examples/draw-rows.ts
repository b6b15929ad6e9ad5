import { type Schema, Type } from 'apache-arrow';
import CliTable from 'cli-table3';

/** The first rows of a result as a table that lines up, numbers to the right. */
export function drawRows(schema: Schema, rows: readonly Readonly<Record<string, unknown>>[], maxRows: number): string {
  const table = new CliTable({
    head: schema.fields.map(({ name }) => name),
    colAligns: schema.fields.map(({ type }) =>
      [Type.Int, Type.Float, Type.Decimal].includes(type.typeId) ? 'right' : 'left',
    ),
    style: { head: [], border: [], compact: true },
  });
  const clip = (text: string) => (text.length > 28 ? `${text.slice(0, 27)}…` : text);
  for (const row of rows.slice(0, maxRows))
    table.push(schema.fields.map(({ name }) => clip(String(row[name] ?? 'NULL'))));
  const hidden = rows.length - maxRows;
  return table.toString() + (hidden > 0 ? `\n(${hidden} more rows)` : '');
}
