import type { MemoryAccount } from '../../runtime/index.ts';
import { KIND_WIDTH, type PhysicalKind } from '../../types/index.ts';
import { type Arena, gatherValues, type LinearMemory, scatterValues, type Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { KIND_CODE } from '../sort/sort-keys.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { KeptRefs } from './kept-refs.ts';
import { StateColumn } from './state-column.ts';

/** The value of the row with the least or the greatest key of each group, and that key; of equal keys, the first. */
export class ChoiceAccumulator implements Accumulator {
  readonly values: StateColumn;
  readonly keys: StateColumn;
  /** One byte a group: whether a row was chosen. */
  readonly has: StateColumn;
  readonly #valueKind: PhysicalKind;
  readonly #keyKind: PhysicalKind;
  readonly #greatest: number;
  readonly #memory: LinearMemory;
  readonly #valueRefs: KeptRefs;
  readonly #keyRefs: KeptRefs;

  constructor(
    valueKind: PhysicalKind,
    keyKind: PhysicalKind,
    greatest: boolean,
    memory: LinearMemory,
    account: MemoryAccount,
  ) {
    this.#valueKind = valueKind;
    this.#keyKind = keyKind;
    this.#greatest = greatest ? 1 : 0;
    this.#memory = memory;
    this.values = new StateColumn(KIND_WIDTH[valueKind], memory, account);
    this.keys = new StateColumn(KIND_WIDTH[keyKind], memory, account);
    this.has = new StateColumn(1, memory, account);
    this.#valueRefs = new KeptRefs(memory, account);
    this.#keyRefs = new KeptRefs(memory, account);
  }

  reserve(numGroups: number): void {
    for (const column of [this.values, this.keys, this.has]) column.reserve(numGroups);
  }

  update({ groups, numRows, numGroups }: GroupedRows, args: readonly Vector[], scratch: Arena): void {
    const [value, key] = args as readonly [Vector, Vector];
    const rows = scratch.allocate(numRows * 4);
    const rowGroups = scratch.allocate(numRows * 4);
    const memory = this.#memory;
    const numChosen = memory
      .kernels(OPERATOR_KERNELS)
      .choose_rows(
        ...([KIND_CODE[this.#keyKind], this.keys.address, this.has.address, groups, key.data, key.validity] as const),
        ...([value.validity, numRows, this.#greatest, rows, rowGroups] as const),
      );
    if (numChosen === 0) return;
    const { width } = this.values;
    const chosen = scratch.allocate(numChosen * width);
    gatherValues(memory, width, chosen, value.data, rows, numChosen);
    scatterValues(memory, width, this.values.address, chosen, rowGroups, numChosen);
    if (this.#valueKind === 'ref') this.#valueRefs.keep(this.values, rowGroups, numChosen, numGroups, scratch);
    if (this.#keyKind === 'ref') this.#keyRefs.keep(this.keys, rowGroups, numChosen, numGroups, scratch);
  }

  clear(): void {
    for (const column of [this.values, this.keys, this.has]) column.clear();
    this.#valueRefs.close();
    this.#keyRefs.close();
  }

  close(): void {
    for (const column of [this.values, this.keys, this.has]) column.close();
    this.#valueRefs.close();
    this.#keyRefs.close();
  }
}
