import * as arrow from 'apache-arrow';
import { internal } from '../error/index.ts';
import type { DataType, IntervalValue, LiteralValue } from '../types/index.ts';
import { type ArrowLayoutBlock, arrowWidth, type ColumnLayout, columnLayout } from './arrow-layout.ts';
import { decodeNested } from './nested-encoding.ts';

/** What a result says about one of its columns. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

/**
 * The Arrow schema of result columns. `uuid`, `json` and `jsonb` are `Utf8`, `time` is `Time64<MICROSECOND>`, `timestamp` is
 * `Timestamp<MICROSECOND>` (with zone `UTC` for `timestamptz`), decimals are 128 bits wide. Field metadata `millrace.type` tells
 * the SQL type.
 */
export function arrowSchema(columns: readonly ResultColumn[]): arrow.Schema {
  return new arrow.Schema(
    columns.map(
      ({ name, type, nullable }) =>
        new arrow.Field(name, arrowType(type), nullable, new Map([['millrace.type', JSON.stringify(type)]])),
    ),
  );
}

/** The Arrow type of a SQL type; see {@link arrowSchema}. */
function arrowType(type: DataType): arrow.DataType {
  switch (type.id) {
    case 'null':
      return new arrow.Null();
    case 'boolean':
      return new arrow.Bool();
    case 'int8':
      return new arrow.Int8();
    case 'int16':
      return new arrow.Int16();
    case 'int32':
      return new arrow.Int32();
    case 'int64':
      return new arrow.Int64();
    case 'uint8':
      return new arrow.Uint8();
    case 'uint16':
      return new arrow.Uint16();
    case 'uint32':
      return new arrow.Uint32();
    case 'uint64':
      return new arrow.Uint64();
    case 'float32':
      return new arrow.Float32();
    case 'float64':
      return new arrow.Float64();
    case 'varchar':
    case 'uuid':
    case 'json':
    case 'jsonb':
      return new arrow.Utf8();
    case 'bytea':
      return new arrow.Binary();
    case 'date':
      return new arrow.DateDay();
    case 'time':
      return new arrow.TimeMicrosecond();
    case 'timestamp':
      return new arrow.TimestampMicrosecond();
    case 'timestamptz':
      return new arrow.TimestampMicrosecond('UTC');
    case 'interval':
      return new arrow.IntervalMonthDayNano();
    case 'decimal':
      return new arrow.Decimal(type.scale, type.precision, 128);
    case 'list':
      return new arrow.List(new arrow.Field('item', arrowType(type.element), true));
    case 'struct':
      return new arrow.Struct(type.fields.map((field) => new arrow.Field(field.name, arrowType(field.type), true)));
  }
}

/**
 * The rows of a block as a record batch that shares the block's buffer. Columns of nested types are the exception: they are
 * unpacked into buffers of their own.
 */
export function recordBatchFromBlock(block: ArrowLayoutBlock, schema: arrow.Schema): arrow.RecordBatch {
  const children = block.types.map((type, i) => columnData(block, type, columnLayout(block, i)));
  const data = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: block.numRows,
    nullCount: 0,
    children,
  });
  return new arrow.RecordBatch(schema, data);
}

/** One table of many batches. */
export function tableFromBatches(schema: arrow.Schema, batches: readonly arrow.RecordBatch[]): arrow.Table {
  return new arrow.Table(schema, [...batches]);
}

function columnData(block: ArrowLayoutBlock, type: DataType, layout: ColumnLayout): arrow.Data {
  const { buffer, numRows } = block;
  if (type.id === 'list' || type.id === 'struct') return dataOfValues(type, nestedValues(block, type, layout));
  if (type.id === 'null') return arrow.makeData({ type: new arrow.Null(), length: numRows });
  const isBinary = type.id !== 'boolean' && arrowWidth(type) === 0;
  return makeData(arrowType(type), numRows, {
    nullCount: layout.numNulls,
    nullBitmap: layout.numNulls > 0 ? new Uint8Array(buffer, layout.validityOffset, layout.validityBytes) : undefined,
    valueOffsets: isBinary ? new Int32Array(buffer, layout.firstOffset, numRows + 1) : undefined,
    data: isBinary
      ? new Uint8Array(buffer, layout.secondOffset, layout.secondBytes)
      : typedValues(type, buffer, layout.firstOffset, layout.firstBytes),
  });
}

type ValueArray = Exclude<arrow.DataType['TArray'], undefined>;

interface DataParts {
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array | undefined;
  readonly valueOffsets?: Int32Array | undefined;
  readonly data?: ValueArray | undefined;
  readonly child?: arrow.Data | undefined;
  readonly children?: arrow.Data[] | undefined;
}

/** `makeData` asks for the type of each call; the layout is right whatever the type. */
function makeData(type: arrow.DataType, length: number, parts: DataParts): arrow.Data {
  const props: Record<string, unknown> = { type, length };
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) props[name] = value;
  return arrow.makeData(props as unknown as Parameters<typeof arrow.makeData>[0]) as arrow.Data;
}

