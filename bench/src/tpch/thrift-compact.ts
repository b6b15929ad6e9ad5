/**
 * Thrift's compact protocol, as far as Parquet footers need it: values are read into a tree that can be changed and
 * written again. Fields that nobody knows survive unchanged.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

const ThriftType = {
  True: 1,
  False: 2,
  Byte: 3,
  Int16: 4,
  Int32: 5,
  Int64: 6,
  Double: 7,
  Binary: 8,
  List: 9,
  Set: 10,
  Struct: 12,
} as const;

/** Integers are numbers: one beyond 2^53 is an error. Doubles and strings stay bytes. */
export type ThriftValue = number | boolean | Uint8Array | ThriftList | ThriftStruct;

interface ThriftList {
  readonly elementType: number;
  readonly elements: ThriftValue[];
}

interface ThriftField {
  readonly id: number;
  readonly type: number;
  value: ThriftValue;
}

/** A struct: its fields in the order of their numbers. */
export class ThriftStruct {
  readonly fields: ThriftField[] = [];

  /** The integer of a field, or undefined when the field is missing. */
  int(id: number): number | undefined {
    const value = this.fields.find((field) => field.id === id)?.value;
    if (value !== undefined && typeof value !== 'number') throw new TypeError(`Thrift field ${id} is not an integer`);
    return value;
  }

  list(id: number): ThriftValue[] {
    const value = this.fields.find((field) => field.id === id)?.value;
    if (value === undefined || !isList(value)) throw new TypeError(`Thrift field ${id} is not a list`);
    return value.elements;
  }

  struct(id: number): ThriftStruct {
    return asStruct(this.fields.find((field) => field.id === id)?.value);
  }

  /** Replaces the integer of a field that is there. */
  setInt(id: number, value: number): void {
    const field = this.fields.find((candidate) => candidate.id === id);
    if (field === undefined) throw new TypeError(`no Thrift field ${id}`);
    field.value = value;
  }

  /** Moves an offset; a field that is missing stays missing. */
  addInt(id: number, amount: number): void {
    const value = this.int(id);
    if (value !== undefined) this.setInt(id, value + amount);
  }

  delete(id: number): void {
    const index = this.fields.findIndex((field) => field.id === id);
    if (index >= 0) this.fields.splice(index, 1);
  }
}

function isList(value: ThriftValue): value is ThriftList {
  return typeof value === 'object' && 'elements' in value;
}

export function asStruct(value: ThriftValue | undefined): ThriftStruct {
  if (!(value instanceof ThriftStruct)) throw new TypeError('not a Thrift struct');
  return value;
}

class ThriftReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readStruct(): ThriftStruct {
    const struct = new ThriftStruct();
    let id = 0;
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      const type = header & 0x0f;
      const delta = header >>> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      // A boolean field has its value in its type.
      const value =
        type === ThriftType.True || type === ThriftType.False ? type === ThriftType.True : this.#value(type);
      struct.fields.push({ id, type, value });
    }
    return struct;
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case ThriftType.True:
      case ThriftType.False:
        return this.#byte() === ThriftType.True;
      case ThriftType.Byte:
        return (this.#byte() << 24) >> 24;
      case ThriftType.Int16:
      case ThriftType.Int32:
      case ThriftType.Int64:
        return this.#zigzag();
      case ThriftType.Double:
        return this.#take(8);
      case ThriftType.Binary:
        return this.#take(this.#varint());
      case ThriftType.List:
      case ThriftType.Set: {
        const header = this.#byte();
        const elementType = header & 0x0f;
        const short = header >>> 4;
        const length = short === 15 ? this.#varint() : short;
        const elements: ThriftValue[] = [];
        for (let index = 0; index < length; index++) elements.push(this.#value(elementType));
        return { elementType, elements };
      }
      case ThriftType.Struct:
        return this.readStruct();
      default:
        throw new TypeError(`Thrift type ${type} does not occur in Parquet footers`);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#position++];
    if (byte === undefined) throw new RangeError('Thrift data ends too early');
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('Thrift data ends too early');
    const bytes = this.#bytes.slice(this.#position, end);
    this.#position = end;
    return bytes;
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 128;
    }
    if (!Number.isSafeInteger(value)) throw new RangeError('a Thrift integer is beyond 2^53');
    return value;
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

class ThriftWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  writeStruct(struct: ThriftStruct): void {
    let lastId = 0;
    for (const { id, type, value } of struct.fields) {
      const delta = id - lastId;
      if (delta > 0 && delta <= 15) {
        this.#byte((delta << 4) | type);
      } else {
        this.#byte(type);
        this.#zigzag(id);
      }
      lastId = id;
      if (typeof value !== 'boolean') this.#value(type, value);
    }
    this.#byte(0);
  }

  #value(type: number, value: ThriftValue): void {
    if (typeof value === 'boolean') {
      this.#byte(value ? ThriftType.True : ThriftType.False);
    } else if (typeof value === 'number') {
      if (type === ThriftType.Byte) this.#byte(value & 0xff);
      else this.#zigzag(value);
    } else if (value instanceof Uint8Array) {
      if (type === ThriftType.Binary) this.#varint(value.length);
      this.#append(value);
    } else if (isList(value)) {
      const { elementType, elements } = value;
      this.#byte((Math.min(elements.length, 15) << 4) | elementType);
      if (elements.length >= 15) this.#varint(elements.length);
      for (const element of elements) this.#value(elementType, element);
    } else {
      this.writeStruct(value);
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #zigzag(value: number): void {
    this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Reads the struct that `bytes` starts with. Throws a RangeError or TypeError when there is none. */
export function readThriftStruct(bytes: Uint8Array): ThriftStruct {
  return new ThriftReader(bytes).readStruct();
}

export function writeThriftStruct(struct: ThriftStruct): Uint8Array {
  const writer = new ThriftWriter();
  writer.writeStruct(struct);
  return writer.finish();
}
