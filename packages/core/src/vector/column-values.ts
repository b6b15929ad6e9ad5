import type { DataType, IntervalValue, LiteralValue } from '../types/index.ts';
import { nestedValues } from './arrow-interop.ts';
import type { ArrowLayoutBlock, ColumnLayout } from './arrow-layout.ts';
import { dateText, intervalText, timestampText, timestamptzText, timeText } from './datetime-text.ts';
import { decimalText } from './decimal-text.ts';

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** The values of a column as JavaScript values (see `rowsFromBlock`), null where they are null. */
export function columnValues(block: ArrowLayoutBlock, type: DataType, layout: ColumnLayout): unknown[] {
  const values = presentValues(block, type, layout);
  if (layout.numNulls > 0) {
    const validity = new Uint8Array(block.buffer, layout.validityOffset, layout.validityBytes);
    for (let row = 0; row < values.length; row++) {
      if (((validity[row >> 3]! >> (row & 7)) & 1) === 0) values[row] = null;
    }
  }
  return values;
}

/** What lies in the buffers; anything where the value is null. */
function presentValues(block: ArrowLayoutBlock, type: DataType, layout: ColumnLayout): unknown[] {
  const { buffer, numRows } = block;
  const { firstOffset } = layout;
  switch (type.id) {
    case 'null':
      return new Array(numRows).fill(null);
    case 'boolean': {
      const bits = new Uint8Array(buffer, firstOffset, layout.firstBytes);
      return Array.from({ length: numRows }, (_, row) => ((bits[row >> 3]! >> (row & 7)) & 1) === 1);
    }
    case 'int8':
      return numbers(new Int8Array(buffer, firstOffset, numRows));
    case 'uint8':
      return numbers(new Uint8Array(buffer, firstOffset, numRows));
    case 'int16':
      return numbers(new Int16Array(buffer, firstOffset, numRows));
    case 'uint16':
      return numbers(new Uint16Array(buffer, firstOffset, numRows));
    case 'int32':
      return numbers(new Int32Array(buffer, firstOffset, numRows));
    case 'uint32':
      return numbers(new Uint32Array(buffer, firstOffset, numRows));
    case 'float32':
      return numbers(new Float32Array(buffer, firstOffset, numRows));
    case 'float64':
      return numbers(new Float64Array(buffer, firstOffset, numRows));
    case 'int64':
      return bigints(new BigInt64Array(buffer, firstOffset, numRows));
    case 'uint64':
      return bigints(new BigUint64Array(buffer, firstOffset, numRows));
    case 'date':
      return textsOfDates(new Int32Array(buffer, firstOffset, numRows));
    case 'time':
      return Array.from(new BigInt64Array(buffer, firstOffset, numRows), timeText);
    case 'timestamp':
      return Array.from(new BigInt64Array(buffer, firstOffset, numRows), timestampText);
    case 'timestamptz':
      return Array.from(new BigInt64Array(buffer, firstOffset, numRows), timestamptzText);
    case 'decimal':
      return textsOfDecimals(buffer, firstOffset, numRows, type.scale);
    case 'interval': {
      const parts = new Int32Array(buffer, firstOffset, numRows * 4);
      const nanos = new BigInt64Array(buffer, firstOffset, numRows * 2);
      return Array.from({ length: numRows }, (_, row) =>
        intervalText({ months: parts[row * 4]!, days: parts[row * 4 + 1]!, micros: nanos[row * 2 + 1]! / 1000n }),
      );
    }
    case 'list':
    case 'struct':
      return nestedValues(block, type, layout).map((value) => plainValue(type, value));
    default: {
      const offsets = new Int32Array(buffer, firstOffset, numRows + 1);
      const bytes = new Uint8Array(buffer, layout.secondOffset, layout.secondBytes);
      return type.id === 'bytea'
        ? Array.from({ length: numRows }, (_, row) => bytes.slice(offsets[row]!, offsets[row + 1]!))
        : decodeTexts(offsets, bytes, numRows);
    }
  }
}

