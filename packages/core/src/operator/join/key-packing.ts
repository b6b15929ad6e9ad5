import type { MemoryAccount } from '../../runtime/index.ts';
import { INT64 } from '../../types/index.ts';
import { type Address, type Arena, flatten, type LinearMemory, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';

/** Least and greatest value (i64) and their distance (f64); see `kernels/operator/join-integers.ts`. */
const BOUNDS_BYTES = 24;
/** Beyond this, numbers of packed keys could wrap around; the distances are known to 53 bits only. */
const MAX_PLACES = 2 ** 62;

export type IntegerKind = 'i32' | 'i64';

/** Makes one integer out of one or more integer keys of a row, as far as they lie within the bounds of the rows of a build side. */
export class KeyPacking {
  readonly #memory: LinearMemory;
  readonly #numKeys: number;
  /** Bounds of each key. */
  #bounds: Address = 0;

  private constructor(numKeys: number, memory: LinearMemory) {
    this.#numKeys = numKeys;
    this.#memory = memory;
  }

  /** For these flat columns; undefined when they are not all integers or have too many combinations. */
  static of(
    columns: readonly Vector[],
    numRows: number,
    memory: LinearMemory,
    account: MemoryAccount,
  ): KeyPacking | undefined {
    if (!columns.every(({ kind }) => kind === 'i32' || kind === 'i64')) return undefined;
    const packing = new KeyPacking(columns.length, memory);
    packing.#bounds = memory.allocate(columns.length * BOUNDS_BYTES, account);
    let numPlaces = 1;
    columns.forEach(({ kind, data, validity }, i) => {
      const bounds = packing.#bounds + i * BOUNDS_BYTES;
      memory.kernels(OPERATOR_KERNELS)[`integer_bounds_${kind as IntegerKind}`](data, validity, numRows, bounds);
      numPlaces *= memory.f64[bounds / 8 + 2]! + 1;
    });
    if (columns.length === 1 || numPlaces < MAX_PLACES) return packing;
    packing.close();
    return undefined;
  }

  /** The keys of rows as one flat column, whose validity says which of them can have a match. A single key stays what it is. */
  pack(keys: readonly Vector[], numRows: number, arena: Arena): Vector {
    const flat = keys.map((key) => flatten(key, arena));
    if (this.#numKeys === 1) return flat[0]!;
    const out = arena.allocate(numRows * 8);
    const usable = arena.allocate(numRows);
    flat.forEach(({ kind, data, validity }, i) => {
      this.#memory
        .kernels(OPERATOR_KERNELS)
        [`pack_keys_${kind as IntegerKind}`](
          out,
          usable,
          data,
          validity,
          numRows,
          this.#bounds + i * BOUNDS_BYTES,
          i === 0 ? 1 : 0,
        );
    });
    return Vector.flat(INT64, numRows, out, usable);
  }

  close(): void {
    this.#memory.free(this.#bounds);
    this.#bounds = 0;
  }
}
