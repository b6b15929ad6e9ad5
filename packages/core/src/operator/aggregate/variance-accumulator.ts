import type { MemoryAccount } from '../../runtime/index.ts';
import { FLOAT64, INT64 } from '../../types/index.ts';
import { type Arena, type LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

const STATE_BYTES = 24;

/** Count, mean and sum of squared differences by group; see `kernels/operator/accumulate-variance.ts`. */
export class VarianceAccumulator implements Accumulator {
  readonly #states: StateColumn;
  readonly #memory: LinearMemory;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#states = new StateColumn(STATE_BYTES, memory, account);
  }

  reserve(numGroups: number): void {
    this.#states.reserve(numGroups);
  }

  /** `args`: the values, or the three columns of states. */
  update({ groups, numRows }: GroupedRows, args: readonly Vector[]): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const [first, means, squares] = args;
    if (means && squares) {
      kernels.variance_merge(this.#states.address, groups, first!.data, means.data, squares.data, numRows);
    } else {
      kernels.variance_add(this.#states.address, groups, first!.data, first!.validity, numRows);
    }
  }

  /** The states as three columns. */
  states(from: number, numGroups: number, arena: Arena): Vector[] {
    return [INT64, FLOAT64, FLOAT64].map((type, word) => {
      const out = arena.allocate(numGroups * 8);
      this.#memory.kernels(OPERATOR_KERNELS).variance_column(out, this.#states.at(from), numGroups, word);
      return Vector.flat(type, numGroups, out);
    });
  }

  result(from: number, numGroups: number, isSample: boolean, isRoot: boolean, arena: Arena): Vector {
    const out = arena.allocate(numGroups * 8);
    const validity = arena.allocate(numGroups);
    const numValid = this.#memory
      .kernels(OPERATOR_KERNELS)
      .variance_result(out, validity, this.#states.at(from), numGroups, isSample ? 1 : 0, isRoot ? 1 : 0);
    return Vector.flat(FLOAT64, numGroups, out, numValid === numGroups ? 0 : validity);
  }

  clear(): void {
    this.#states.clear();
  }

  close(): void {
    this.#states.close();
  }
}
