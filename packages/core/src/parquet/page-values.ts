import type { Address, Arena, KernelModule, LinearMemory } from '../vector/index.ts';
import type { LeafConversion } from './leaf-conversion.ts';
import type { ParquetKernelName } from './parquet-kernels.ts';

/**
 * The values of one page that are not null, in order. `read` gives the next `n` as values of the engine's kind, one after
 * another, in the arena or where they lie in the page; a dictionary page's as codes.
 *
 * `read` and `skip` throw what `DecodeTools.corrupt` makes.
 */
export interface PageValues {
  readonly isDictionary: boolean;
  read(n: number, arena: Arena): Address;
  skip(n: number): void;
}

/** What decoders of pages share. */
export interface DecodeTools {
  readonly memory: LinearMemory;
  readonly kernels: KernelModule<ParquetKernelName>;
  readonly conversion: LeafConversion;
  /** The error for a page that makes no sense, in the place where reading stands. */
  readonly corrupt: (reason: string) => Error;
  readonly badText: () => Error;
}

const TOO_SHORT = 'it has fewer values than it announces';

/** Converts `n` physical values at `source` to the type of the vectors; `source` itself where nothing is to do. */
export function convertValues(tools: DecodeTools, source: Address, n: number, arena: Arena): Address {
  const { kernels, conversion } = tools;
  const { operation, sourceWidth, naturalWidth, width } = conversion;
  let values = source;
  if (operation !== 0) {
    values = arena.allocate(n * naturalWidth);
    const status = kernels.convert(operation, values, source, n, sourceWidth);
    if (status !== 0) throw tools.corrupt('it holds a value that does not fit its type');
  }
  if (naturalWidth !== width) {
    const wide = arena.allocate(n * width);
    kernels.widen(wide, values, n, naturalWidth, width);
    values = wide;
  }
  return values;
}

/** Physical values of a fixed width, one after another: PLAIN pages, and encodings that were decoded to that form. */
export class FixedValues implements PageValues {
  readonly isDictionary = false;
  readonly #tools: DecodeTools;
  /** Bytes of one value at `next`. */
  readonly #width: number;
  /** The values are refs whose text is not yet known to be valid. */
  readonly #checkText: boolean;
  #next: Address;
  #left: number;

  constructor(tools: DecodeTools, start: Address, numValues: number, width: number, checkText: boolean) {
    this.#tools = tools;
    this.#next = start;
    this.#left = numValues;
    this.#width = width;
    this.#checkText = checkText;
  }

  read(n: number, arena: Arena): Address {
    const start = this.#next;
    this.skip(n);
    const values = convertValues(this.#tools, start, n, arena);
    if (this.#checkText && this.#tools.kernels.first_bad_text(values, n) >= 0) throw this.#tools.badText();
    const { width } = this.#tools.conversion;
    if (values % Math.min(width, 8) === 0) return values;
    // The levels before the values of a page leave them at any address.
    const aligned = arena.allocate(n * width);
    this.#tools.kernels.copy_bytes(aligned, values, n * width);
    return aligned;
  }

  skip(n: number): void {
    if (n > this.#left) throw this.#tools.corrupt(TOO_SHORT);
    this.#left -= n;
    this.#next += n * this.#width;
  }
}

/** PLAIN byte arrays: 4 bytes length before each value. */
export class ByteArrayValues implements PageValues {
  readonly isDictionary = false;
  readonly #tools: DecodeTools;
  readonly #end: Address;
  readonly #checkText: boolean;
  #next: Address;

  constructor(tools: DecodeTools, start: Address, end: Address) {
    this.#tools = tools;
    this.#next = start;
    this.#end = end;
    // The lengths are bytes below 128 too, as long as no value is longer than that.
    this.#checkText = tools.conversion.isText && tools.kernels.is_ascii(start, end - start) === 0;
  }

  read(n: number, arena: Arena): Address {
    const { kernels } = this.#tools;
    const refs = arena.allocate(n * 8);
    this.#moveTo(kernels.byte_array_refs(this.#next, this.#end, refs, n));
    if (this.#checkText && kernels.first_bad_text(refs, n) >= 0) throw this.#tools.badText();
    return convertValues(this.#tools, refs, n, arena);
  }

  skip(n: number): void {
    this.#moveTo(this.#tools.kernels.skip_byte_arrays(this.#next, this.#end, n));
  }

  #moveTo(position: number): void {
    if (position === 0) throw this.#tools.corrupt(TOO_SHORT);
    this.#next = position >>> 0;
  }
}

/** Codes into a dictionary of `numEntries`: one byte for their width, then RLE / bit-packing hybrid. */
export class DictionaryValues implements PageValues {
  readonly isDictionary = true;
  readonly #tools: DecodeTools;
  readonly #state: Address;
  readonly #numEntries: number;

  /** `state`: 32 bytes for the hybrid reader. */
  constructor(tools: DecodeTools, state: Address, start: Address, end: Address, numEntries: number) {
    this.#tools = tools;
    this.#state = state;
    this.#numEntries = numEntries;
    // A page of nothing but nulls may have no bytes at all.
    const width = start < end ? tools.memory.u8[start]! : 0;
    if (width > 32) throw tools.corrupt(`its codes would have ${width} bits`);
    tools.kernels.hybrid_start(state, Math.min(start + 1, end), end, width);
  }

  read(n: number, arena: Arena): Address {
    const codes = arena.allocate(n * 4);
    if (this.#tools.kernels.hybrid_read_u32(this.#state, codes, n, this.#numEntries) !== 0) {
      throw this.#tools.corrupt('its codes end early or name entries that its dictionary does not have');
    }
    return codes;
  }

  skip(n: number): void {
    if (this.#tools.kernels.hybrid_skip(this.#state, n) !== 0) throw this.#tools.corrupt(TOO_SHORT);
  }
}

/** Booleans of one bit each: PLAIN as one run of packed values, RLE as hybrid. */
export class BooleanValues implements PageValues {
  readonly isDictionary = false;
  readonly #tools: DecodeTools;
  readonly #state: Address;

  /** `state`: a hybrid reader that was started. */
  constructor(tools: DecodeTools, state: Address) {
    this.#tools = tools;
    this.#state = state;
  }

  read(n: number, arena: Arena): Address {
    const values = arena.allocate(n);
    if (this.#tools.kernels.hybrid_read_bits(this.#state, values, n) < 0) throw this.#tools.corrupt(TOO_SHORT);
    return values;
  }

  skip(n: number): void {
    if (this.#tools.kernels.hybrid_skip(this.#state, n) !== 0) throw this.#tools.corrupt(TOO_SHORT);
  }
}
