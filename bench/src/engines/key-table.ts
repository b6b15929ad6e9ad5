import { makeVector, Table } from 'apache-arrow';
import { rowInteger } from './row-random.ts';

/** Rows and different keys at scale factor 1: those of TPC-H's lineitem, and a million. */
const ROWS = 6_000_000;
const KEYS = 1_000_000;
const VALUES = 1_000;

const KEY_STREAM = 1;
const VALUE_STREAM = 2;

/** Rows of the table `key_values` at a scale factor. */
export function numKeyRows(scaleFactor: number): number {
  return Math.max(1, Math.round(ROWS * scaleFactor));
}

/** Rows of `key_values`: `k`, one of a million int64 keys (times the scale factor) at random, and `v`, from 0 to 999. */
export function keyRows(scaleFactor: number, start: number, numRows: number): Table {
  const numKeys = Math.max(1, Math.round(KEYS * scaleFactor));
  const keys = new BigInt64Array(numRows);
  const values = new BigInt64Array(numRows);
  for (let row = 0; row < numRows; row++) {
    keys[row] = BigInt(rowInteger(KEY_STREAM, start + row, numKeys));
    values[row] = BigInt(rowInteger(VALUE_STREAM, start + row, VALUES));
  }
  return new Table({ k: makeVector(keys), v: makeVector(values) });
}
