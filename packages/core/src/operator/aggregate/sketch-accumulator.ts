import type { MemoryAccount } from '../../runtime/index.ts';
import { BYTEA, INT64 } from '../../types/index.ts';
import { type Arena, type LinearMemory, Vector } from '../../vector/index.ts';
import { ColumnHasher } from '../column-hasher.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

/** As in `kernels/operator/accumulate-distinct.ts`. */
const SKETCH_BYTES = 1024;

/** A sketch of the distinct values of each group: one KiB, whatever their number. */
export class SketchAccumulator implements Accumulator {
  readonly #isFinal: boolean;
  readonly #memory: LinearMemory;
  readonly #sketches: StateColumn;
  readonly #hasher: ColumnHasher;

  /** With `isFinal` it takes in sketches instead of values. */
  constructor(isFinal: boolean, memory: LinearMemory, account: MemoryAccount) {
    this.#isFinal = isFinal;
    this.#memory = memory;
    this.#sketches = new StateColumn(SKETCH_BYTES, memory, account);
    this.#hasher = new ColumnHasher(memory, account);
  }

  reserve(numGroups: number): void {
    this.#sketches.reserve(numGroups);
  }

  update({ groups, numRows }: GroupedRows, [arg]: readonly Vector[], scratch: Arena): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const { data, validity } = arg!;
    if (this.#isFinal) {
      kernels.sketch_merge(this.#sketches.address, groups, data, validity, numRows);
      return;
    }
    const hashes = scratch.allocate(numRows * 8);
    this.#hasher.hash([arg!], numRows, hashes, scratch);
    kernels.sketch_add(this.#sketches.address, groups, hashes, validity, numRows);
  }

  estimates(from: number, numGroups: number, arena: Arena): Vector {
    const out = arena.allocate(numGroups * 8);
    this.#memory.kernels(OPERATOR_KERNELS).sketch_estimates(out, this.#sketches.at(from), numGroups);
    return Vector.flat(INT64, numGroups, out);
  }

  sketches(from: number, numGroups: number, arena: Arena): Vector {
    const refs = arena.allocate(numGroups * 8);
    this.#memory.kernels(OPERATOR_KERNELS).sketch_refs(refs, this.#sketches.at(from), numGroups);
    return Vector.flat(BYTEA, numGroups, refs);
  }

  clear(): void {
    this.#sketches.clear();
  }

  close(): void {
    this.#sketches.close();
    this.#hasher.close();
  }
}
