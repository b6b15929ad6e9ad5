import { type ColumnBuffer, ColumnKind, WORD_STRIDE } from './column-buffer.ts';
import { NUM_DATES } from './order-streams.ts';
import type { TextPool } from './text-pool.ts';

/** Bytes that the writers may leave as rubbish behind what they wrote. */
export const WRITE_SLACK_BYTES = 8;

const HYPHEN = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LABEL_DIGITS = 9;
const BILLION = 1e9;

const DATE_STRIDE = 16;
const DATE_BYTES = 10;
/** 1992-01-01, in days since 1970-01-01. */
export const FIRST_DATE_EPOCH_DAY = 8_035;
const MS_PER_DAY = 86_400_000;

const DATE_TEXTS = new DataView(new ArrayBuffer(NUM_DATES * DATE_STRIDE));
for (let day = 0; day < NUM_DATES; day++) {
  const text = new Date((FIRST_DATE_EPOCH_DAY + day) * MS_PER_DAY).toISOString().slice(0, DATE_BYTES);
  new TextEncoder().encodeInto(text, new Uint8Array(DATE_TEXTS.buffer, day * DATE_STRIDE, DATE_BYTES));
}

/** Copies ASCII eight bytes at a time, as numbers: no pattern of ASCII is a NaN, so none is changed on the way. */
function copy(out: DataView, position: number, source: DataView, offset: number, length: number): number {
  for (let index = 0; index < length; index += 8) {
    out.setFloat64(position + index, source.getFloat64(offset + index, true), true);
  }
  return position + length;
}

function countDigits(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  return value < 100_000_000 ? 8 : 9;
}

/** Writes the last `count` digits of a number below a billion. */
function writeDigits(out: DataView, position: number, value: number, count: number): number {
  let rest = value | 0;
  for (let at = position + count - 1; at >= position; at--) {
    const tenth = (rest / 10) | 0;
    out.setUint8(at, ZERO + (rest - tenth * 10));
    rest = tenth;
  }
  return position + count;
}

/** Writes an integer that is not negative, and returns the position behind it. */
export function writeInteger(out: DataView, position: number, value: number): number {
  if (value < BILLION) return writeDigits(out, position, value, countDigits(value));
  const billions = Math.floor(value / BILLION);
  const behind = writeInteger(out, position, billions);
  return writeDigits(out, behind, value - billions * BILLION, LABEL_DIGITS);
}

/** Writes hundredths as a number with two decimals. */
export function writeMoney(out: DataView, position: number, hundredths: number): number {
  let at = position;
  let rest = hundredths;
  if (rest < 0) {
    out.setUint8(at++, HYPHEN);
    rest = -rest;
  }
  const whole = (rest / 100) | 0;
  at = writeInteger(out, at, whole);
  out.setUint8(at, POINT);
  return writeDigits(out, at + 1, rest - whole * 100, 2);
}

/** Writes the date of a day since 1992-01-01. */
export function writeDate(out: DataView, position: number, day: number): number {
  return copy(out, position, DATE_TEXTS, day * DATE_STRIDE, DATE_BYTES);
}

/** Writes a value of a column that holds strings, and returns the position behind it. */
export function writeString(
  out: DataView,
  position: number,
  column: ColumnBuffer,
  row: number,
  pool: TextPool,
): number {
  switch (column.kind) {
    case ColumnKind.Word: {
      const word = column.ints[row]!;
      return copy(out, position, column.view, word * WORD_STRIDE, column.wordLengths[word]!);
    }
    case ColumnKind.Comment:
      return copy(out, position, pool.view, column.ints[row]!, column.lengths[row]!);
    case ColumnKind.Label: {
      const behind = copy(out, position, column.view, 0, column.wordLengths[0]!);
      const value = column.numbers[row]!;
      return value < BILLION ? writeDigits(out, behind, value, LABEL_DIGITS) : writeInteger(out, behind, value);
    }
    case ColumnKind.Text: {
      const start = row === 0 ? 0 : column.ints[row - 1]!;
      return copy(out, position, column.view, start, column.ints[row]! - start);
    }
    default:
      throw new RangeError(`column '${column.name}' holds no strings`);
  }
}
