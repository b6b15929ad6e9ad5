import { type Data, DataType, type RecordBatch, type Schema } from 'apache-arrow';
import {
  arrayText,
  byteaText,
  dateText,
  decimalText,
  float32Text,
  intervalText,
  recordText,
  timestampText,
  timeText,
} from './postgres-text.fixture.ts';

/** Rows of text, null where the value is null. */
export type TextRows = (string | null)[][];

/** The rows of record batches as PostgreSQL prints them, by position, so that columns of one name stay apart. */
export function rowsAsText(batches: readonly RecordBatch[]): TextRows {
  return batches.flatMap((batch) => {
    const columns = batch.data.children.map((data) => columnTexts(data));
    return Array.from({ length: batch.numRows }, (_, row) => columns.map((texts) => texts[row]!));
  });
}

/** One letter a column, as sqllogictest has them: I for integers, R for other numbers, T for all else. */
export function typeLetters(schema: Schema): string {
  return schema.fields
    .map(({ type }) => (DataType.isInt(type) ? 'I' : DataType.isFloat(type) || DataType.isDecimal(type) ? 'R' : 'T'))
    .join('');
}

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The values of one array; reads the buffers as the Arrow columnar format lays them out. */
function columnTexts(data: Data): (string | null)[] {
  const valueAt = valueReader(data);
  return Array.from({ length: data.length }, (_, row) => (isNull(data, row) ? null : valueAt(row)));
}

function isNull(data: Data, row: number): boolean {
  if (DataType.isNull(data.type)) return true;
  if (data.nullCount === 0) return false;
  const bit = data.offset + row;
  return ((data.nullBitmap[bit >> 3]! >> (bit & 7)) & 1) === 0;
}

function valueReader(data: Data): (row: number) => string {
  const { type, values, valueOffsets } = data;
  if (DataType.isNull(type)) return () => '';
  if (DataType.isBool(type)) {
    return (row) => String(((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1);
  }
  if (DataType.isInt(type)) return (row) => String(values[row]);
  if (DataType.isFloat(type))
    return type.precision === 1 ? (row) => float32Text(values[row]) : (row) => String(values[row]);
  if (DataType.isDecimal(type)) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    return (row) => {
      const word = (i: number) => BigInt(words[row * 4 + i]!);
      const bits = word(0) | (word(1) << 32n) | (word(2) << 64n) | (word(3) << 96n);
      return decimalText(BigInt.asIntN(128, bits), type.scale);
    };
  }
  if (DataType.isUtf8(type)) return (row) => TEXT.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
  if (DataType.isBinary(type)) return (row) => byteaText(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
  if (DataType.isDate(type)) return (row) => dateText(values[row]);
  if (DataType.isTime(type)) return (row) => timeText(values[row]);
  if (DataType.isTimestamp(type)) return (row) => timestampText(values[row], type.timezone ? '+00' : '');
  if (DataType.isInterval(type)) {
    const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
    return (row) =>
      intervalText(
        view.getInt32(row * 16, true),
        view.getInt32(row * 16 + 4, true),
        view.getBigInt64(row * 16 + 8, true) / 1000n,
      );
  }
  if (DataType.isList(type)) {
    const items = columnTexts(data.children[0]!);
    const isNested = DataType.isList(type.children[0]!.type);
    return (row) => arrayText(items.slice(valueOffsets[row], valueOffsets[row + 1]), isNested);
  }
  if (DataType.isStruct(type)) {
    const fields = data.children.map((child) => columnTexts(child));
    return (row) => recordText(fields.map((texts) => texts[row]!));
  }
  throw new Error(`no text for Arrow type ${String(type)}`);
}
