import type { ColumnBuffer } from './column-buffer.ts';
import { RandomStream } from './random-stream.ts';

const ALPHABET = new TextEncoder().encode('0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,');
const MIN_ADDRESS_LENGTH = 10;
/** The longest address of a supplier or a customer. */
export const MAX_ADDRESS_BYTES = 40;
/** The length, and a draw for every five characters of the longest address. */
const DRAWS_PER_ADDRESS = 9;
const CHARACTERS_PER_DRAW = 5;
const BITS_PER_CHARACTER = 6;

/** Draws addresses: 10 to 40 characters out of 64 (clause 4.2.2.7, "random v-string"). */
export class AddressStream {
  readonly #random: RandomStream;

  constructor(seed: number) {
    this.#random = new RandomStream(seed, DRAWS_PER_ADDRESS);
  }

  skipRows(numRows: number): this {
    this.#random.skipRows(numRows);
    return this;
  }

  drawInto(column: ColumnBuffer, row: number): void {
    const length = this.#random.int(MIN_ADDRESS_LENGTH, MAX_ADDRESS_BYTES);
    const { text } = column;
    const start = row === 0 ? 0 : column.ints[row - 1]!;
    let bits = 0;
    for (let index = 0; index < length; index++) {
      if (index % CHARACTERS_PER_DRAW === 0) bits = this.#random.overflownInt();
      text[start + index] = ALPHABET[bits & 0x3f]!;
      bits >>= BITS_PER_CHARACTER;
    }
    column.ints[row] = start + length;
  }

  finishRow(): void {
    this.#random.finishRow();
  }
}

/** The length of every phone number. */
export const PHONE_BYTES = 15;
const HYPHEN = 0x2d;
const ZERO = 0x30;

function writeDigits(text: Uint8Array, position: number, count: number, value: number): void {
  let rest = value;
  for (let at = position + count - 1; at >= position; at--) {
    text[at] = ZERO + (rest % 10);
    rest = (rest / 10) | 0;
  }
}

/** Draws phone numbers, `25-989-741-2988`: the country code is the nation's key and 10 (clause 4.2.2.9). */
export class PhoneStream {
  readonly #random: RandomStream;

  constructor(seed: number) {
    this.#random = new RandomStream(seed, 3);
  }

  skipRows(numRows: number): this {
    this.#random.skipRows(numRows);
    return this;
  }

  drawInto(column: ColumnBuffer, row: number, nationKey: number): void {
    const { text } = column;
    const start = row * PHONE_BYTES;
    writeDigits(text, start, 2, 10 + nationKey);
    text[start + 2] = HYPHEN;
    writeDigits(text, start + 3, 3, this.#random.int(100, 999));
    text[start + 6] = HYPHEN;
    writeDigits(text, start + 7, 3, this.#random.int(100, 999));
    text[start + 10] = HYPHEN;
    writeDigits(text, start + 11, 4, this.#random.int(1000, 9999));
    column.ints[row] = start + PHONE_BYTES;
  }

  finishRow(): void {
    this.#random.finishRow();
  }
}
