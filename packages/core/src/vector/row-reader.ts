import type { ArrowLayoutBlock } from './arrow-layout.ts';
import { columnLayout } from './arrow-layout.ts';
import { columnValues } from './column-values.ts';

/** A row of a result: the values by column name. See {@link rowsFromBlock} for their JavaScript types. */
export type Row = Record<string, unknown>;

/**
 * The rows of a block as plain objects. Of columns that share a name the last one wins.
 *
 * | SQL type | JavaScript value |
 * |---|---|
 * | boolean | boolean |
 * | integers of up to 32 bits, real, double precision | number |
 * | bigint, ubigint | bigint |
 * | decimal | string with all digits of the scale: `'1.50'` |
 * | varchar, json, uuid | string |
 * | bytea | Uint8Array (a copy) |
 * | date | `'2024-02-29'` |
 * | time | `'13:05:09.25'` |
 * | timestamp | `'2024-02-29 13:05:09.25'` |
 * | timestamptz | `'2024-02-29 13:05:09.25+00'` |
 * | interval | as PostgreSQL prints it: `'1 day 02:00:00'` |
 * | list | array |
 * | struct | object by field name |
 *
 * Dates and times are text because a JavaScript `Date` loses microseconds and years. Strings are decoded a block at a
 * time; a kept string may keep the text of its block alive.
 */
export function rowsFromBlock(block: ArrowLayoutBlock, columns: readonly { readonly name: string }[]): Row[] {
  const { numRows } = block;
  const numColumns = columns.length;
  const names = columns.map((column) => column.name);
  const values = block.types.map((type, i) => columnValues(block, type, columnLayout(block, i)));
  const rows: Row[] = new Array(numRows);
  // A keyed store by column name stays quick whatever names came before; a constructor generated without `eval` does not.
  for (let row = 0; row < numRows; row++) {
    const object: Row = {};
    for (let column = 0; column < numColumns; column++) object[names[column]!] = values[column]![row];
    rows[row] = object;
  }
  return rows;
}
