import type { DataType } from '../types/index.ts';

/**
 * Rows in Arrow's memory layout in one buffer, behind a directory of u32 words; what `ResultBlock` is made of. The
 * directory: number of rows, number of columns, then for each column the null count and offset and bytes of three buffers:
 * validity bitmap, values or i32 offsets, bytes of strings. A buffer that a column has not is 0, 0.
 */
export interface ArrowLayoutBlock {
  readonly numRows: number;
  readonly types: readonly DataType[];
  readonly buffer: ArrayBuffer;
}

/** Words of the directory before the columns, and for each column. */
export const LAYOUT_HEADER_WORDS = 2;
export const LAYOUT_COLUMN_WORDS = 7;
/** Every buffer starts at a multiple of it. */
export const LAYOUT_ALIGNMENT = 64;

/** One column of a block: the places of its buffers. */
export interface ColumnLayout {
  readonly numNulls: number;
  readonly validityOffset: number;
  readonly validityBytes: number;
  /** Values, or `numRows + 1` i32 offsets for types of variable width. */
  readonly firstOffset: number;
  readonly firstBytes: number;
  /** What the offsets point into. */
  readonly secondOffset: number;
  readonly secondBytes: number;
}

/** Where the buffers of column `index` are. */
export function columnLayout(block: ArrowLayoutBlock, index: number): ColumnLayout {
  const at = (LAYOUT_HEADER_WORDS + index * LAYOUT_COLUMN_WORDS) * 4;
  const words = new Uint32Array(block.buffer, at, LAYOUT_COLUMN_WORDS);
  return {
    numNulls: words[0]!,
    validityOffset: words[1]!,
    validityBytes: words[2]!,
    firstOffset: words[3]!,
    firstBytes: words[4]!,
    secondOffset: words[5]!,
    secondBytes: words[6]!,
  };
}

/** Writes the directory of a block; `words` starts where the block does. */
export function writeDirectory(words: Uint32Array, numRows: number, columns: readonly ColumnLayout[]): void {
  words[0] = numRows;
  words[1] = columns.length;
  let at = LAYOUT_HEADER_WORDS;
  for (const column of columns) {
    words[at++] = column.numNulls;
    words[at++] = column.validityOffset;
    words[at++] = column.validityBytes;
    words[at++] = column.firstOffset;
    words[at++] = column.firstBytes;
    words[at++] = column.secondOffset;
    words[at++] = column.secondBytes;
  }
}

/** Bytes of one value of a fixed-width type in Arrow's layout; 0 for types of variable width, `boolean` and `null`. */
export function arrowWidth(type: DataType): number {
  switch (type.id) {
    case 'int8':
    case 'uint8':
      return 1;
    case 'int16':
    case 'uint16':
      return 2;
    case 'int32':
    case 'uint32':
    case 'float32':
    case 'date':
      return 4;
    case 'int64':
    case 'uint64':
    case 'float64':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return 8;
    case 'decimal':
    case 'interval':
      return 16;
    default:
      return 0;
  }
}
