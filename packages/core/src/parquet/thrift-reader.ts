/** Types of the thrift compact protocol (thrift-compact-protocol.md). */
export const THRIFT = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
  uuid: 13,
} as const;

/** Structs and lists may nest this deep; Parquet's own metadata needs less than ten. */
const MAX_DEPTH = 40;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads the thrift compact protocol from bytes that nobody vouches for: nothing is read past `end`, no length is believed
 * before it was compared with the bytes that are left, and what is not wanted is skipped without being built.
 *
 * `corrupt` makes the error that is thrown; it is given what is wrong.
 */
export class ThriftReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;
  /** Of the field that {@link nextField} found. */
  fieldId = 0;
  fieldType = 0;
  readonly #corrupt: (reason: string) => Error;
  #depth = 0;

  constructor(bytes: Uint8Array, position: number, end: number, corrupt: (reason: string) => Error) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.#corrupt = corrupt;
  }

  /** Starts a struct; the answer must be given to {@link leaveStruct}. */
  enterStruct(): number {
    if (++this.#depth > MAX_DEPTH) throw this.#corrupt('its thrift structure is nested too deep');
    const outer = this.fieldId;
    this.fieldId = 0;
    return outer;
  }

  leaveStruct(outer: number): void {
    this.#depth--;
    this.fieldId = outer;
  }

  /** Moves to the next field of the struct; false at its end. */
  nextField(): boolean {
    const header = this.#byte();
    if (header === THRIFT.stop) return false;
    const delta = header >> 4;
    this.fieldType = header & 15;
    this.fieldId = delta === 0 ? this.#zigzag32() : this.fieldId + delta;
    return true;
  }

  /** A struct field as `read` makes it. */
  struct<T>(read: () => T): T {
    this.#expect(THRIFT.struct);
    return this.structElement(read);
  }

  /** A struct that is an element of a list. */
  structElement<T>(read: () => T): T {
    const outer = this.enterStruct();
    const value = read();
    this.leaveStruct(outer);
    return value;
  }

  boolean(): boolean {
    if (this.fieldType !== THRIFT.true && this.fieldType !== THRIFT.false) this.#expect(THRIFT.true);
    return this.fieldType === THRIFT.true;
  }

  /** An integer field of any width; safe as a number. */
  integer(): number {
    const type = this.fieldType;
    if (type === THRIFT.byte) return (this.#byte() << 24) >> 24;
    if (type !== THRIFT.i32 && type !== THRIFT.i64 && type !== THRIFT.i16) this.#expect(THRIFT.i64);
    return this.#zigzag();
  }

  /** An integer field that can only be zero or more. */
  count(): number {
    const value = this.integer();
    if (value < 0) throw this.#corrupt(`field ${this.fieldId} is ${value}, which cannot be negative`);
    return value;
  }

  /** The bytes of a binary field, as a view. */
  binary(): Uint8Array {
    this.#expect(THRIFT.binary);
    return this.#binary();
  }

  string(): string {
    return decoder.decode(this.binary());
  }

  /** Opens a list field: the number of its elements, all of type `type`. */
  list(type: number): number {
    this.#expect(THRIFT.list);
    const header = this.#byte();
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    if (size > this.end - this.position) throw this.#corrupt(`a list of ${size} elements is longer than its bytes`);
    // An empty list may carry any element type.
    if (size > 0 && (header & 15) !== type) {
      throw this.#corrupt(`field ${this.fieldId} is a list of thrift type ${header & 15}, not ${type}`);
    }
    return size;
  }

  integers(): number[] {
    const size = this.list(THRIFT.i32);
    const values: number[] = [];
    for (let i = 0; i < size; i++) values.push(this.#zigzag32());
    return values;
  }

  /** A list of integers of 64 bits. */
  longs(): number[] {
    const size = this.list(THRIFT.i64);
    const values: number[] = [];
    for (let i = 0; i < size; i++) values.push(this.#zigzag());
    return values;
  }

  /** A list of binaries, as views. */
  binaries(): Uint8Array[] {
    const size = this.list(THRIFT.binary);
    const values: Uint8Array[] = [];
    for (let i = 0; i < size; i++) values.push(this.#binary());
    return values;
  }

  /** A list of booleans: a byte each, 1 for true; writers disagree about the type of the elements. */
  booleans(): boolean[] {
    const start = this.position;
    const type = start < this.end && (this.bytes[start]! & 15) === THRIFT.false ? THRIFT.false : THRIFT.true;
    const size = this.list(type);
    const values: boolean[] = [];
    for (let i = 0; i < size; i++) values.push(this.#byte() === THRIFT.true);
    return values;
  }

  strings(): string[] {
    const size = this.list(THRIFT.binary);
    const values: string[] = [];
    for (let i = 0; i < size; i++) values.push(decoder.decode(this.#binary()));
    return values;
  }

  /** Passes over the value of the field. */
  skip(): void {
    if (this.fieldType !== THRIFT.true && this.fieldType !== THRIFT.false) this.skipValue(this.fieldType);
  }

  /** Passes over a value that is no boolean field. */
  skipValue(type: number): void {
    switch (type) {
      case THRIFT.true:
      case THRIFT.false:
      case THRIFT.byte:
        this.#advance(1);
        return;
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        while (this.#byte() >= 0x80);
        return;
      case THRIFT.double:
        this.#advance(8);
        return;
      case THRIFT.binary:
        this.#advance(this.#varint());
        return;
      case THRIFT.uuid:
        this.#advance(16);
        return;
      case THRIFT.list:
      case THRIFT.set:
        this.#skipList();
        return;
      case THRIFT.map:
        this.#skipMap();
        return;
      case THRIFT.struct:
        this.#skipStruct();
        return;
      default:
        throw this.#corrupt(`there is no thrift type ${type}`);
    }
  }

  #skipStruct(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#corrupt('its thrift structure is nested too deep');
    for (;;) {
      const header = this.#byte();
      if (header === THRIFT.stop) break;
      if (header >> 4 === 0) while (this.#byte() >= 0x80);
      const type = header & 15;
      if (type !== THRIFT.true && type !== THRIFT.false) this.skipValue(type);
    }
    this.#depth--;
  }

  #skipList(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#corrupt('its thrift structure is nested too deep');
    const header = this.#byte();
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    if (size > this.end - this.position) throw this.#corrupt(`a list of ${size} elements is longer than its bytes`);
    for (let i = 0; i < size; i++) this.skipValue(header & 15);
    this.#depth--;
  }

  #skipMap(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#corrupt('its thrift structure is nested too deep');
    const size = this.#varint();
    if (size > this.end - this.position) throw this.#corrupt(`a map of ${size} entries is longer than its bytes`);
    const types = size > 0 ? this.#byte() : 0;
    for (let i = 0; i < size; i++) {
      this.skipValue(types >> 4);
      this.skipValue(types & 15);
    }
    this.#depth--;
  }

  #binary(): Uint8Array {
    const length = this.#varint();
    const start = this.position;
    this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  #advance(length: number): void {
    if (length > this.end - this.position) throw this.#corrupt('it ends in the middle of a value');
    this.position += length;
  }

  #byte(): number {
    if (this.position >= this.end) throw this.#corrupt('it ends in the middle of a value');
    return this.bytes[this.position++]!;
  }

  /** An unsigned number of up to 53 bits. */
  #varint(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw this.#corrupt('a number in it is too large');
      if (byte < 0x80) return value;
    }
  }

  #zigzag(): number {
    const value = this.#varint();
    if (value <= 0x7fffffff) return (value >>> 1) ^ -(value & 1);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #zigzag32(): number {
    const value = this.#zigzag();
    if (value !== (value | 0)) throw this.#corrupt('a number in it is too large');
    return value;
  }

  #expect(type: number): void {
    if (this.fieldType === type) return;
    throw this.#corrupt(`field ${this.fieldId} has thrift type ${this.fieldType}, not ${type}`);
  }
}
