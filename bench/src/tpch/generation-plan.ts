import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChunkTask, TpchFormat } from './chunk-task.ts';
import { drawLineCount, lineCounts } from './order-streams.ts';
import { ROWS_PER_ROW_GROUP } from './parquet-settings.ts';
import { NUM_NATIONS } from './table/nation.ts';
import { NUM_REGIONS } from './table/region.ts';
import {
  NUM_CUSTOMERS,
  NUM_ORDERS,
  NUM_PARTS,
  NUM_SUPPLIERS,
  type RowPosition,
  SUPPLIERS_PER_PART,
  scaleRows,
  type TpchTableName,
} from './table-definition.ts';

/** Lines a thread writes at a time: about 4 MB of lineitem. */
const ROWS_PER_TEXT_CHUNK = 32_768;

/** Largest first, so that no thread is left with a long chunk at the end. */
const TABLES_BY_SIZE: readonly TpchTableName[] = [
  'lineitem',
  'orders',
  'partsupp',
  'part',
  'customer',
  'supplier',
  'nation',
  'region',
];

/** Orders counted between two looks at the signal. */
const ORDERS_PER_TURN = 10_000_000;

/** Walks over the orders to find the one that a row of lineitem belongs to. Rows must be asked for in their order. */
class LineitemCursor {
  readonly #counts = lineCounts(0);
  #order = -1;
  #firstRow = 0;
  #nextRow = 0;

  /** Goes on to an order and returns the number of the row behind it. */
  walkTo(order: number): number {
    while (this.#order < order) this.#step();
    return this.#nextRow;
  }

  positionOf(row: number): RowPosition {
    while (this.#nextRow <= row) this.#step();
    return { parent: this.#order, skip: row - this.#firstRow };
  }

  #step(): void {
    this.#order++;
    this.#firstRow = this.#nextRow;
    this.#nextRow += drawLineCount(this.#counts);
    this.#counts.finishRow();
  }
}

/** Counts lineitem, whose orders have a random number of lines: 3 ms at scale factor 1. */
async function countLineitems(scaleFactor: number, signal: AbortSignal | undefined): Promise<number> {
  const numOrders = scaleRows(NUM_ORDERS, scaleFactor);
  const cursor = new LineitemCursor();
  let numRows = 0;
  for (let order = 0; order < numOrders; order += ORDERS_PER_TURN) {
    numRows = cursor.walkTo(Math.min(order + ORDERS_PER_TURN, numOrders) - 1);
    await nextTurn();
    signal?.throwIfAborted();
  }
  return numRows;
}

async function countRows(table: TpchTableName, scaleFactor: number, signal?: AbortSignal): Promise<number> {
  switch (table) {
    case 'region':
      return NUM_REGIONS;
    case 'nation':
      return NUM_NATIONS;
    case 'supplier':
      return scaleRows(NUM_SUPPLIERS, scaleFactor);
    case 'customer':
      return scaleRows(NUM_CUSTOMERS, scaleFactor);
    case 'part':
      return scaleRows(NUM_PARTS, scaleFactor);
    case 'partsupp':
      return scaleRows(NUM_PARTS, scaleFactor) * SUPPLIERS_PER_PART;
    case 'orders':
      return scaleRows(NUM_ORDERS, scaleFactor);
    case 'lineitem':
      return countLineitems(scaleFactor, signal);
  }
}

/** The rows of one output file. */
export interface PlannedFile {
  readonly table: TpchTableName;
  /** Counts the files of its table from 0. */
  readonly index: number;
  /** Files of its table. */
  readonly numFiles: number;
  readonly firstRow: number;
  readonly numRows: number;
}

/** A chunk and the place of its file in the plan. */
export interface PlannedChunk extends ChunkTask {
  readonly file: number;
  readonly isLastOfFile: boolean;
}

export interface PlanRequest {
  readonly scaleFactor: number;
  readonly tables: readonly TpchTableName[];
  readonly numFiles: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Splits the tables into files of nearly equal numbers of rows. Nation and region, whose size is fixed, are always one
 * file, and no file is empty.
 */
export async function planFiles({ scaleFactor, tables, numFiles, signal }: PlanRequest): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for (const table of TABLES_BY_SIZE) {
    if (!tables.includes(table)) continue;
    const numRows = await countRows(table, scaleFactor, signal);
    const count = table === 'nation' || table === 'region' ? 1 : Math.min(numFiles, numRows);
    for (let index = 0; index < count; index++) {
      const firstRow = Math.floor((numRows * index) / count);
      const endRow = Math.floor((numRows * (index + 1)) / count);
      files.push({ table, index, numFiles: count, firstRow, numRows: endRow - firstRow });
    }
  }
  return files;
}

/** Cuts files into chunks, in the order in which they are written. */
export function* planChunks(files: readonly PlannedFile[], format: TpchFormat): Generator<PlannedChunk> {
  const rowsPerChunk = format === 'parquet' ? ROWS_PER_ROW_GROUP : ROWS_PER_TEXT_CHUNK;
  const cursor = new LineitemCursor();
  for (const [file, { table, firstRow, numRows }] of files.entries()) {
    const endRow = firstRow + numRows;
    for (let row = firstRow; row < endRow; row += rowsPerChunk) {
      const numChunkRows = Math.min(rowsPerChunk, endRow - row);
      const position = table === 'lineitem' ? cursor.positionOf(row) : positionOf(table, row);
      yield { table, position, numRows: numChunkRows, file, isLastOfFile: row + numChunkRows === endRow };
    }
  }
}

function positionOf(table: TpchTableName, row: number): RowPosition {
  if (table !== 'partsupp') return { parent: row, skip: 0 };
  return { parent: Math.floor(row / SUPPLIERS_PER_PART), skip: row % SUPPLIERS_PER_PART };
}
