import { internal } from '../error/index.ts';
import type { RowRange } from '../physical/split.ts';

/** Goes through the rows of some ranges. */
export class RowCursor {
  readonly #ranges: readonly RowRange[];
  #range = 0;
  /** Rows of the current range that are behind. */
  #done = 0;
  #numRowsLeft: number;

  constructor(ranges: readonly RowRange[]) {
    this.#ranges = ranges;
    this.#numRowsLeft = ranges.reduce((sum, { numRows }) => sum + numRows, 0);
    this.#settle();
  }

  get numRowsLeft(): number {
    return this.#numRowsLeft;
  }

  /** The next row. Only while rows are left. */
  get row(): number {
    return this.#ranges[this.#range]!.firstRow + this.#done;
  }

  /** Rows from the next one on that follow each other. */
  get numContiguousRows(): number {
    const range = this.#ranges[this.#range];
    return range ? range.numRows - this.#done : 0;
  }

  advance(numRows: number): void {
    if (numRows > this.#numRowsLeft) throw internal('more rows were asked of a column than it has');
    this.#numRowsLeft -= numRows;
    this.#done += numRows;
    this.#settle();
  }

  #settle(): void {
    for (;;) {
      const range = this.#ranges[this.#range];
      if (!range || this.#done < range.numRows) return;
      this.#done -= range.numRows;
      this.#range++;
    }
  }
}
