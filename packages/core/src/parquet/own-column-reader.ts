import { internal } from '../error/index.ts';
import type { RowRange } from '../physical/split.ts';
import type { DataType } from '../types/index.ts';
import { type Address, type Arena, type LinearMemory, Vector } from '../vector/index.ts';
import type { ColumnReader, ColumnReaderContext } from './column-reader.ts';
import { concatenateVectors } from './concatenate-vectors.ts';
import { type FlatChunk, type OpenPage, PageOpener } from './page-opener.ts';
import type { DecodeTools } from './page-values.ts';
import { RowCursor } from './row-cursor.ts';

/**
 * The project's own decoder, for columns without nesting. A page is uncompressed when a row of it is read, and freed by
 * the call after the one that used it up; dictionary-encoded pages stay codes.
 */
export class OwnColumnReader implements ColumnReader {
  readonly type: DataType;
  readonly #memory: LinearMemory;
  readonly #pages: PageOpener;
  readonly #tools: DecodeTools;
  /** The rows still to be given. What was skipped is passed over when a row is read again: until then nothing is decoded. */
  readonly #cursor: RowCursor;
  readonly #isSelection: boolean;
  /** The row of the row group with which the rest of the current page, or the next one, begins. */
  #row = 0;
  #page: OpenPage | undefined;
  /** Blocks of used-up pages to which the last vector may refer. */
  #retired: Address[] = [];
  #isClosed = false;

  /** `ranges`: the rows of the row group to be given; the pieces of the chunk have them all. */
  constructor(chunk: FlatChunk, ranges: readonly RowRange[], context: ColumnReaderContext) {
    this.type = chunk.conversion.type;
    this.#memory = context.memory;
    this.#cursor = new RowCursor(ranges);
    this.#isSelection = chunk.leaf.runs !== undefined;
    this.#pages = new PageOpener(chunk, context);
    this.#tools = this.#pages.tools;
  }

  get numRowsLeft(): number {
    return this.#cursor.numRowsLeft;
  }

  read(numRows: number, arena: Arena): Vector {
    this.#requireRows(numRows);
    this.#freeRetired();
    if (numRows === 0) return Vector.flat(this.type, 0, arena.allocate(0));
    const parts: Vector[] = [];
    for (let left = numRows; left > 0; ) {
      this.#passOver(this.#cursor.row - this.#row);
      const page = this.#currentPage();
      const count = Math.min(left, page.numRowsLeft, this.#cursor.numContiguousRows);
      parts.push(this.#readFromPage(page, count, arena));
      this.#row += count;
      this.#cursor.advance(count);
      left -= count;
    }
    if (this.#isSelection && this.#cursor.numRowsLeft === 0) this.#pages.checkRest();
    return concatenateVectors(parts, arena);
  }

  skip(numRows: number): void {
    this.#requireRows(numRows);
    this.#cursor.advance(numRows);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retirePage();
    this.#freeRetired();
    this.#pages.close();
  }

  #requireRows(numRows: number): void {
    if (numRows > this.#cursor.numRowsLeft || this.#isClosed) {
      throw internal('more rows were asked of a column than it has');
    }
  }

  #passOver(numRows: number): void {
    this.#row += numRows;
    for (let left = numRows; left > 0; ) {
      if (!this.#page || this.#page.numRowsLeft === 0) {
        const numRowsOfNext = this.#pages.nextPageRows();
        if (numRowsOfNext <= left) {
          this.#pages.passOver();
          left -= numRowsOfNext;
          continue;
        }
      }
      const page = this.#currentPage();
      const count = Math.min(left, page.numRowsLeft);
      left -= count;
      page.numRowsLeft -= count;
      // Of a page that nothing more is read from, nothing needs to be decoded either.
      if (page.numRowsLeft > 0) this.#skipInPage(page, count);
    }
  }

  #currentPage(): OpenPage {
    while (!this.#page || this.#page.numRowsLeft === 0) {
      this.#retirePage();
      this.#page = this.#pages.open();
    }
    return this.#page;
  }

  #readFromPage(page: OpenPage, numRows: number, arena: Arena): Vector {
    const { kernels, conversion, corrupt } = this.#tools;
    const { values } = page;
    page.numRowsLeft -= numRows;
    let validity = 0;
    let numValues = numRows;
    if (page.hasLevels) {
      validity = arena.allocate(numRows);
      numValues = kernels.hybrid_read_bits(this.#pages.levelState, validity, numRows);
      if (numValues < 0) throw corrupt('its levels end early');
      if (numValues === numRows) validity = 0;
    }
    const width = values.isDictionary ? 4 : conversion.width;
    let data: Address;
    if (numValues === 0) {
      data = arena.allocateZeroed(numRows * width);
    } else {
      data = values.read(numValues, arena);
      if (validity !== 0) {
        const spread = arena.allocate(numRows * width);
        kernels[SPREAD[width]!](spread, data, validity, numRows);
        data = spread;
      }
    }
    if (values.isDictionary) return Vector.dictionary(this.#pages.dictionary, numRows, data, validity);
    return Vector.flat(this.type, numRows, data, validity);
  }

  #skipInPage(page: OpenPage, numRows: number): void {
    const { kernels, corrupt } = this.#tools;
    const numValues = page.hasLevels ? kernels.hybrid_skip_bits(this.#pages.levelState, numRows) : numRows;
    if (numValues < 0) throw corrupt('its levels end early');
    page.values.skip(numValues);
  }

  #retirePage(): void {
    if (!this.#page) return;
    this.#retired.push(...this.#page.blocks);
    this.#page = undefined;
  }

  #freeRetired(): void {
    for (const block of this.#retired) this.#memory.free(block);
    this.#retired = [];
  }
}

const SPREAD: Readonly<Record<number, 'spread_1' | 'spread_4' | 'spread_8' | 'spread_16'>> = {
  1: 'spread_1',
  4: 'spread_4',
  8: 'spread_8',
  16: 'spread_16',
};
