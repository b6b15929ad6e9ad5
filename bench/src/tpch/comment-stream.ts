import type { ColumnBuffer } from './column-buffer.ts';
import { RandomStream } from './random-stream.ts';
import { TEXT_POOL_BYTES, type TextPool } from './text-pool.ts';

/** Draws comments: cuts of the text pool, from 0.4 to 1.6 times an average length. */
export class CommentStream {
  readonly #random: RandomStream;
  readonly #pool: TextPool;
  readonly #minLength: number;
  readonly #maxLength: number;

  constructor(seed: number, averageLength: number, pool: TextPool, commentsPerRow = 1) {
    this.#random = new RandomStream(seed, 2 * commentsPerRow);
    this.#pool = pool;
    this.#minLength = Math.floor(averageLength * 0.4);
    this.#maxLength = Math.floor(averageLength * 1.6);
  }

  skipRows(numRows: number): this {
    this.#random.skipRows(numRows);
    return this;
  }

  /** Draws a comment for a row, and leaves it out when the row is below 0. */
  drawInto(column: ColumnBuffer, row: number): void {
    const offset = this.#random.int(0, TEXT_POOL_BYTES - this.#maxLength);
    const length = this.#random.int(this.#minLength, this.#maxLength);
    if (row < 0) return;
    this.#pool.prepare(offset, length);
    column.ints[row] = offset;
    column.lengths[row] = length;
  }

  finishRow(): void {
    this.#random.finishRow();
  }
}
