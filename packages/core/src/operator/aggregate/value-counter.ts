import type { MemoryAccount } from '../../runtime/index.ts';
import { INT64 } from '../../types/index.ts';
import { type Address, type Arena, type LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { GroupedRows, SumRecords } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

/** Counts rows by group. */
export class RowCounter {
  readonly memory: LinearMemory;
  readonly counts: StateColumn;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.memory = memory;
    this.counts = new StateColumn(8, memory, account);
  }

  update({ groups, numRows }: GroupedRows): void {
    this.memory.kernels(OPERATOR_KERNELS).count_rows(this.counts.address, groups, numRows);
  }

  /** Adds rows that were counted elsewhere. */
  addRecords({ address, numGroups, numLanes, stride, offset }: SumRecords): void {
    const kernels = this.memory.kernels(OPERATOR_KERNELS);
    kernels.add_records_i64(this.counts.address, address, numGroups, numLanes, stride, offset);
  }
}

/**
 * Counts the values of one argument by group: the rows, which are counted once for all arguments, without the nulls. An
 * argument without nulls costs nothing.
 */
export class ValueCounter {
  readonly #rows: RowCounter;
  readonly #nulls: StateColumn;
  #numGroups = 0;
  #hasNulls = false;

  constructor(rows: RowCounter, account: MemoryAccount) {
    this.#rows = rows;
    this.#nulls = new StateColumn(8, rows.memory, account);
  }

  reserve(numGroups: number): void {
    this.#numGroups = numGroups;
    if (this.#hasNulls) this.#nulls.reserve(numGroups);
  }

  /** Takes in the nulls of a flat vector, for rows that the row counter counts too. */
  update({ groups, rows, numRows }: GroupedRows, arg: Vector): void {
    if (arg.validity === 0) return;
    this.#hasNulls = true;
    this.#nulls.reserve(this.#numGroups);
    this.#rows.memory.kernels(OPERATOR_KERNELS).count_nulls(this.#nulls.address, groups, rows, arg.validity, numRows);
  }

  /** The number of values of `numGroups` groups. */
  count(from: number, numGroups: number, arena: Arena): Vector {
    const out = arena.allocate(numGroups * 8);
    const nulls = this.#hasNulls ? this.#nulls.at(from) : 0;
    this.#rows.memory.kernels(OPERATOR_KERNELS).count_values(out, this.#rows.counts.at(from), nulls, numGroups);
    return Vector.flat(INT64, numGroups, out);
  }

  /** Validity of `numGroups` groups: whether there are at least `least` values; 0 when it holds for all. */
  validity(from: number, numGroups: number, arena: Arena, least = 1): Address {
    const counts = this.count(from, numGroups, arena);
    const validity = arena.allocate(numGroups);
    const { memory } = this.#rows;
    const numValid = memory.kernels(OPERATOR_KERNELS).has_count(validity, counts.data, numGroups, least);
    return numValid === numGroups ? 0 : validity;
  }

  clear(): void {
    if (this.#hasNulls) this.#nulls.clear();
  }

  close(): void {
    this.#nulls.close();
  }
}
