import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, Arena, type LinearMemory } from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { isPrefixWhole, type SortKeys } from './sort-keys.ts';

const ENTRY_BYTES = 16;

/**
 * The row numbers of a store in the order of the keys, stable, as u32 in a new block of memory. While it runs it takes 32
 * bytes a row.
 */
export function sortRows(store: ColumnStore, keys: SortKeys, memory: LinearMemory, account: MemoryAccount): Address {
  const { numRows } = store;
  const kernels = memory.kernels(OPERATOR_KERNELS);
  const scratch = new Arena(memory, account);
  const rows = memory.allocate(numRows * 4, account);
  try {
    const columns = store.columns();
    const description = keys.describe(columns, scratch);
    const first = keys.firstKey(columns);
    const nullable = first.validity === 0 ? 0 : 1;
    const isWhole = isPrefixWhole(first, (key) => kernels.magnitude_bits_i128(key.data, numRows));
    const entries = scratch.allocate((numRows + 1) * ENTRY_BYTES);
    const spare = scratch.allocate((numRows + 1) * ENTRY_BYTES);
    kernels.make_sort_entries(entries, numRows, description, nullable);
    const sorted = kernels.sort_entries(entries, spare, numRows, description, isWhole ? 1 : 0, keys.numKeys) >>> 0;
    kernels.sorted_rows(rows, sorted, numRows);
    return rows;
  } catch (error) {
    memory.free(rows);
    throw error;
  } finally {
    scratch.close();
  }
}
