import type { MemoryAccount } from '../../runtime/index.ts';
import { KIND_WIDTH } from '../../types/index.ts';
import type { LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

const OPERATION = { and: 0, or: 1, xor: 2 } as const;

/** Bitwise AND, OR or exclusive OR of integers by group. */
export class BitAccumulator implements Accumulator {
  readonly values: StateColumn;
  /** One byte a group: whether it has a value. */
  readonly has: StateColumn;
  readonly #kind: 'i32' | 'i64';
  readonly #operation: number;
  readonly #memory: LinearMemory;

  constructor(kind: 'i32' | 'i64', operation: keyof typeof OPERATION, memory: LinearMemory, account: MemoryAccount) {
    this.#kind = kind;
    this.#operation = OPERATION[operation];
    this.#memory = memory;
    this.values = new StateColumn(KIND_WIDTH[kind], memory, account);
    this.has = new StateColumn(1, memory, account);
  }

  reserve(numGroups: number): void {
    this.values.reserve(numGroups);
    this.has.reserve(numGroups);
  }

  update({ groups, numRows }: GroupedRows, [arg]: readonly Vector[]): void {
    const kernel = this.#memory.kernels(OPERATOR_KERNELS)[`bits_${this.#kind}`];
    kernel(this.#operation, this.values.address, this.has.address, groups, arg!.data, arg!.validity, numRows);
  }

  clear(): void {
    this.values.clear();
    this.has.clear();
  }

  close(): void {
    this.values.close();
    this.has.close();
  }
}
