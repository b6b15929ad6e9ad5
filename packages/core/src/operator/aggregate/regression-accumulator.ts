import type { MemoryAccount } from '../../runtime/index.ts';
import { FLOAT64, INT64 } from '../../types/index.ts';
import { type Arena, type LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

const NUM_WORDS = 8;

/** As in `kernels/operator/accumulate-regression.ts`. */
const RESULT = {
  regr_count: 0,
  covar_pop: 1,
  covar_samp: 2,
  corr: 3,
  regr_avgx: 4,
  regr_avgy: 5,
  regr_sxx: 6,
  regr_syy: 7,
  regr_sxy: 8,
  regr_slope: 9,
  regr_intercept: 10,
  regr_r2: 11,
} as const;

export type RegressionResult = keyof typeof RESULT;

/** Count, sums, squared differences and products of pairs by group: all that correlation and regression need. */
export class RegressionAccumulator implements Accumulator {
  readonly #states: StateColumn;
  readonly #memory: LinearMemory;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#states = new StateColumn(NUM_WORDS * 8, memory, account);
  }

  reserve(numGroups: number): void {
    this.#states.reserve(numGroups);
  }

  /** `args`: y and x, or the eight columns of states. */
  update({ groups, numRows }: GroupedRows, args: readonly Vector[], scratch: Arena): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    if (args.length === NUM_WORDS) {
      const columns = scratch.allocate(NUM_WORDS * 4);
      this.#memory.u32.set(
        args.map(({ data }) => data),
        columns / 4,
      );
      kernels.regression_merge(this.#states.address, groups, columns, numRows);
      return;
    }
    const [y, x] = args as readonly [Vector, Vector];
    kernels.regression_add(this.#states.address, groups, y.data, y.validity, x.data, x.validity, numRows);
  }

  /** The states as eight columns. */
  states(from: number, numGroups: number, arena: Arena): Vector[] {
    return Array.from({ length: NUM_WORDS }, (_, word) => {
      const out = arena.allocate(numGroups * 8);
      this.#memory.kernels(OPERATOR_KERNELS).regression_column(out, this.#states.at(from), numGroups, word);
      return Vector.flat(FLOAT64, numGroups, out);
    });
  }

  result(what: RegressionResult, from: number, numGroups: number, arena: Arena): Vector {
    const out = arena.allocate(numGroups * 8);
    const validity = arena.allocate(numGroups);
    const numValid = this.#memory
      .kernels(OPERATOR_KERNELS)
      .regression_result(out, validity, this.#states.at(from), numGroups, RESULT[what]);
    const type = what === 'regr_count' ? INT64 : FLOAT64;
    return Vector.flat(type, numGroups, out, numValid === numGroups ? 0 : validity);
  }

  clear(): void {
    this.#states.clear();
  }

  close(): void {
    this.#states.close();
  }
}
