import { type DataType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../types/index.ts';
import type { Address } from './linear-memory.ts';

/**
 * - `flat`: `data` has one value a row.
 * - `dictionary`: `data` has one u32 code a row; the value of code `c` is row `c` of `dictionary`, a flat vector.
 * - `constant`: `data` has one value, which is that of every row.
 */
export type VectorEncoding = 'flat' | 'dictionary' | 'constant';

/**
 * A column of one batch: a description of bytes in linear memory, owned by whoever made them.
 *
 * `validity` is the address of one byte a row (1: has a value, 0: null), or 0 when no row is null. A constant vector has a
 * single validity byte. In a dictionary vector it belongs to the rows; the entries of a dictionary are never null, and the
 * code of a null row is 0. Entries may repeat: a function over a dictionary vector keeps its codes. Under a null, a `ref`
 * holds 0 (no address, no bytes); every other kind may hold anything, so kernels that can fail must skip nulls.
 */
export class Vector {
  readonly encoding: VectorEncoding;
  readonly type: DataType;
  readonly kind: PhysicalKind;
  readonly length: number;
  readonly data: Address;
  readonly validity: Address;
  /** Flat values of the codes; the same object for as long as the values are the same, so that work on them can be kept. */
  readonly dictionary: Vector | undefined;

  private constructor(
    encoding: VectorEncoding,
    type: DataType,
    length: number,
    data: Address,
    validity: Address,
    dictionary: Vector | undefined,
  ) {
    this.encoding = encoding;
    this.type = type;
    this.kind = physicalKind(type);
    this.length = length;
    this.data = data;
    this.validity = validity;
    this.dictionary = dictionary;
  }

  static flat(type: DataType, length: number, data: Address, validity: Address = 0): Vector {
    return new Vector('flat', type, length, data, validity, undefined);
  }

  static dictionary(dictionary: Vector, length: number, codes: Address, validity: Address = 0): Vector {
    return new Vector('dictionary', dictionary.type, length, codes, validity, dictionary);
  }

  static constant(type: DataType, length: number, data: Address, validity: Address = 0): Vector {
    return new Vector('constant', type, length, data, validity, undefined);
  }

  /** Bytes of one entry of `data`. */
  get width(): number {
    return this.encoding === 'dictionary' ? 4 : KIND_WIDTH[this.kind];
  }

  /** The same bytes under another type of the same kind. */
  withType(type: DataType): Vector {
    const dictionary = this.dictionary?.withType(type);
    return new Vector(this.encoding, type, this.length, this.data, this.validity, dictionary);
  }

  /** Rows `from` to `to` (exclusive), without copying. */
  slice(from: number, to: number): Vector {
    if (this.encoding === 'constant') {
      return new Vector('constant', this.type, to - from, this.data, this.validity, undefined);
    }
    return new Vector(
      this.encoding,
      this.type,
      to - from,
      this.data + from * this.width,
      this.validity === 0 ? 0 : this.validity + from,
      this.dictionary,
    );
  }
}
