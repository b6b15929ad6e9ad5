import type { RecordBatch } from 'apache-arrow';
import { arrowSchema, type ResultColumn, recordBatchFromBlock } from '../vector/arrow-interop.ts';
import { rowsFromBlock } from '../vector/row-reader.ts';

/**
 * Rows of a result as the workers gave them: one buffer, converted only when asked. A batch can be stored as its three fields and made
 * again from them by the constructor, in the same release of Millrace.
 */
export class ResultBatch {
  /** The columns of the result. */
  readonly columns: readonly ResultColumn[];
  readonly numRows: number;
  /** All values; no API. */
  readonly buffer: ArrayBuffer;

  constructor(columns: readonly ResultColumn[], numRows: number, buffer: ArrayBuffer) {
    this.columns = columns;
    this.numRows = numRows;
    this.buffer = buffer;
  }

  /** As an Arrow record batch, which shares the buffer. */
  toArrow(): RecordBatch {
    return recordBatchFromBlock(this.#block(), arrowSchema(this.columns));
  }

  /** As plain objects with the result's column names as keys. */
  toRows(): Record<string, unknown>[] {
    return rowsFromBlock(this.#block(), this.columns);
  }

  #block() {
    return { numRows: this.numRows, types: this.columns.map(({ type }) => type), buffer: this.buffer };
  }
}
