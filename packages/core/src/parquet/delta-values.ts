import type { MemoryAccount } from '../runtime/index.ts';
import type { Address } from '../vector/index.ts';
import { type DecodeTools, FixedValues, type PageValues } from './page-values.ts';
import { PHYSICAL } from './parquet-format.ts';

/** Room for one miniblock of unpacked deltas, the largest that is accepted, with what unpacking writes beyond. */
const UNPACK_BYTES = 4 * (65536 + 32);

/** Values that were decoded for a whole page, and the blocks they lie in. */
export interface DecodedPage {
  readonly values: PageValues;
  readonly blocks: readonly Address[];
}

/** Decodes the DELTA encodings, a page at a time: into blocks of their own, or not at all when it throws. */
export class DeltaDecoder {
  readonly #tools: DecodeTools;
  readonly #account: MemoryAccount;
  readonly #blocks: Address[] = [];

  constructor(tools: DecodeTools, account: MemoryAccount) {
    this.#tools = tools;
    this.#account = account;
  }

  /** DELTA_BINARY_PACKED of INT32 or INT64. `numValues`: the most that there can be. */
  integers(start: Address, end: Address, numValues: number, physicalType: number): DecodedPage {
    return this.#guarded(() => {
      const width = physicalType === PHYSICAL.int64 ? 8 : 4;
      const { address, count } = this.#unpack(start, end, numValues, width);
      return new FixedValues(this.#tools, address, count, width, false);
    });
  }

  /** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
  byteArrays(start: Address, end: Address, numValues: number): DecodedPage {
    return this.#guarded(() => {
      const { kernels, conversion } = this.#tools;
      const lengths = this.#unpack(start, end, numValues, 4);
      const refs = this.#allocate(lengths.count * 8);
      if (kernels.refs_of_lengths(lengths.address, lengths.next, end, refs, lengths.count) === 0) {
        throw this.#tools.corrupt('a value in it reaches beyond its end');
      }
      this.#free(lengths.address);
      return new FixedValues(this.#tools, refs, lengths.count, 8, conversion.isText);
    });
  }

  /** DELTA_BYTE_ARRAY of BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY: lengths of prefixes, then suffixes as above. */
  strings(start: Address, end: Address, numValues: number, physicalType: number): DecodedPage {
    return this.#guarded(() => {
      const { memory, kernels, conversion, corrupt } = this.#tools;
      const prefixes = this.#unpack(start, end, numValues, 4);
      const suffixes = this.#unpack(prefixes.next, end, numValues, 4);
      const { count } = prefixes;
      if (suffixes.count !== count) throw corrupt('it has more prefixes than suffixes');
      const size = this.#allocate(8);
      if (kernels.delta_strings_size(prefixes.address, suffixes.address, count, size) !== 0) {
        throw corrupt('the length of a value in it makes no sense');
      }
      const numBytes = memory.f64[size >>> 3]!;
      // Prefixes let few bytes stand for very many; what addresses cannot reach cannot be meant.
      if (numBytes > 2 ** 31) throw corrupt(`its values would have ${numBytes} bytes`);
      const bytes = this.#allocate(numBytes);
      const refs = this.#allocate(count * 8);
      if (kernels.delta_strings(prefixes.address, suffixes.address, suffixes.next, end, bytes, refs, count) !== 0) {
        throw corrupt('a value in it reaches beyond its end');
      }
      this.#free(prefixes.address);
      this.#free(suffixes.address);
      if (physicalType === PHYSICAL.byteArray) {
        return new FixedValues(this.#tools, refs, count, 8, conversion.isText);
      }
      // Values of a fixed length lie one after another, if each has that length.
      const width = conversion.sourceWidth;
      if (kernels.have_length(refs, count, width) === 0) throw corrupt(`a value in it has not ${width} bytes`);
      return new FixedValues(this.#tools, bytes, count, width, conversion.isText);
    });
  }

  #unpack(
    start: Address,
    end: Address,
    numValues: number,
    width: 4 | 8,
  ): { readonly address: Address; readonly count: number; readonly next: Address } {
    const { memory, kernels, corrupt } = this.#tools;
    const count = kernels.delta_count(start, end);
    if (count < 0 || count > numValues) throw corrupt('the number of its values makes no sense');
    const address = this.#allocate((count + 32) * width);
    const temporary = this.#allocate(UNPACK_BYTES);
    const result = this.#allocate(8);
    if (kernels.delta_decode(start, end, address, count, width === 8 ? 1 : 0, temporary, result) !== 0) {
      throw corrupt('its delta encoding makes no sense');
    }
    const next = memory.u32[result >>> 2]!;
    this.#free(temporary);
    this.#free(result);
    return { address, count, next };
  }

  #allocate(bytes: number): Address {
    const block = this.#tools.memory.allocate(bytes, this.#account);
    this.#blocks.push(block);
    return block;
  }

  #free(block: Address): void {
    this.#blocks.splice(this.#blocks.indexOf(block), 1);
    this.#tools.memory.free(block);
  }

  #guarded(decode: () => PageValues): DecodedPage {
    try {
      const values = decode();
      return { values, blocks: this.#blocks.splice(0) };
    } catch (error) {
      for (const block of this.#blocks.splice(0)) this.#tools.memory.free(block);
      throw error;
    }
  }
}
