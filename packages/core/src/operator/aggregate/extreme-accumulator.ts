import type { MemoryAccount } from '../../runtime/index.ts';
import { KIND_WIDTH, type PhysicalKind } from '../../types/index.ts';
import type { Address, Arena, LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { KeptRefs } from './kept-refs.ts';
import { StateColumn } from './state-column.ts';

/** The least or the greatest value of each group. */
export class ExtremeAccumulator implements Accumulator {
  readonly values: StateColumn;
  /** One byte a group: whether it has a value. */
  readonly has: StateColumn;
  readonly #kind: PhysicalKind;
  readonly #greatest: number;
  readonly #memory: LinearMemory;
  readonly #refs: KeptRefs;

  constructor(kind: PhysicalKind, greatest: boolean, memory: LinearMemory, account: MemoryAccount) {
    this.#kind = kind;
    this.#greatest = greatest ? 1 : 0;
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
    const { data, validity } = arg!;
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const [values, has] = [this.values.address, this.has.address];
    if (this.#kind !== 'ref') {
      kernels[`extreme_${this.#kind}`](values, has, groups, data, validity, numRows, this.#greatest);
      return;
    }
    const changed: Address = scratch.allocate(Math.min(numRows, numGroups) * 4);
    const numChanged = kernels.extreme_ref(values, has, groups, data, validity, numRows, this.#greatest, changed);
    kernels.settle_changed(has, changed, numChanged);
    this.#refs.keep(this.values, changed, numChanged, numGroups, scratch);
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
