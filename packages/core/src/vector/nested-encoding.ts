import { internal } from '../error/index.ts';
import {
  type DataType,
  type IntervalValue,
  KIND_WIDTH,
  type LiteralValue,
  type PhysicalKind,
  physicalKind,
} from '../types/index.ts';

/**
 * The binary form of nested values (lists and structs), to which their `ref`s point. It is self-contained: it can be
 * copied, hashed, compared for equality, sent and spilled as bytes without knowing what is in it.
 *
 * ```
 * value   := 0                          null
 *          | 1 payload                  anything else
 * payload := bytes of KIND_WIDTH        bool, i32, i64, f64, i128, interval; little-endian
 *          | u32 length, bytes          varchar, json, bytea, uuid
 *          | u32 count, value*          list: its elements
 *          | value*                     struct: its fields in the order of the type
 * ```
 *
 * The value of a row begins with its 1 too (a null row has a ref of 0 and no bytes), so that a part of a value, such as an
 * element of a list, is itself the encoding of that part, and a ref may point into the whole.
 */
export function encodeNested(type: DataType, value: LiteralValue): Uint8Array {
  const writer = new NestedWriter();
  writer.value(type, value);
  return writer.bytes();
}

/** The value that {@link encodeNested} wrote. Throws `INTERNAL` for bytes of another type. */
export function decodeNested(type: DataType, bytes: Uint8Array): LiteralValue {
  const reader = new NestedReader(bytes);
  const value = reader.value(type);
  if (!reader.isAtEnd) throw internal('the encoding of a nested value is longer than its type');
  return value;
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

class NestedWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  value(type: DataType, value: LiteralValue): void {
    const flag = this.#room(1);
    if (value === null) {
      this.#bytes[flag] = 0;
      return;
    }
    this.#bytes[flag] = 1;
    if (type.id === 'list') {
      const elements = value as readonly LiteralValue[];
      const at = this.#room(4);
      this.#view.setUint32(at, elements.length, true);
      for (const element of elements) this.value(type.element, element);
    } else if (type.id === 'struct') {
      const fields = value as readonly LiteralValue[];
      type.fields.forEach((field, i) => {
        this.value(field.type, fields[i] ?? null);
      });
    } else {
      this.#scalar(type, value);
    }
  }

  #scalar(type: DataType, value: LiteralValue): void {
    const kind = physicalKind(type);
    if (kind === 'ref') {
      const bytes = refBytes(type, value);
      const at = this.#room(4 + bytes.length);
      this.#view.setUint32(at, bytes.length, true);
      this.#bytes.set(bytes, at + 4);
      return;
    }
    const at = this.#room(KIND_WIDTH[kind]);
    writeFixed(this.#view, at, kind, value);
  }

  /** Makes room for `length` bytes; the answer is where they begin. */
  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

class NestedReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  value(type: DataType): LiteralValue {
    if (this.#bytes[this.#take(1)] === 0) return null;
    if (type.id === 'list') {
      const count = this.#view.getUint32(this.#take(4), true);
      const elements: LiteralValue[] = [];
      for (let i = 0; i < count; i++) elements.push(this.value(type.element));
      return elements;
    }
    if (type.id === 'struct') return type.fields.map((field) => this.value(field.type));
    const kind = physicalKind(type);
    if (kind !== 'ref') return readFixed(this.#view, this.#take(KIND_WIDTH[kind]), kind);
    const length = this.#view.getUint32(this.#take(4), true);
    const start = this.#take(length);
    // Copied: TextDecoder refuses views of shared memory.
    return refValue(type, this.#bytes.slice(start, start + length));
  }

  #take(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw internal('the encoding of a nested value ends early');
    this.#position += length;
    return start;
  }
}

function refBytes(type: DataType, value: LiteralValue): Uint8Array {
  if (type.id === 'bytea') return value as Uint8Array;
  if (type.id !== 'uuid') return textEncoder.encode(value as string);
  return Uint8Array.from((value as string).replaceAll('-', '').match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

function refValue(type: DataType, bytes: Uint8Array): LiteralValue {
  if (type.id === 'bytea') return bytes;
  if (type.id !== 'uuid') return textDecoder.decode(bytes);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function writeFixed(view: DataView, at: number, kind: Exclude<PhysicalKind, 'ref'>, value: LiteralValue): void {
  switch (kind) {
    case 'bool':
      view.setUint8(at, value === true ? 1 : 0);
      return;
    case 'i32':
      view.setInt32(at, Number(value), true);
      return;
    case 'i64':
      view.setBigInt64(at, BigInt(value as bigint), true);
      return;
    case 'f64':
      view.setFloat64(at, value as number, true);
      return;
    case 'i128':
      view.setBigUint64(at, BigInt.asUintN(64, value as bigint), true);
      view.setBigInt64(at + 8, BigInt.asIntN(64, (value as bigint) >> 64n), true);
      return;
    case 'interval': {
      const { months, days, micros } = value as IntervalValue;
      view.setInt32(at, months, true);
      view.setInt32(at + 4, days, true);
      view.setBigInt64(at + 8, micros, true);
    }
  }
}

function readFixed(view: DataView, at: number, kind: Exclude<PhysicalKind, 'ref'>): LiteralValue {
  switch (kind) {
    case 'bool':
      return view.getUint8(at) !== 0;
    case 'i32':
      return view.getInt32(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
    case 'interval':
      return {
        months: view.getInt32(at, true),
        days: view.getInt32(at + 4, true),
        micros: view.getBigInt64(at + 8, true),
      };
  }
}
