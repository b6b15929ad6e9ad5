import { QueryError } from '../../error/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, KERNEL_STATUS, type LinearMemory, type Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows, SumRecords } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

/** Groups up to which a batch is summed in lanes first. */
const MAX_LANE_GROUPS = 256;
const NUM_LANES = 4;

/** The kind in which values of a kind are summed: integers of 32 bits in 64, all wider exact numbers in 128. */
export type SumKind = 'i64' | 'i128' | 'f64' | 'interval';

const WIDTH: Readonly<Record<SumKind, number>> = { i64: 8, i128: 16, f64: 8, interval: 16 };

/** Sums by group; exact for integers and decimals. Throws `OVERFLOW` rather than to wrap. */
export class SumAccumulator implements Accumulator {
  readonly picksRows = true;
  readonly kind: SumKind;
  /** Sums by group; 0 where there was no value. */
  readonly sums: StateColumn;
  readonly #what: string;
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  #lanes: Address = 0;

  /** `what` is how errors name the sum. */
  constructor(kind: SumKind, what: string, memory: LinearMemory, account: MemoryAccount) {
    this.kind = kind;
    this.#what = what;
    this.#memory = memory;
    this.#account = account;
    this.sums = new StateColumn(WIDTH[kind], memory, account);
  }

  reserve(numGroups: number): void {
    this.sums.reserve(numGroups);
  }

  /** Whether the values are integers, so that sums of 64 bits can be added to these. */
  get isExact(): boolean {
    return this.kind === 'i64' || this.kind === 'i128';
  }

  /** Adds sums that were computed elsewhere; only where they are exact. */
  addRecords({ address, numGroups, numLanes, stride, offset }: SumRecords): void {
    const kernel = this.#memory.kernels(OPERATOR_KERNELS)[`add_records_${this.kind as 'i64' | 'i128'}`];
    this.#check(kernel(this.sums.address, address, numGroups, numLanes, stride, offset));
  }

  update(grouped: GroupedRows, [arg]: readonly Vector[]): void {
    const { groups, rows, numRows } = grouped;
    const { data, validity, kind } = arg!;
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    if (this.kind === 'f64') {
      kernels.sum_f64_to_f64(this.sums.address, groups, rows, data, validity, numRows);
      return;
    }
    if (this.kind === 'interval') {
      this.#check(kernels.sum_interval(this.sums.address, groups, rows, data, validity, numRows));
      return;
    }
    if (this.#usesLanes(grouped, arg!)) {
      this.#sumInLanes(grouped, arg!);
    } else if (this.kind === 'i64') {
      const kernel = kind === 'i32' ? kernels.sum_i32_to_i64 : kernels.sum_i64_to_i64;
      this.#check(kernel(this.sums.address, groups, rows, data, validity, numRows));
    } else if (kind === 'i64') {
      kernels.sum_i64_to_i128(this.sums.address, groups, rows, data, validity, numRows);
    } else {
      this.#check(kernels.sum_i128_to_i128(this.sums.address, groups, rows, data, validity, numRows));
    }
  }

  clear(): void {
    this.sums.clear();
  }

  close(): void {
    this.sums.close();
    this.#memory.free(this.#lanes);
    this.#lanes = 0;
  }

  /** Whether groups are few and no sum of these rows can leave 64 bits. */
  #usesLanes({ groups, numRows, numGroups }: GroupedRows, { kind, data, length }: Vector): boolean {
    if (groups !== 0 && (numGroups > MAX_LANE_GROUPS || numGroups * NUM_LANES > numRows)) return false;
    if (kind === 'i32') return true;
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const bits = kind === 'i64' ? kernels.magnitude_bits_i64(data, length) : kernels.magnitude_bits_i128(data, length);
    return bits + Math.ceil(Math.log2(numRows + 1)) < 63;
  }

  #sumInLanes({ groups, rows, numRows, numGroups }: GroupedRows, { kind, data, validity }: Vector): void {
    this.#lanes ||= this.#memory.allocateZeroed(MAX_LANE_GROUPS * NUM_LANES * 8, this.#account);
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const numSums = groups === 0 ? 1 : numGroups;
    const numLanes = groups === 0 ? 1 : NUM_LANES;
    const kernel = kernels[`sum_lanes_${kind as 'i32' | 'i64' | 'i128'}`];
    kernel(this.#lanes, numSums, groups, rows, data, validity, numRows);
    if (this.kind === 'i128') kernels.flush_lanes_i128(this.sums.address, this.#lanes, numSums, numLanes);
    else this.#check(kernels.flush_lanes_i64(this.sums.address, this.#lanes, numSums, numLanes));
  }

  #check(status: number): void {
    if (status !== KERNEL_STATUS.ok) throw sumOverflow(this.#what);
  }
}

/** The `OVERFLOW` error of a sum or mean. */
export function sumOverflow(what: string): QueryError {
  return new QueryError('OVERFLOW', `The result of ${what} is out of range.`, {
    hint: 'Cast the argument to a wider type or to double precision.',
  });
}