function typedValues(type: DataType, buffer: ArrayBuffer, offset: number, bytes: number): ValueArray {
  switch (type.id) {
    case 'boolean':
    case 'uint8':
      return new Uint8Array(buffer, offset, bytes);
    case 'int8':
      return new Int8Array(buffer, offset, bytes);
    case 'int16':
      return new Int16Array(buffer, offset, bytes / 2);
    case 'uint16':
      return new Uint16Array(buffer, offset, bytes / 2);
    case 'int32':
    case 'date':
    case 'interval':
      return new Int32Array(buffer, offset, bytes / 4);
    case 'uint32':
    case 'decimal':
      return new Uint32Array(buffer, offset, bytes / 4);
    case 'float32':
      return new Float32Array(buffer, offset, bytes / 4);
    case 'float64':
      return new Float64Array(buffer, offset, bytes / 8);
    case 'int64':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return new BigInt64Array(buffer, offset, bytes / 8);
    case 'uint64':
      return new BigUint64Array(buffer, offset, bytes / 8);
    default:
      throw internal(`${type.id} has no values of fixed width`);
  }
}

/** The values of a column of lists or structs, decoded. */
export function nestedValues(block: ArrowLayoutBlock, type: DataType, layout: ColumnLayout): LiteralValue[] {
  const { buffer, numRows } = block;
  const offsets = new Int32Array(buffer, layout.firstOffset, numRows + 1);
  const bytes = new Uint8Array(buffer, layout.secondOffset, layout.secondBytes);
  const validity =
    layout.numNulls > 0 ? new Uint8Array(buffer, layout.validityOffset, layout.validityBytes) : undefined;
  return Array.from({ length: numRows }, (_, row) => {
    if (validity && ((validity[row >> 3]! >> (row & 7)) & 1) === 0) return null;
    return decodeNested(type, bytes.subarray(offsets[row]!, offsets[row + 1]!));
  });
}

/** Arrow data of decoded values: the elements of lists and the fields of structs. */
function dataOfValues(type: DataType, values: readonly LiteralValue[]): arrow.Data {
  const length = values.length;
  const numNulls = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  const nullBitmap = numNulls > 0 ? packBits(values.map((value) => value !== null)) : undefined;
  const target = arrowType(type);
  const parts = { nullCount: numNulls, nullBitmap };
  switch (type.id) {
    case 'null':
      return arrow.makeData({ type: new arrow.Null(), length });
    case 'list': {
      const lists = values.map((value) => (value ?? []) as readonly LiteralValue[]);
      return makeData(target, length, {
        ...parts,
        valueOffsets: offsetsOf(lists.map((items) => items.length)),
        child: dataOfValues(type.element, lists.flat(1) as LiteralValue[]),
      });
    }
    case 'struct':
      return makeData(target, length, {
        ...parts,
        children: type.fields.map((field, i) =>
          dataOfValues(
            field.type,
            values.map((value) => (value === null ? null : (value as readonly LiteralValue[])[i]!)),
          ),
        ),
      });
    case 'boolean':
      return makeData(target, length, { ...parts, data: packBits(values.map((value) => value === true)) });
    case 'varchar':
    case 'json':
    case 'jsonb':
    case 'uuid':
    case 'bytea': {
      const encoder = new TextEncoder();
      const chunks = values.map((value) =>
        value === null ? new Uint8Array() : typeof value === 'string' ? encoder.encode(value) : (value as Uint8Array),
      );
      const valueOffsets = offsetsOf(chunks.map((chunk) => chunk.length));
      const data = new Uint8Array(valueOffsets[length]!);
      chunks.forEach((chunk, i) => {
        data.set(chunk, valueOffsets[i]!);
      });
      return makeData(target, length, { ...parts, valueOffsets, data });
    }
    default: {
      const width = arrowWidth(type);
      const buffer = new ArrayBuffer(width * length);
      const view = new DataView(buffer);
      values.forEach((value, i) => {
        if (value !== null) writeArrowValue(type, value, view, i * width);
      });
      return makeData(target, length, { ...parts, data: typedValues(type, buffer, 0, buffer.byteLength) });
    }
  }
}

function writeArrowValue(type: DataType, value: LiteralValue, view: DataView, at: number): void {
  switch (type.id) {
    case 'int8':
    case 'uint8':
      view.setUint8(at, value as number);
      return;
    case 'int16':
    case 'uint16':
      view.setUint16(at, value as number, true);
      return;
    case 'int32':
    case 'date':
    case 'uint32':
      view.setInt32(at, Number(value), true);
      return;
    case 'float32':
      view.setFloat32(at, value as number, true);
      return;
    case 'float64':
      view.setFloat64(at, value as number, true);
      return;
    case 'interval': {
      const { months, days, micros } = value as IntervalValue;
      view.setInt32(at, months, true);
      view.setInt32(at + 4, days, true);
      view.setBigInt64(at + 8, micros * 1000n, true);
      return;
    }
    case 'decimal':
      view.setBigUint64(at, BigInt.asUintN(64, value as bigint), true);
      view.setBigInt64(at + 8, (value as bigint) >> 64n, true);
      return;
    default:
      view.setBigInt64(at, BigInt.asIntN(64, value as bigint), true);
  }
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) bitmap[i >> 3]! |= 1 << (i & 7);
  });
  return bitmap;
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}
