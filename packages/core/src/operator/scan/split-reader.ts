import type { ColumnReader, ColumnReaderContext } from '../../parquet/column-reader.ts';
import { openColumn } from '../../parquet/open-row-group.ts';
import type { Arena, Vector } from '../../vector/index.ts';
import type { FetchedSplit } from './split-fetcher.ts';

interface LazyColumn {
  reader: ColumnReader | undefined;
  /** Rows that were passed over and that the reader has not been told of yet. */
  numSkipped: number;
}

/**
 * Reads the columns of a split a batch at a time, each on its own: a column is opened when its first rows are wanted, and rows of
 * it that no batch wants are never decoded.
 */
export class SplitReader {
  readonly #fetched: FetchedSplit;
  readonly #context: ColumnReaderContext;
  readonly #columns: readonly LazyColumn[];
  #numRowsLeft: number;

  /** The bytes of the split are there. */
  constructor(fetched: FetchedSplit, context: ColumnReaderContext) {
    this.#fetched = fetched;
    this.#context = context;
    this.#columns = fetched.split.columns.map(() => ({ reader: undefined, numSkipped: 0 }));
    this.#numRowsLeft = fetched.split.numRows;
  }

  get numRowsLeft(): number {
    return this.#numRowsLeft;
  }

  /** The next `numRows` rows of a column. */
  read(column: number, numRows: number, arena: Arena): Vector {
    const lazy = this.#columns[column]!;
    lazy.reader ??= this.#open(column);
    if (lazy.numSkipped > 0) lazy.reader.skip(lazy.numSkipped);
    lazy.numSkipped = 0;
    return lazy.reader.read(numRows, arena);
  }

  /** Goes on by `numRows` rows; columns of which they were not read (`wasRead` is false) leave them out. */
  advance(numRows: number, wasRead: readonly boolean[]): void {
    this.#numRowsLeft -= numRows;
    this.#columns.forEach((column, i) => {
      if (!wasRead[i]) column.numSkipped += numRows;
    });
  }

  close(): void {
    for (const column of this.#columns) column.reader?.close();
  }

  #open(column: number): ColumnReader {
    const { split, chunks, read } = this.#fetched;
    const start = read?.address ?? 0;
    const own = chunks.filter((chunk) => chunk.column === column);
    return openColumn(
      split,
      column,
      own.map((chunk) => ({ ...chunk, address: start + chunk.position })),
      this.#context,
    );
  }
}
