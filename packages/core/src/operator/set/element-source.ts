import type { CompiledExpression } from '../../expression/compile-expression.ts';
import { listElements } from '../../expression/scalar/nested/list-elements.ts';
import {
  type Address,
  type Arena,
  type Batch,
  flatten,
  gatherVector,
  literalVector,
  VECTOR_KERNELS,
  Vector,
} from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { SetRows, SetSource } from './set-source.ts';

/** The elements of lists: those of a whole batch are taken apart at once. */
export class ElementSource implements SetSource {
  readonly #list: CompiledExpression;
  #elements: Vector | undefined;
  #counts: Address = 0;
  #starts: Address = 0;

  constructor(list: CompiledExpression) {
    this.#list = list;
  }

  start(batch: Batch, counts: Address, arena: Arena): void {
    const { numRows } = batch;
    const kernels = arena.memory.kernels(OPERATOR_KERNELS);
    const lists = flatten(this.#list.evaluate(batch, arena), arena);
    let { counts: lengths, values } = listElements({ arena }, lists, lists.validity, numRows);
    while (values.type.id === 'list') {
      const inner = listElements({ arena }, values, values.validity, values.length);
      const all = arena.allocate(numRows * 4);
      kernels.counts_of_nested(all, lengths, numRows, inner.counts);
      lengths = all;
      values = inner.values;
    }
    kernels.widen_counts(counts, lengths, numRows);
    this.#elements = values;
    this.#counts = counts;
    this.#starts = arena.allocate(numRows * 4);
    kernels.starts_of_counts(this.#starts, counts, numRows);
  }

  values({ rows, numbers, numRows }: SetRows, arena: Arena): Vector {
    const elements = this.#elements!;
    const { memory } = arena;
    if (elements.length === 0) return literalVector(elements.type, null, numRows, arena);
    const picked = arena.allocate(numRows * 4);
    const valid = arena.allocate(numRows);
    const numMissing = memory
      .kernels(OPERATOR_KERNELS)
      .pick_elements(picked, valid, rows, numbers, numRows, this.#counts, this.#starts);
    const values = gatherVector(elements, picked, numRows, arena);
    if (numMissing === 0) return values;
    const kernels = memory.kernels(VECTOR_KERNELS);
    if (values.validity !== 0) kernels.and_bytes(valid, valid, values.validity, numRows);
    if (values.kind === 'ref') kernels.clear_null_refs(values.data, valid, numRows);
    return Vector.flat(elements.type, numRows, values.data, valid);
  }
}