/** A plain array: rows are read from it at one place in the code, which is quick only for one kind of array. */
function numbers(values: ArrayLike<number>): number[] {
  const { length } = values;
  const array: number[] = new Array(length);
  for (let row = 0; row < length; row++) array[row] = values[row]!;
  return array;
}

function bigints(values: ArrayLike<bigint>): bigint[] {
  const { length } = values;
  const array: bigint[] = new Array(length);
  for (let row = 0; row < length; row++) array[row] = values[row]!;
  return array;
}

/** Few days occur often, so the text of each is made once. */
function textsOfDates(days: Int32Array): string[] {
  const known = new Map<number, string>();
  const texts: string[] = new Array(days.length);
  for (let row = 0; row < days.length; row++) {
    const day = days[row]!;
    let text = known.get(day);
    if (text === undefined) {
      text = dateText(day);
      known.set(day, text);
    }
    texts[row] = text;
  }
  return texts;
}

function textsOfDecimals(buffer: ArrayBuffer, offset: number, numRows: number, scale: number): string[] {
  const words = new Int32Array(buffer, offset, numRows * 4);
  const halves = new BigInt64Array(buffer, offset, numRows * 2);
  const texts: string[] = new Array(numRows);
  for (let row = 0; row < numRows; row++) {
    const low = words[row * 4]!;
    const high = words[row * 4 + 1]!;
    // Up to 2^53 in magnitude: bits 53 and up are all copies of the sign.
    const isSmall =
      high >> 21 === words[row * 4 + 3]! && high >> 21 === words[row * 4 + 2]! && high >> 21 === high >> 31;
    texts[row] = isSmall
      ? decimalText(high * 4_294_967_296 + (low >>> 0), scale)
      : decimalText((halves[row * 2 + 1]! << 64n) | BigInt.asUintN(64, halves[row * 2]!), scale);
  }
  return texts;
}

/**
 * Strings that lie back to back: decoded in one call and cut. Bytes and UTF-16 units are the same thing when all of it is
 * ASCII; otherwise the cuts are counted.
 */
function decodeTexts(offsets: Int32Array, bytes: Uint8Array, numRows: number): string[] {
  const text = DECODER.decode(bytes);
  const texts: string[] = new Array(numRows);
  if (text.length === bytes.length) {
    for (let row = 0; row < numRows; row++) texts[row] = text.slice(offsets[row]!, offsets[row + 1]!);
    return texts;
  }
  const cuts = new Int32Array(numRows);
  let units = 0;
  for (let row = 0; row < numRows; row++) {
    const end = offsets[row + 1]!;
    for (let at = offsets[row]!; at < end; at++) {
      const byte = bytes[at]!;
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    cuts[row] = units;
  }
  if (units !== text.length) {
    // Not UTF-8: replacement characters have shifted the text, so each string is decoded by itself.
    for (let row = 0; row < numRows; row++) {
      texts[row] = DECODER.decode(bytes.subarray(offsets[row]!, offsets[row + 1]!));
    }
    return texts;
  }
  for (let row = 0; row < numRows; row++) texts[row] = text.slice(row === 0 ? 0 : cuts[row - 1]!, cuts[row]!);
  return texts;
}

/** A decoded value in the form that rows have. */
function plainValue(type: DataType, value: LiteralValue): unknown {
  if (value === null) return null;
  switch (type.id) {
    case 'uint32':
      return Number(value);
    case 'decimal':
      return decimalText(value as bigint, type.scale);
    case 'date':
      return dateText(value as number);
    case 'time':
      return timeText(value as bigint);
    case 'timestamp':
      return timestampText(value as bigint);
    case 'timestamptz':
      return timestamptzText(value as bigint);
    case 'interval':
      return intervalText(value as IntervalValue);
    case 'list':
      return (value as readonly LiteralValue[]).map((item) => plainValue(type.element, item));
    case 'struct':
      return Object.fromEntries(
        type.fields.map((field, i) => [field.name, plainValue(field.type, (value as readonly LiteralValue[])[i]!)]),
      );
    default:
      return value;
  }
}
