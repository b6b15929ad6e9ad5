import type { MemoryAccount } from '../../runtime/index.ts';
import { KIND_WIDTH, type PhysicalKind } from '../../types/index.ts';
import { type Arena, gatherValues, type LinearMemory, scatterValues, type Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { KeptRefs } from './kept-refs.ts';
import { StateColumn } from './state-column.ts';

/** The first value of each group that is not null, in the order of the rows. */
export class FirstAccumulator implements Accumulator {
  readonly values: StateColumn;
  /** One byte a group: whether it has a value. */
  readonly has: StateColumn;
  readonly #kind: PhysicalKind;
  readonly #memory: LinearMemory;
  readonly #refs: KeptRefs;

  constructor(kind: PhysicalKind, memory: LinearMemory, account: MemoryAccount) {
    this.#kind = kind;
    this.#memory = memory;
    this.values = new StateColumn(KIND_WIDTH[kind], memory, account);
    this.has = new StateColumn(1, memory, account);
    this.#refs = new KeptRefs(memory, account);
  }

  reserve(numGroups: number): void {
    this.values.reserve(numGroups);
    this.has.reserve(numGroups);
  }

  update({ groups, numRows, numGroups }: GroupedRows, [arg]: readonly Vector[], scratch: Arena): void {
    const room = Math.min(numRows, numGroups) * 4;
    const rows = scratch.allocate(room);
    const rowGroups = scratch.allocate(room);
    const memory = this.#memory;
    const numFirst = memory
      .kernels(OPERATOR_KERNELS)
      .first_rows(this.has.address, groups, arg!.validity, numRows, rows, rowGroups);
    if (numFirst === 0) return;
    const { width } = this.values;
    const values = scratch.allocate(numFirst * width);
    gatherValues(memory, width, values, arg!.data, rows, numFirst);
    scatterValues(memory, width, this.values.address, values, rowGroups, numFirst);
    if (this.#kind === 'ref') this.#refs.keep(this.values, rowGroups, numFirst, numGroups, scratch);
  }

  clear(): void {
    this.values.clear();
    this.has.clear();
    this.#refs.close();
  }

  close(): void {
    this.values.close();
    this.has.close();
    this.#refs.close();
  }
}
