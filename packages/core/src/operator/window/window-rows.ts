import type { Expression } from '../../expression/index.ts';
import type { WindowExec } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import {
  type Address,
  Arena,
  flatten,
  gatherVector,
  type LinearMemory,
  literalVector,
  type Vector,
} from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import type { SortKeys } from '../sort/sort-keys.ts';
import { sortRows } from '../sort/sort-rows.ts';

/** For each place where its run of equal rows begins and ends (exclusive), one u32 each. */
export interface Runs {
  readonly starts: Address;
  readonly ends: Address;
}

/** All rows of a window operator in their order: partition after partition, each as ORDER BY has it. Rows are spoken of by place. */
export class WindowRows {
  readonly memory: LinearMemory;
  readonly numRows: number;
  /** Row numbers of the store by place (u32); 0 when places are row numbers. */
  readonly rows: Address;
  readonly partitions: Runs;
  /** What lives as long as the rows. */
  readonly kept: Arena;
  readonly #store: ColumnStore;
  readonly #numPartitionKeys: number;
  readonly #layout: readonly number[];
  readonly #description: Address;
  readonly #peers = new Map<number, Runs>();
  readonly #groupNumbers = new Map<number, Address>();
  #partitionNumbers: Address = 0;

  /** Sorts the rows of a store, of which there is at least one. `layout` has the ids of the store's first columns. */
  constructor(
    store: ColumnStore,
    keys: SortKeys,
    node: WindowExec,
    layout: readonly number[],
    memory: LinearMemory,
    account: MemoryAccount,
  ) {
    this.memory = memory;
    this.#store = store;
    this.#layout = layout;
    this.numRows = store.numRows;
    this.#numPartitionKeys = node.partitionBy.length;
    this.kept = new Arena(memory, account);
    this.rows = keys.numKeys === 0 ? 0 : sortRows(store, keys, memory, account);
    try {
      this.#description = keys.numKeys === 0 ? 0 : keys.describe(store.columns(), this.kept);
      this.partitions = this.#runs(0, this.#numPartitionKeys, 0);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Rows of one partition that are equal in the first `numOrderKeys` keys of ORDER BY. */
  peers(numOrderKeys: number): Runs {
    if (numOrderKeys === 0) return this.partitions;
    let runs = this.#peers.get(numOrderKeys);
    if (!runs) {
      const first = this.#numPartitionKeys;
      runs = this.#runs(first, first + numOrderKeys, this.partitions.starts);
      this.#peers.set(numOrderKeys, runs);
    }
    return runs;
  }

  /** The number of each row's group of peers in its partition, from 0 on. */
  groupNumbers(numOrderKeys: number): Address {
    let numbers = this.#groupNumbers.get(numOrderKeys);
    if (numbers === undefined) {
      numbers = this.#numbers(this.peers(numOrderKeys), this.partitions.starts);
      this.#groupNumbers.set(numOrderKeys, numbers);
    }
    return numbers;
  }

  /** The number of each row's partition, from 0 on. */
  get partitionNumbers(): Address {
    this.#partitionNumbers ||= this.#numbers(this.partitions, 0);
    return this.#partitionNumbers;
  }

  /** One u32 a place. */
  allocatePlaces(): Address {
    return this.kept.allocate(this.numRows * 4);
  }

  /** The values of a column or constant by row number, flat. */
  column(expression: Expression): Vector {
    if (expression.kind === 'literal') {
      return flatten(literalVector(expression.type, expression.value, this.numRows, this.kept), this.kept);
    }
    return this.#store.column(this.#indexOf(expression));
  }

  /** The values of a column or constant at `numRows` places from `from` on. */
  slice(expression: Expression, from: number, numRows: number, arena: Arena): Vector {
    if (expression.kind === 'literal') return literalVector(expression.type, expression.value, numRows, arena);
    return this.sliceColumn(this.#indexOf(expression), from, numRows, arena);
  }

  /** {@link WindowRows.slice} of column `index`. */
  sliceColumn(index: number, from: number, numRows: number, arena: Arena): Vector {
    const column = this.#store.column(index);
    if (this.rows === 0) return column.slice(from, from + numRows);
    return gatherVector(column, this.rows + from * 4, numRows, arena);
  }

  close(): void {
    this.memory.free(this.rows);
    this.kept.close();
  }

  #indexOf(expression: Expression): number {
    return expression.kind === 'column' ? this.#layout.indexOf(expression.id) : -1;
  }

  #runs(first: number, numKeys: number, outer: Address): Runs {
    const runs = { starts: this.allocatePlaces(), ends: this.allocatePlaces() };
    this.memory
      .kernels(WINDOW_KERNELS)
      .run_bounds(runs.starts, runs.ends, this.rows, this.numRows, this.#description, first, numKeys, outer);
    return runs;
  }

  #numbers({ starts }: Runs, outer: Address): Address {
    const numbers = this.allocatePlaces();
    this.memory.kernels(WINDOW_KERNELS).run_numbers(numbers, starts, this.numRows, outer);
    return numbers;
  }
}
