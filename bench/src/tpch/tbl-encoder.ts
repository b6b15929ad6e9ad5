import { WRITE_SLACK_BYTES, writeDate, writeInteger, writeMoney, writeString } from './cell-text.ts';
import { ColumnKind, type RowBatch } from './column-buffer.ts';
import type { TextPool } from './text-pool.ts';

const BAR = 0x7c;
const NEWLINE = 0x0a;

/**
 * Writes a batch as dbgen's text: fields parted by `|`, none behind the last, lines ended by `\n`. `maxRowBytes` is
 * what no row exceeds. The result owns its buffer, so that it can be transferred to another thread.
 */
export function encodeTbl(batch: RowBatch, pool: TextPool, maxRowBytes: number): Uint8Array<ArrayBuffer> {
  const { columns, numRows } = batch;
  const bytes = new Uint8Array(numRows * maxRowBytes + WRITE_SLACK_BYTES);
  const out = new DataView(bytes.buffer);
  const numColumns = columns.length;
  let position = 0;
  for (let row = 0; row < numRows; row++) {
    for (let index = 0; index < numColumns; index++) {
      const column = columns[index]!;
      switch (column.kind) {
        case ColumnKind.Int64:
          position = writeInteger(out, position, column.numbers[row]!);
          break;
        case ColumnKind.Int32:
          position = writeInteger(out, position, column.ints[row]!);
          break;
        case ColumnKind.Money:
          position = writeMoney(out, position, column.ints[row]!);
          break;
        case ColumnKind.Quantity:
          position = writeInteger(out, position, (column.ints[row]! / 100) | 0);
          break;
        case ColumnKind.Date:
          position = writeDate(out, position, column.ints[row]!);
          break;
        default:
          position = writeString(out, position, column, row, pool);
      }
      out.setUint8(position++, BAR);
    }
    out.setUint8(position - 1, NEWLINE);
  }
  return bytes.subarray(0, position);
}
