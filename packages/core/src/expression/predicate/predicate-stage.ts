import type { Arena, Batch } from '../../vector/index.ts';

/** One conjunct of a predicate. */
export interface PredicateStage {
  /** The rows of the batch (not empty) for which it is true; the same batch when all are. */
  select(batch: Batch, arena: Arena): Batch;
}
