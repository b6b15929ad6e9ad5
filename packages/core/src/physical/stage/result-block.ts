import type { DataType } from '../../types/index.ts';

/**
 * Rows of a result in Arrow's memory layout (Arrow columnar format, "Physical Memory Layout"), in one buffer, so that they cross
 * threads by transfer and become `apache-arrow` data without a copy.
 *
 * The buffer starts with a directory of u32: number of rows, number of columns, then for each column six words: null count, offset
 * and bytes of the validity bitmap (0, 0 without nulls), offset and bytes of the first buffer (values; i32 offsets of strings),
 * followed by offset and bytes of the second buffer (bytes of strings; 0, 0 for the rest) - seven words in all.
 * Every buffer starts at a multiple of 64. Nested values come as strings in the nested encoding and are unpacked by the reader.
 */
export interface ResultBlock {
  readonly numRows: number;
  readonly types: readonly DataType[];
  readonly buffer: ArrayBuffer;
}
