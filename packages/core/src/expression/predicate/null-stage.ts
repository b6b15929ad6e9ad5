import { type Arena, allocateSelection, type Batch, isConstantNull } from '../../vector/index.ts';
import { vectorKernels } from '../expression-kernels.ts';
import type { PredicateStage } from './predicate-stage.ts';

/** `column IS [NOT] NULL`: reads validity only, whatever the encoding. */
export class NullStage implements PredicateStage {
  readonly #column: number;
  readonly #negated: boolean;

  constructor(column: number, negated: boolean) {
    this.#column = column;
    this.#negated = negated;
  }

  select(batch: Batch, arena: Arena): Batch {
    const column = batch.columns[this.#column]!;
    const { numRows } = batch;
    if (column.validity === 0 || column.encoding === 'constant') {
      return isConstantNull(arena.memory, column) !== this.#negated
        ? batch
        : batch.select(allocateSelection(0, arena), 0);
    }
    const address = allocateSelection(numRows, arena);
    const numSelected = vectorKernels(arena).select_validity(
      ...([address, batch.selection, column.validity, numRows, this.#negated ? 1 : 0] as const),
    );
    return numSelected === numRows ? batch : batch.select(address, numSelected);
  }
}
