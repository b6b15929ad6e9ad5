import { type DataType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../types/index.ts';
import { type Address, type Arena, copyValidity, copyValues, flatten, scatterValues, Vector } from '../vector/index.ts';
import { vectorKernels } from './expression-kernels.ts';

/** A flat vector put together from values that were computed on different rows. Every row must be put at least once. */
export class ResultBuilder {
  readonly #type: DataType;
  readonly #kind: PhysicalKind;
  readonly #numRows: number;
  readonly #arena: Arena;
  readonly #data: Address;
  #validity: Address = 0;

  constructor(type: DataType, numRows: number, arena: Arena) {
    this.#type = type;
    this.#kind = physicalKind(type);
    this.#numRows = numRows;
    this.#arena = arena;
    this.#data = arena.allocate(numRows * KIND_WIDTH[this.#kind]);
  }

  /** Puts the values at the rows that `places` lists (u32 row numbers), or at all rows in order when it is 0. */
  put(values: Vector, places: Address): void {
    const arena = this.#arena;
    const { memory } = arena;
    const numRows = values.length;
    if (numRows === 0) return;
    if (this.#validity === 0 && values.validity !== 0) {
      this.#validity = arena.allocate(this.#numRows);
      vectorKernels(arena).fill_bytes(this.#validity, 1, this.#numRows);
    }
    if (places === 0) {
      copyValues(memory, values, 0, numRows, this.#data, 0);
      if (this.#validity !== 0) copyValidity(memory, values, 0, numRows, this.#validity);
      return;
    }
    scatterValues(memory, KIND_WIDTH[this.#kind], this.#data, flatten(values, arena).data, places, numRows);
    if (this.#validity === 0) return;
    const validity = arena.allocate(numRows);
    copyValidity(memory, values, 0, numRows, validity);
    scatterValues(memory, 1, this.#validity, validity, places, numRows);
  }

  finish(): Vector {
    if (this.#validity !== 0 && this.#kind === 'ref') {
      vectorKernels(this.#arena).clear_null_refs(this.#data, this.#validity, this.#numRows);
    }
    return Vector.flat(this.#type, this.#numRows, this.#data, this.#validity);
  }
}
