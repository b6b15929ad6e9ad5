/** How a column's values are held while a batch is made. */
export const ColumnKind = {
  /** A key or a number of 64 bits, in `numbers`. */
  Int64: 0,
  /** A number of 32 bits, in `ints`. */
  Int32: 1,
  /** DECIMAL(15,2) in hundredths, in `ints`. */
  Money: 2,
  /** DECIMAL(15,2) in hundredths, in `ints`; always whole, and printed without decimals. */
  Quantity: 3,
  /** Days since 1992-01-01, in `ints`. */
  Date: 4,
  /** One of a few words: its place in `words`, in `ints`. */
  Word: 5,
  /** A cut out of the text pool: its offset in `ints`, its length in `lengths`. */
  Comment: 6,
  /** A word and a number of at least nine digits (`Customer#000000001`): `words` and `numbers`. */
  Label: 7,
  /** Free text: the end of each value in `ints`, their bytes in `text`. */
  Text: 8,
} as const;

export type ColumnKind = (typeof ColumnKind)[keyof typeof ColumnKind];

/** A column of a TPC-H table. */
export interface ColumnSpec {
  readonly name: string;
  readonly kind: ColumnKind;
  /** What a `Word` chooses from; the prefix of a `Label`. */
  readonly words?: readonly string[];
  /** Bytes that no value of a `Text` column exceeds. */
  readonly maxBytes?: number;
}

/** Bytes between two words of a column's word table; no word of TPC-H is longer. */
export const WORD_STRIDE = 32;
/** Copies of eight bytes write this far behind the last value. */
const SLACK_BYTES = 8;

const NO_NUMBERS = new Float64Array(0);
const NO_INTS = new Int32Array(0);
const NO_BYTES = new Uint8Array(0);

function packWords(words: readonly string[]): { bytes: Uint8Array<ArrayBuffer>; lengths: Uint8Array } {
  const bytes = new Uint8Array(words.length * WORD_STRIDE);
  const lengths = new Uint8Array(words.length);
  const encoder = new TextEncoder();
  words.forEach((word, index) => {
    lengths[index] = encoder.encodeInto(word, bytes.subarray(index * WORD_STRIDE, (index + 1) * WORD_STRIDE)).written;
  });
  return { bytes, lengths };
}

/**
 * The values of one column of a batch, reused from batch to batch. All kinds are one class with the same fields, so
 * that the loops over rows and columns stay monomorphic.
 */
export class ColumnBuffer {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly numbers: Float64Array;
  readonly ints: Int32Array;
  readonly lengths: Uint8Array;
  readonly text: Uint8Array<ArrayBuffer>;
  /** `text`, or the word table of a `Word` or `Label`. */
  readonly view: DataView;
  readonly wordLengths: Uint8Array;

  constructor(spec: ColumnSpec, capacity: number) {
    const { kind } = spec;
    const words = packWords(spec.words ?? []);
    this.name = spec.name;
    this.kind = kind;
    this.numbers = kind === ColumnKind.Int64 || kind === ColumnKind.Label ? new Float64Array(capacity) : NO_NUMBERS;
    this.ints = this.numbers === NO_NUMBERS ? new Int32Array(capacity) : NO_INTS;
    this.lengths = kind === ColumnKind.Comment ? new Uint8Array(capacity) : NO_BYTES;
    this.text = kind === ColumnKind.Text ? new Uint8Array(capacity * (spec.maxBytes ?? 0) + SLACK_BYTES) : words.bytes;
    this.view = new DataView(this.text.buffer);
    this.wordLengths = words.lengths;
  }
}

/** Rows of one table, column by column. */
export class RowBatch {
  readonly columns: readonly ColumnBuffer[];
  readonly capacity: number;
  numRows = 0;

  constructor(specs: readonly ColumnSpec[], capacity: number) {
    this.columns = specs.map((spec) => new ColumnBuffer(spec, capacity));
    this.capacity = capacity;
  }

  column(name: string): ColumnBuffer {
    const column = this.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new RangeError(`no column '${name}'`);
    return column;
  }
}
