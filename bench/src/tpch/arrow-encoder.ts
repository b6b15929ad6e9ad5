import {
  AsyncByteQueue,
  type Data,
  DateDay,
  Decimal,
  Field,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import { FIRST_DATE_EPOCH_DAY, WRITE_SLACK_BYTES, writeString } from './cell-text.ts';
import { type ColumnBuffer, ColumnKind, type ColumnSpec, type RowBatch, WORD_STRIDE } from './column-buffer.ts';
import type { TextPool } from './text-pool.ts';

const TWO_POW_32 = 2 ** 32;
const DECIMAL_PRECISION = 15;
const DECIMAL_SCALE = 2;
const DECIMAL_BITS = 128;
/** Bytes of a label's digits when its number needs more than nine. */
const MAX_LABEL_DIGITS = 16;
const MAX_COMMENT_BYTES = 256;

function arrowType(spec: ColumnSpec) {
  switch (spec.kind) {
    case ColumnKind.Int64:
      return new Int64();
    case ColumnKind.Int32:
      return new Int32();
    case ColumnKind.Money:
    case ColumnKind.Quantity:
      return new Decimal(DECIMAL_SCALE, DECIMAL_PRECISION, DECIMAL_BITS);
    case ColumnKind.Date:
      return new DateDay();
    default:
      return new Utf8();
  }
}

/** Bytes that no string of the column exceeds. */
function maxStringBytes(spec: ColumnSpec): number {
  switch (spec.kind) {
    case ColumnKind.Word:
      return WORD_STRIDE;
    case ColumnKind.Label:
      return WORD_STRIDE + MAX_LABEL_DIGITS;
    case ColumnKind.Comment:
      return MAX_COMMENT_BYTES;
    default:
      return spec.maxBytes ?? 0;
  }
}

/**
 * Collects what an IPC writer writes in a buffer that can be used again: the writer's own queue would leave tens of
 * megabytes of garbage a batch, which the collector, seeing small objects only, lets grow.
 */
class BufferSink extends AsyncByteQueue<Uint8Array> {
  buffer: Uint8Array<ArrayBuffer>;
  bytes = 0;

  constructor(buffer: Uint8Array<ArrayBuffer>) {
    super();
    this.buffer = buffer;
  }

  override write(chunk: Uint8Array): void {
    const end = this.bytes + chunk.length;
    if (end > this.buffer.length) this.buffer = grow(this.buffer, this.bytes, end);
    this.buffer.set(chunk, this.bytes);
    this.bytes = end;
  }
}

/**
 * Turns batches into Arrow IPC streams. Its buffers are used again for every batch of every table, and grow to the
 * largest one.
 *
 * Types are those of DuckDB's `dbgen`: BIGINT or INTEGER keys, DECIMAL(15,2), DATE, VARCHAR. Nothing is nullable.
 */
export class ArrowEncoder {
  /** Fixed-width values, or the offsets of strings; a slot a column. */
  readonly #values: Int32Array<ArrayBuffer>[] = [];
  readonly #strings: Uint8Array<ArrayBuffer>[] = [];
  #stream = new Uint8Array(0);

  /**
   * The batch as one IPC stream: schema, a record batch, end. `specs` are the batch's columns. The stream is valid until
   * the next call.
   */
  encode(specs: readonly ColumnSpec[], batch: RowBatch, pool: TextPool): Uint8Array {
    const schema = new Schema(specs.map((spec) => new Field(spec.name, arrowType(spec), false)));
    // Counted from the end, so that the comments, which need most memory, have the same buffer in all tables.
    const children = specs.map((spec, index) =>
      this.#encodeColumn(specs.length - 1 - index, spec, batch.columns[index]!, batch.numRows, pool),
    );
    const struct = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
    const sink = new BufferSink(this.#stream);
    const writer = new RecordBatchStreamWriter();
    writer.reset(sink, schema);
    writer.write(new RecordBatch(schema, struct));
    writer.finish();
    this.#stream = sink.buffer;
    return sink.buffer.subarray(0, sink.bytes);
  }

  #encodeColumn(slot: number, spec: ColumnSpec, column: ColumnBuffer, numRows: number, pool: TextPool): Data {
    const common = { length: numRows, nullCount: 0 };
    switch (column.kind) {
      case ColumnKind.Int64: {
        const words = this.#reserve(slot, numRows * 2);
        const { numbers } = column;
        for (let row = 0; row < numRows; row++) {
          const value = numbers[row]!;
          words[row * 2] = value;
          words[row * 2 + 1] = value / TWO_POW_32;
        }
        return makeData({ ...common, type: new Int64(), data: new BigInt64Array(words.buffer, 0, numRows) });
      }
      case ColumnKind.Int32:
        return makeData({ ...common, type: new Int32(), data: column.ints.subarray(0, numRows) });
      case ColumnKind.Money:
      case ColumnKind.Quantity: {
        const words = this.#reserve(slot, numRows * 4);
        const { ints } = column;
        for (let row = 0; row < numRows; row++) {
          const value = ints[row]!;
          const sign = value >> 31;
          words[row * 4] = value;
          words[row * 4 + 1] = sign;
          words[row * 4 + 2] = sign;
          words[row * 4 + 3] = sign;
        }
        const type = new Decimal(DECIMAL_SCALE, DECIMAL_PRECISION, DECIMAL_BITS);
        return makeData({ ...common, type, data: new Uint32Array(words.buffer, 0, numRows * 4) });
      }
      case ColumnKind.Date: {
        const days = this.#reserve(slot, numRows);
        const { ints } = column;
        for (let row = 0; row < numRows; row++) days[row] = FIRST_DATE_EPOCH_DAY + ints[row]!;
        return makeData({ ...common, type: new DateDay(), data: days.subarray(0, numRows) });
      }
      default:
        return this.#encodeStrings(slot, maxStringBytes(spec), column, numRows, pool);
    }
  }

  #encodeStrings(slot: number, maxBytes: number, column: ColumnBuffer, numRows: number, pool: TextPool): Data<Utf8> {
    const offsets = this.#reserve(slot, numRows + 1);
    let text = this.#strings[slot] ?? new Uint8Array(0);
    let out = new DataView(text.buffer);
    let position = 0;
    offsets[0] = 0;
    for (let row = 0; row < numRows; row++) {
      if (position + maxBytes + WRITE_SLACK_BYTES > text.length) {
        text = grow(text, position, (position / Math.max(row, 1)) * numRows + maxBytes + WRITE_SLACK_BYTES);
        out = new DataView(text.buffer);
        this.#strings[slot] = text;
      }
      position = writeString(out, position, column, row, pool);
      offsets[row + 1] = position;
    }
    return makeData({
      type: new Utf8(),
      length: numRows,
      nullCount: 0,
      valueOffsets: offsets.subarray(0, numRows + 1),
      data: text.subarray(0, position),
    });
  }

  #reserve(slot: number, length: number): Int32Array<ArrayBuffer> {
    let buffer = this.#values[slot];
    if (buffer === undefined || buffer.length < length) {
      buffer = new Int32Array(length);
      this.#values[slot] = buffer;
    }
    return buffer;
  }
}

/** A larger copy: what `expected` asks for with a sixteenth to spare, and at least half as much again. */
function grow(text: Uint8Array<ArrayBuffer>, used: number, expected: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.ceil(Math.max(expected * 1.0625, text.length * 1.5, 4096)));
  larger.set(text.subarray(0, used));
  return larger;
}
