import { internal } from '../error/index.ts';
import type { DataType, LiteralValue } from '../types/index.ts';
import { type Arena, literalVector, type Vector } from '../vector/index.ts';
import type { ColumnReader } from './column-reader.ts';

/** Gives the same value for every row: a partition key, the file's name, a column that the file lacks. */
export class ConstantColumnReader implements ColumnReader {
  readonly type: DataType;
  readonly #value: LiteralValue;
  #numRowsLeft: number;

  constructor(type: DataType, value: LiteralValue, numRows: number) {
    this.type = type;
    this.#value = value;
    this.#numRowsLeft = numRows;
  }

  get numRowsLeft(): number {
    return this.#numRowsLeft;
  }

  read(numRows: number, arena: Arena): Vector {
    this.skip(numRows);
    return literalVector(this.type, this.#value, numRows, arena);
  }

  skip(numRows: number): void {
    if (numRows > this.#numRowsLeft) throw internal('more rows were asked of a column than it has');
    this.#numRowsLeft -= numRows;
  }

  close(): void {}
}
