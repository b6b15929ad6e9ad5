import type { ColumnSpec, RowBatch } from './column-buffer.ts';
import type { TextPool } from './text-pool.ts';

export const TPCH_TABLE_NAMES = [
  'region',
  'nation',
  'supplier',
  'customer',
  'part',
  'partsupp',
  'orders',
  'lineitem',
] as const;

export type TpchTableName = (typeof TPCH_TABLE_NAMES)[number];

/**
 * Where rows start. Rows of lineitem and partsupp hang on rows of another table (an order, a part), and random streams
 * can only be entered at those: `parent` counts them from 0, and `skip` rows of the first one are left out. For the
 * other tables `parent` is the row and `skip` is 0.
 */
export interface RowPosition {
  readonly parent: number;
  readonly skip: number;
}

interface FillContext {
  readonly scaleFactor: number;
  readonly pool: TextPool;
}

/** A table of TPC-H and how to make its rows. */
export interface TableDefinition {
  readonly name: TpchTableName;
  readonly columns: readonly ColumnSpec[];
  /** Bytes that no row exceeds as text, its delimiters included. */
  readonly maxTextBytes: number;
  /** Fills `batch` with `numRows` rows from `position` on. Any position can be the first, in any order. */
  readonly fill: (batch: RowBatch, position: RowPosition, numRows: number, context: FillContext) => void;
}

/** Rows at a scale factor, cut down to a whole number as dbgen does. */
export function scaleRows(rowsAtScaleOne: number, scaleFactor: number): number {
  return Math.floor(rowsAtScaleOne * scaleFactor);
}

export const NUM_SUPPLIERS = 10_000;
export const NUM_CUSTOMERS = 150_000;
export const NUM_PARTS = 200_000;
export const NUM_ORDERS = 1_500_000;
export const SUPPLIERS_PER_PART = 4;
/** Clerks never get fewer below scale factor 1. */
export const NUM_CLERKS = 1_000;
