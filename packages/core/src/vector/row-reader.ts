import type { ArrowLayoutBlock } from './arrow-layout.ts';
import { columnLayout } from './arrow-layout.ts';
import { columnValues } from './column-values.ts';
import { type Row, rowConstructor } from './row-constructor.ts';

export type { Row } from './row-constructor.ts';

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
  const values = block.types.map((type, i) => columnValues(block, type, columnLayout(block, i)));
  return rowConstructor(columns.map(({ name }) => name))(values, block.numRows);
}
