import { THRIFT } from './thrift-reader.ts';

const encoder = new TextEncoder();

/** Writes the thrift compact protocol (thrift-compact-protocol.md). Fields come in ascending order of their ids. */
export class ThriftWriter {
  readonly #bytes: number[] = [];
  #lastField = 0;

  /** What was written. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  i32Field(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#header(id, THRIFT.i32);
    this.#zigzag(value);
  }

  i64Field(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.#header(id, THRIFT.i64);
    this.#zigzag(value);
  }

  stringField(id: number, value: string): void {
    this.#header(id, THRIFT.binary);
    this.#string(value);
  }

  structField(id: number, write: () => void): void {
    this.#header(id, THRIFT.struct);
    this.struct(write);
  }

  listField<T>(id: number, type: number, values: readonly T[], write: (value: T) => void): void {
    this.#header(id, THRIFT.list);
    if (values.length < 15) {
      this.#bytes.push((values.length << 4) | type);
    } else {
      this.#bytes.push(0xf0 | type);
      this.#varint(values.length);
    }
    for (const value of values) write(value);
  }

  i32ListField(id: number, values: readonly number[]): void {
    this.listField(id, THRIFT.i32, values, (value) => this.#zigzag(value));
  }

  stringListField(id: number, values: readonly string[]): void {
    this.listField(id, THRIFT.binary, values, (value) => this.#string(value));
  }

  /** The fields that `write` writes, and the end of the struct. */
  struct(write: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    write();
    this.#bytes.push(THRIFT.stop);
    this.#lastField = outer;
  }

  #header(id: number, type: number): void {
    this.#bytes.push(((id - this.#lastField) << 4) | type);
    this.#lastField = id;
  }

  #string(value: string): void {
    const bytes = encoder.encode(value);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #zigzag(value: number): void {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #varint(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.#bytes.push((left % 128) | 0x80);
      left = Math.floor(left / 128);
    }
    this.#bytes.push(left);
  }
}
